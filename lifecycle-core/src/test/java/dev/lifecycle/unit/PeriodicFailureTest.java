package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.TaskFailedException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56: what a run that fails means for the next. */
@Timeout(20)
class PeriodicFailureTest {
  private static final Schedule EACH_SECOND = Schedule.fixedDelay(ofSeconds(1));

  private final WatchedClock clock = new WatchedClock();
  private final RecordingListener listener = new RecordingListener();
  private final AtomicInteger noThreads = new AtomicInteger();
  private final Lifecycle lifecycle =
      Lifecycle.create(
          o ->
              o.name("schedules")
                  .clock(clock)
                  .failureListener(listener)
                  .threads(
                      work -> {
                        if (noThreads.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                          throw new IllegalArgumentException("no thread");
                        }
                        Thread thread = new Thread(work, "made");
                        thread.setDaemon(true);
                        return thread;
                      }));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger(); // how many more runs fail

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private void body() {
    int run = runs.incrementAndGet();
    if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IllegalStateException("run " + run);
    }
  }

  private Service every(Schedule schedule, int failing) {
    failures.set(failing);
    return app.every("flush", schedule, this::body);
  }

  private void tick(Duration at, int expectedRuns) {
    clock.awaitDue(at);
    clock.advanceTo(at);
    Soon.until(() -> runs.get() == expectedRuns);
  }

  @Test
  void itIsReportedAndTheScheduleGoesOn() {
    Service service = every(EACH_SECOND, 1);
    tick(ofSeconds(1), 1);
    FailureReport report = listener.awaitFirst(FailureReport.Kind.TASK_FAILED);
    assertThat(report.failure()).hasMessage("run 1").isSameAs(service.lastFailure());
    assertThat(report.purpose()).isEqualTo("flush");
    assertThat(report.message()).contains("goes on");
    assertThat(report.scope()).endsWith(" app/flush");
    tick(ofSeconds(2), 2);
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(service.lastFailure()).hasMessage("run 1");
    clock.awaitDue(ofSeconds(3));
    assertThat(listener.all()).hasSize(1);
    assertThat(app.info().cancelled()).isFalse();
  }

  @Test
  void anErrorIsAFailureLikeAnyOther() {
    Service service = app.every("flush", EACH_SECOND, () -> { throw new AssertionError("run"); });
    clock.awaitDue(ofSeconds(1));
    clock.advance(ofSeconds(1));
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).isInstanceOf(AssertionError.class);
    clock.awaitDue(ofSeconds(2));
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
  }

  @Test
  void afterAFailureTheNextRunWaitsForItsBackoff() {
    Service service = every(Schedule.fixedRate(ofMillis(10)).backoffOnFailure(ofSeconds(10), ofSeconds(30)), 4);
    tick(ofMillis(10), 1);
    for (int row = 1; row <= 4; row++) { // 10, 20, 30, 30 seconds, half of it at random
      Duration most = ofSeconds(Math.min(30, 10L << row - 1));
      Duration delay = clock.awaitDue();
      assertThat(delay).isBetween(most.dividedBy(2), most);
      assertThat(service.status()).isEqualTo(Service.Status.BACKOFF);
      clock.advance(delay.minusNanos(1));
      assertThat(clock.awaitDue()).isEqualTo(Duration.ofNanos(1));
      clock.advance(Duration.ofNanos(1));
      int expected = row + 1;
      Soon.until(() -> runs.get() == expected);
    }
    assertThat(clock.awaitDue()).as("the tick that passed meanwhile was that of the last run").isLessThanOrEqualTo(ofMillis(10)).isPositive();
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    Soon.asserted(() -> assertThat(listener.of(FailureReport.Kind.TASK_FAILED)).hasSize(4).allSatisfy(r -> assertThat(r.message()).contains("at least")));
  }

  @Test
  void aSuccessStartsTheBackoffAgain() {
    Service service = every(EACH_SECOND.backoffOnFailure(ofSeconds(10), ofSeconds(1_000)), 2);
    tick(ofSeconds(1), 1);
    Duration first = clock.awaitDue();
    assertThat(first).isBetween(ofSeconds(5), ofSeconds(10));
    clock.advance(first);
    Soon.until(() -> runs.get() == 2);
    Duration second = clock.awaitDue();
    assertThat(second).isBetween(ofSeconds(10), ofSeconds(20));
    clock.advance(second);
    Soon.until(() -> runs.get() == 3);
    assertThat(clock.awaitDue()).as("after a success").isEqualTo(ofSeconds(1));
    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    failures.set(1);
    clock.advance(ofSeconds(1));
    Soon.until(() -> runs.get() == 4);
    assertThat(clock.awaitDue()).isBetween(ofSeconds(5), ofSeconds(10));
  }

  @Test
  void aBackoffNeverShortensTheWait() {
    Service service = every(Schedule.fixedDelay(ofSeconds(100)).initialDelay(ZERO).backoffOnFailure(ofMillis(1), ofMillis(1)), 1);
    Soon.until(() -> service.status() == Service.Status.BACKOFF);
    clock.awaitDue(ofSeconds(100));
  }

  @Test
  void byChoiceItFailsTheSupervisorWhichCancelsEverythingInIt() throws Exception {
    ParkedBody<String> other = ParkedBody.returning("other");
    ParkedBody<String> task = ParkedBody.returning("task");
    Service otherService = app.service("other", RestartPolicy.onFailure(), other::call);
    Task<String> otherTask = app.fork("task", task);
    other.awaitEntered();
    task.awaitEntered();
    Service service = every(EACH_SECOND.failScopeOnFailure(), 1);
    tick(ofSeconds(1), 1);
    Soon.until(() -> service.status() == Service.Status.FAILED && otherService.status() == Service.Status.STOPPED && otherTask.isCancelled());
    assertThat(app.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.SIBLING_FAILED);
    assertThat(listener.awaitFirst(FailureReport.Kind.SERVICE_FAILED).failure()).hasMessage("run 1");
    assertThatThrownBy(app::join).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("run 1");
    clock.awaitNothingDue();
    app.close(); // seen by the join
  }

  @Test
  void theCloseOfASupervisorThatARunHasFailedThrows() {
    Service service = every(EACH_SECOND.failScopeOnFailure(), 1);
    tick(ofSeconds(1), 1);
    Soon.until(() -> service.status() == Service.Status.FAILED);
    assertThatThrownBy(app::close).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("run 1");
    app.close();
  }

  @Test
  void aRunThatCouldNotBeStartedIsAFailedOne() {
    Service service = every(EACH_SECOND, 0);
    noThreads.set(1);
    clock.awaitDue(ofSeconds(1));
    clock.advance(ofSeconds(1));
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("no thread");
    tick(ofSeconds(2), 1);
    clock.awaitDue(ofSeconds(3));
    assertThat(service.lastFailure()).hasMessage("no thread");
    Soon.until(() -> lifecycle.counts().get("flush").live() == 0);
    TaskCounts counts = lifecycle.counts().get("flush");
    assertThat(counts.forked()).isEqualTo(2);
    assertThat(counts.rejected()).isEqualTo(1);
    assertThat(counts.succeeded()).isEqualTo(1);
    assertThat(counts.live()).isZero();
  }

  @Test
  void aRunThatCouldNotBeStartedFailsTheSupervisorToo() {
    every(EACH_SECOND.failScopeOnFailure(), 0);
    noThreads.set(1);
    clock.awaitDue(ofSeconds(1));
    clock.advance(ofSeconds(1));
    Soon.until(() -> app.info().cancelled());
    assertThatThrownBy(app::close).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("no thread");
    assertThat(lifecycle.counts().get("flush").rejected()).isEqualTo(1);
    assertThatThrownBy(() -> app.fork("late", () -> 1)).isNotInstanceOf(RejectedExecutionException.class).isInstanceOf(IllegalStateException.class);
  }
}
