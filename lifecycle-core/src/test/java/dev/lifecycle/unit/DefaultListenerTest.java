package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 13, 43 and 44: what goes to the log when there is no listener, or none that works. */
@Timeout(20)
class DefaultListenerTest {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("dev.lifecycle");
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord record) {
      if (record.getMessage().contains("logged")) { // the log is one for the process
        records.add(record);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void end() {
    lifecycle.close();
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private Scope inline() {
    return lifecycle.open("logged", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run));
  }

  private static Task<?> fail(Scope scope, String purpose) {
    return scope.start(purpose, () -> {
      throw new IllegalArgumentException("broken");
    });
  }

  @Test
  void theDefaultListenerLogsIdPurposeAndScopePath() {
    try (Scope scope = inline(); Scope child = scope.child("logged.child", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run))) {
      Task<?> task = fail(child, "logged.task");
      assertThat(records).singleElement().satisfies(record -> {
        assertThat(record.getLevel()).isEqualTo(Level.WARNING);
        assertThat(record.getThrown()).hasMessage("broken");
        assertThat(record.getMessage()).contains("t-" + task.id()).contains("\"logged.task\"").contains("logged/logged.child");
      });
    }
  }

  @Test
  void theLogIsRateLimitedPerPurpose() {
    try (Scope scope = inline()) {
      for (int i = 0; i < 1_000; i++) {
        fail(scope, "logged.often");
      }
      int written = records.size();
      assertThat(written).isBetween(1, 20);
      fail(scope, "logged.rare");
      assertThat(records).hasSize(written + 1);
      clock.advance(Duration.ofMinutes(2));
      fail(scope, "logged.often");
      assertThat(records).hasSize(written + 2);
      assertThat(records.get(written + 1).getMessage()).contains(String.valueOf(1_000 - written));
    }
  }

  @Test
  void anErrorUnderSuperviseIsLoggedAsAnError() {
    try (Scope scope = inline()) {
      scope.start("logged.error", () -> {
        throw new AssertionError("broken");
      });
      assertThat(records).singleElement().satisfies(record -> assertThat(record.getLevel()).isEqualTo(Level.SEVERE));
    }
  }

  @Test
  void whatAListenerThrowsIsLoggedTogetherWithTheReportThatItDidNotTake() {
    IllegalStateException ofListener = new IllegalStateException("of the listener");
    try (Scope scope = lifecycle.open("logged", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run).listener(report -> {
      throw ofListener;
    }))) {
      fail(scope, "logged.task");
      assertThat(records).singleElement().satisfies(record -> {
        assertThat(record.getThrown()).isSameAs(ofListener);
        assertThat(record.getMessage()).contains("listener threw").contains("logged.task");
      });
    }
  }
}
