package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 7 for services: a first start that fails leaves nothing behind; a restart that fails is a failure like any other. */
@Timeout(20)
class ServiceStartFailureTest {
  /** What a thread factory may do instead of giving a thread. */
  enum Fault {
    THROWS,
    IS_OUT_OF_MEMORY,
    GIVES_NULL;

    Thread strike() {
      return switch (this) {
        case THROWS -> throw new IllegalArgumentException("injected");
        case IS_OUT_OF_MEMORY -> throw new OutOfMemoryError("injected");
        default -> null;
      };
    }

    Class<? extends Throwable> type() {
      return switch (this) {
        case THROWS -> IllegalArgumentException.class;
        case IS_OUT_OF_MEMORY -> OutOfMemoryError.class;
        default -> RejectedExecutionException.class;
      };
    }
  }

  private final VirtualClock clock = new VirtualClock();
  private final RecordingListener listener = new RecordingListener();
  private final AtomicInteger asked = new AtomicInteger();
  private final ToldBody body = ToldBody.listening();
  private volatile int failFrom = Integer.MAX_VALUE;
  private volatile int failTo = Integer.MAX_VALUE;
  private volatile Fault fault = Fault.THROWS;
  private volatile Runnable meanwhile = () -> {};
  private final ThreadFactory factory = work -> {
    int n = asked.getAndIncrement();
    if (n >= failFrom && n < failTo) {
      meanwhile.run();
      return fault.strike();
    }
    Thread thread = new Thread(work, "made");
    thread.setDaemon(true);
    return thread;
  };
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).threads(factory).failureListener(listener));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);

  @AfterEach
  void nothingIsLeft() {
    lifecycle.close();
    ServiceFixture.soon().until(() -> Snapshot.take(lifecycle).scopes() == 0);
    assertThat(lifecycle.counts().values()).allMatch(c -> c.live() == 0 && c.forked() == c.succeeded() + c.failed() + c.cancelled() + c.rejected());
  }

  /** Lets the factory fail these calls, counted from 0. */
  private void fail(int from, int to, Fault how) {
    fault = how;
    failTo = to;
    failFrom = from;
  }

  private TaskCounts counts() {
    return lifecycle.counts().get("app.service");
  }

  @ParameterizedTest
  @EnumSource
  void theFirstStartThrowsItToTheCallerAndLeavesNothing(Fault how) throws Exception {
    fail(0, 1, how);
    assertThatThrownBy(() -> app.service("app.service", RestartPolicy.always(), body)).isInstanceOf(how.type());
    assertThat(Snapshot.take(lifecycle).scopes()).as("the supervisor alone").isEqualTo(1);
    assertThat(counts().rejected()).isEqualTo(1);
    assertThat(counts().live()).isZero();
    assertThat(clock.advanceToNextDeadline()).isFalse();
    assertThat(body.runs()).isZero();
    Service second = app.service("app.service", RestartPolicy.always(), body);
    body.awaitRun(1);
    assertThat(second.restarts()).isZero();
    assertThat(listener.all()).isEmpty();
    assertThat(app.shutdown(Duration.ZERO, Duration.ofSeconds(1)).services()).containsOnlyKeys("app.service");
  }

  @ParameterizedTest
  @EnumSource
  void aRestartThatCannotBeStartedCountsAsAFailureAndIsTriedAgain(Fault how) throws Exception {
    Service service = app.service("app.service", ServiceFixture.after(RestartPolicy.onFailure(), Duration.ofSeconds(1)), body);
    body.awaitRun(1);
    fail(1, 2, how);
    body.fail("down");
    ServiceFixture.awaitBackoff(app, service);
    assertThat(service.lastFailure()).hasMessage("down");
    clock.advance(Duration.ofSeconds(1));
    ServiceFixture.soon().until(() -> how.type().isInstance(service.lastFailure()));
    ServiceFixture.awaitBackoff(app, service);
    assertThat(service.restarts()).as("no body was started again").isZero();
    clock.advance(Duration.ofSeconds(1));
    body.awaitRun(2);
    assertThat(service.restarts()).isEqualTo(1);
    assertThat(counts().forked()).isEqualTo(3);
    assertThat(counts().rejected()).isEqualTo(1);
    ServiceFixture.soon().until(() -> listener.of(FailureReport.Kind.TASK_FAILED).size() == 2);
  }

  @Test
  void restartsThatCannotBeStartedUseUpTheBudgetHoweverLargeItIs() throws Exception {
    Service service = app.service("app.service", ServiceFixture.atOnce(RestartPolicy.onFailure()).limit(10_000, Duration.ofDays(1)), body);
    body.awaitRun(1);
    fail(1, Integer.MAX_VALUE, Fault.GIVES_NULL);
    body.fail("down");
    assertThat(service.awaitEnd(Duration.ofDays(1))).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.lastFailure()).isInstanceOf(RejectedExecutionException.class);
    assertThat(counts().rejected()).isEqualTo(10_000);
    assertThat(listener.awaitFirst(FailureReport.Kind.SERVICE_FAILED).failure()).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void aMemberOfAGroupThatCannotBeStartedRestartsTheGroup() {
    Supervisor group = lifecycle.supervisor("group", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ToldBody other = ToldBody.listening();
    RestartPolicy policy = ServiceFixture.atOnce(RestartPolicy.onFailure());
    group.service("group.first", policy, other);
    Service second = group.service("group.second", policy, body);
    other.awaitRun(1);
    body.awaitRun(1);
    fail(3, 4, Fault.THROWS); // the first is the third to be given a thread
    body.fail("down");
    body.awaitRun(2);
    other.awaitRun(3);
    assertThat(second.lastFailure()).hasMessage("injected");
    assertThat(other.hasOverlapped() || body.hasOverlapped()).isFalse();
  }

  @Test
  void aServiceThatCompletesWhileTheStartOfAnotherFailsStaysCompleted() throws Exception {
    // The factory is asked by the thread that deals with the events: what happens meanwhile is dealt with afterwards.
    Supervisor group = lifecycle.supervisor("group", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ToldBody other = ToldBody.listening();
    RestartPolicy policy = ServiceFixture.atOnce(RestartPolicy.onFailure());
    Service completing = group.service("group.first", policy, other);
    group.service("group.second", policy, body);
    other.awaitRun(1);
    body.awaitRun(1);
    fail(3, 4, Fault.THROWS);
    meanwhile = () -> {
      other.awaitRun(2).complete();
      ServiceFixture.soon().until(() -> lifecycle.counts().get("group.first").succeeded() == 1);
    };
    body.fail("down");
    assertThat(completing.awaitEnd(Duration.ofDays(1))).isTrue();
    assertThat(completing.status()).isEqualTo(Status.COMPLETED);
    body.awaitRun(2);
    assertThat(other.runs()).isEqualTo(2);
  }
}
