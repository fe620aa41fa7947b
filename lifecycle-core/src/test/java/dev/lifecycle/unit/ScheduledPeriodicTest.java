package dev.lifecycle.unit;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.internal.Bodies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: periodic tasks of a scheduled view. */
@Timeout(20)
class ScheduledPeriodicTest {
  private final WatchedClock clock = new WatchedClock();
  private final RecordingListener listener = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("scheduled").clock(clock).failureListener(listener));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(2);
  private final ScheduledExecutorService view = app.supervise("jobs", pool);
  private final List<Duration> starts = new CopyOnWriteArrayList<>();
  private final Semaphore leave = new Semaphore(0);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @AfterEach
  void close() {
    app.cancel("the end of the test");
    lifecycle.close();
    pool.shutdown();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    assertThat(clock.isNothingDue()).isTrue();
    for (TaskCounts counts : lifecycle.counts().values()) {
      assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
    }
  }

  private void brief() {
    starts.add(ofNanos(clock.nanoTime()));
  }

  private void held() {
    brief();
    try {
      leave.acquire();
    } catch (InterruptedException e) {
      interrupted.set(true);
    }
  }

  private void at(Duration reading, int runs) {
    clock.awaitDue(reading);
    clock.advanceTo(reading);
    Soon.until(() -> starts.size() == runs);
  }

  @Test
  void atAFixedRateItKeepsToTheGridAndMissedTicksBecomeOne() {
    ScheduledFuture<?> future = view.scheduleAtFixedRate(this::held, 2, 5, SECONDS);
    assertThat(future.getDelay(SECONDS)).isEqualTo(2);
    at(ofSeconds(2), 1);
    clock.advanceTo(ofSeconds(19)); // 7, 12 and 17 have passed
    leave.release();
    Soon.until(() -> starts.size() == 2);
    leave.release();
    at(ofSeconds(22), 3);
    leave.release();
    assertThat(starts).containsExactly(ofSeconds(2), ofSeconds(19), ofSeconds(22));
    clock.awaitDue(ofSeconds(27));
    assertThat(future.getDelay(SECONDS)).isEqualTo(5);
    assertThat(future.isDone()).isFalse();
  }

  @Test
  void withAFixedDelayItCountsFromTheEndOfEachRun() {
    view.scheduleWithFixedDelay(this::held, 0, 5, SECONDS);
    Soon.until(() -> starts.size() == 1);
    clock.advance(ofSeconds(3));
    leave.release();
    at(ofSeconds(8), 2);
    leave.release();
    clock.awaitDue(ofSeconds(13));
  }

  @Test
  void aPeriodMayBeLessThanAMillisecond() {
    view.scheduleAtFixedRate(this::brief, 100, 100, NANOSECONDS);
    for (int run = 1; run <= 20; run++) {
      at(ofNanos(100L * run), run);
    }
    view.scheduleWithFixedDelay(this::brief, Long.MIN_VALUE, 1, NANOSECONDS);
    Soon.until(() -> starts.size() == 21);
    clock.awaitDue(ofNanos(2_001));
  }

  @Test
  void hugePeriodsAreWaitedFor() {
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(this::brief, 0, Long.MAX_VALUE, DAYS);
    ScheduledFuture<?> first = view.scheduleWithFixedDelay(this::brief, Long.MAX_VALUE, 1, DAYS);
    Soon.until(() -> starts.size() == 1);
    clock.advance(Duration.ofDays(365 * 200));
    assertThat(rate.isDone()).isFalse();
    assertThat(first.isDone()).isFalse();
    assertThat(starts).hasSize(1);
    assertThat(rate.cancel(false)).isTrue();
    assertThat(first.cancel(false)).isTrue();
  }

  @Test
  void eachRunIsATaskOfItsOwn() {
    List<Long> ids = new CopyOnWriteArrayList<>();
    view.scheduleAtFixedRate(() -> ids.add(Bodies.current().id()), 1, 1, SECONDS);
    for (int run = 1; run <= 3; run++) {
      int n = run;
      clock.awaitDue(ofSeconds(run));
      clock.advanceTo(ofSeconds(run));
      Soon.until(() -> ids.size() == n);
    }
    clock.awaitDue(ofSeconds(4));
    assertThat(ids).doesNotHaveDuplicates();
    Soon.until(() -> lifecycle.counts().get("jobs").succeeded() == 3);
  }

  @Test
  void anExceptionEndsItAndIsReported() {
    IllegalStateException down = new IllegalStateException("down");
    ScheduledFuture<?> future = view.scheduleAtFixedRate(() -> { throw down; }, 1, 1, SECONDS);
    clock.advance(ofSeconds(1));
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).cause().isSameAs(down);
    assertThat(future.isCancelled()).isFalse();
    assertThat(future.cancel(true)).isFalse();
    FailureReport report = listener.awaitFirst(FailureReport.Kind.TASK_FAILED);
    assertThat(report.failure()).isSameAs(down);
    assertThat(report.purpose()).isEqualTo("jobs");
    assertThat(clock.isNothingDue()).isTrue();
    Soon.until(() -> lifecycle.counts().get("jobs").failed() == 1);
    app.close();
    assertThat(listener.all()).hasSize(1);
  }

  @Test
  void aRunThatTakesTooLongIsCancelledAndEndsItAsFailed() {
    ScheduledExecutorService timed = app.supervise("timed", pool, o -> o.timeout(ofSeconds(10)));
    ScheduledFuture<?> future = timed.scheduleAtFixedRate(this::held, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    clock.advance(ofSeconds(10));
    Soon.until(future::isDone);
    assertThat(interrupted).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(DeadlineExceededException.class);
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).isInstanceOf(DeadlineExceededException.class);
    Soon.until(() -> lifecycle.counts().get("timed").cancelled() == 1);
  }

  @Test
  void itsFutureNeverHasAValueAndATimedGetGivesUp() {
    ScheduledFuture<?> future = view.scheduleAtFixedRate(this::brief, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    assertThatThrownBy(() -> future.get(1, NANOSECONDS)).isInstanceOf(java.util.concurrent.TimeoutException.class);
    assertThat(future.isDone()).isFalse();
  }

  @Test
  void cancelBetweenTwoRunsEndsItAndLeavesNothing() {
    ScheduledFuture<?> future = view.scheduleAtFixedRate(this::brief, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    clock.awaitDue(ofSeconds(2));
    assertThat(future.cancel(false)).isTrue();
    assertThat(future.cancel(false)).isFalse();
    assertThat(future.isCancelled()).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    assertThat(clock.isNothingDue()).isTrue();
    clock.advance(ofSeconds(10));
    assertThat(starts).hasSize(1);
    assertThat(pool.getQueue()).isEmpty();
  }

  @Test
  void cancelDuringARunInterruptsItIfAskedAndNoneFollows() {
    ScheduledFuture<?> future = view.scheduleAtFixedRate(this::held, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    assertThat(future.cancel(true)).isTrue();
    Soon.until(interrupted::get);
    Soon.until(() -> lifecycle.counts().get("jobs").cancelled() == 1);
    assertThat(clock.isNothingDue()).isTrue();
  }

  @Test
  void cancelDuringARunLetsItEndIfAsked() {
    ScheduledFuture<?> future = view.scheduleAtFixedRate(this::held, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    assertThat(future.cancel(false)).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    leave.release();
    Soon.until(() -> lifecycle.counts().get("jobs").live() == 0);
    assertThat(interrupted).isFalse();
    assertThat(clock.isNothingDue()).isTrue();
  }

  @Test
  void whatALastRunThrowsAfterTheCancelIsReported() {
    ScheduledFuture<?> future =
        view.scheduleAtFixedRate(
            () -> {
              held();
              throw new IllegalStateException("late");
            },
            1,
            1,
            SECONDS);
    at(ofSeconds(1), 1);
    future.cancel(false);
    leave.release();
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("late");
    assertThat(future.isCancelled()).isTrue();
  }

  @Test
  void aPoolThatIsShutDownUnderneathEndsItAsFailed() {
    ScheduledThreadPoolExecutor doomed = new ScheduledThreadPoolExecutor(1);
    ScheduledFuture<?> future = app.supervise("doomed", doomed).scheduleAtFixedRate(this::brief, 1, 1, SECONDS);
    at(ofSeconds(1), 1);
    doomed.shutdown();
    clock.awaitDue(ofSeconds(2));
    clock.advance(ofSeconds(1));
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(RejectedExecutionException.class);
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).isInstanceOf(RejectedExecutionException.class);
    assertThat(lifecycle.counts().get("doomed").rejected()).isEqualTo(1);
  }

  @Test
  void aPoolThatRunsTheTaskOnTheThreadThatHandsItOverBlocksNobody() {
    ScheduledThreadPoolExecutor inline =
        new ScheduledThreadPoolExecutor(1) {
          @Override
          public void execute(Runnable command) {
            command.run();
          }
        };
    ScheduledFuture<?> future = app.supervise("inline", inline).scheduleAtFixedRate(this::held, 1, 1, SECONDS);
    ScheduledFuture<?> other = view.schedule(() -> "other", 1, SECONDS);
    at(ofSeconds(1), 1);
    Soon.until(other::isDone);
    assertThat(future.cancel(true)).isTrue();
    Soon.until(interrupted::get);
    inline.shutdown();
  }
}
