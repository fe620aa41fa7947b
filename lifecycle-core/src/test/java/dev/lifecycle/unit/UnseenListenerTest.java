package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class UnseenListenerTest {
  private final VirtualClock clock = new VirtualClock();
  private final Logger logger = Logger.getLogger("dev.lifecycle");
  private final Written written = new Written();

  private static final class Written extends Handler {
    final List<LogRecord> records = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    logger.addHandler(written);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(written);
    logger.setUseParentHandlers(true);
  }

  private List<String> messages(String purpose) {
    return written.records.stream().map(LogRecord::getMessage).filter(m -> m.contains(purpose)).toList();
  }

  private static void fail(Scope scope, String purpose) throws InterruptedException {
    scope.start(purpose, () -> {
      throw new IllegalStateException("secret of the user");
    });
    scope.join();
  }

  @Test
  void theDefaultListenerLogsIdPurposeAndScopePath() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
        Scope root = lifecycle.open("root");
        Scope scope = root.child("scope", o -> o.policy(Policy.SUPERVISE))) {
      fail(scope, "logged.one");
      assertThat(messages("logged.one")).singleElement().asString().contains("root/scope").containsPattern("t-\\d+").contains(scope.info().id());
      assertThat(written.records.get(0).getThrown()).hasMessage("secret of the user");
    }
  }

  @Test
  void theDefaultListenerIsRateLimitedPerPurposeWithACountOfWhatWasSuppressed() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
        Scope scope = lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE))) {
      for (int i = 0; i < 100; i++) {
        fail(scope, "logged.often");
      }
      fail(scope, "logged.seldom");
      int first = messages("logged.often").size();
      assertThat(first).isBetween(1, 20);
      assertThat(messages("logged.seldom")).hasSize(1);

      clock.advance(Duration.ofMinutes(1));
      fail(scope, "logged.often");
      assertThat(messages("logged.often")).hasSize(first + 1);
      assertThat(messages("logged.often").get(first)).contains(String.valueOf(100 - first));
    }
  }

  @Test
  void aScopesListenerIsToldInsteadOfTheLifecycles() throws Exception {
    ReportsHeard ofLifecycle = new ReportsHeard();
    ReportsHeard ofScope = new ReportsHeard();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.failureListener(ofLifecycle));
        Scope scope = lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE).listener(ofScope))) {
      fail(scope, "task");
    }
    assertThat(ofScope.of(FailureReport.Kind.TASK_FAILED)).hasSize(1);
    assertThat(ofLifecycle.all()).isEmpty();
  }

  @Test
  void aListenerThatThrowsCorruptsNothing() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.failureListener(report -> {
          throw new IllegalStateException("listener");
        }));
        Scope scope = lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE))) {
      fail(scope, "task");
      assertThat(scope.info().live()).isZero();
      assertThat(scope.fork("task", () -> "goes on").get()).isEqualTo("goes on");
      scope.join();
      assertThat(lifecycle.counts().get("task").failed()).isEqualTo(1);
      assertThat(messages("a failure listener threw")).hasSize(1);
    }
  }
}
