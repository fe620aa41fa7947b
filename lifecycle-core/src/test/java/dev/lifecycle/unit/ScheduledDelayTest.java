package dev.lifecycle.unit;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: tasks that a scheduled view takes for later. */
@Timeout(20)
class ScheduledDelayTest {
  private final WatchedClock clock = new WatchedClock();
  private final RecordingListener listener = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("scheduled").clock(clock).failureListener(listener));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(2);
  private final ScheduledExecutorService view = app.supervise("jobs", pool);
  private final AtomicInteger ran = new AtomicInteger();

  @AfterEach
  void close() {
    app.cancel("the end of the test");
    lifecycle.close();
    assertThat(pool.isShutdown()).isFalse();
    pool.shutdown();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    assertThat(clock.isNothingDue()).isTrue();
    TaskCounts counts = lifecycle.counts().get("jobs");
    assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
  }

  @Test
  void aCallableRunsOnThePoolWhenItIsDueAndNotBefore() throws Exception {
    ScheduledFuture<String> future = view.schedule(() -> Thread.currentThread().getName(), 5, SECONDS);
    clock.advance(ofSeconds(5).minusNanos(1));
    assertThat(future.isDone()).isFalse();
    assertThat(future.getDelay(NANOSECONDS)).isEqualTo(1);
    clock.advance(Duration.ofNanos(1));
    assertThat(future.get()).startsWith("pool-");
    assertThat(future.isDone()).isTrue();
    assertThat(future.isCancelled()).isFalse();
  }

  @Test
  void aRunnableGivesNull() throws Exception {
    ScheduledFuture<?> future = view.schedule((Runnable) ran::incrementAndGet, 1, MILLISECONDS);
    clock.advance(ofSeconds(1));
    assertThat(future.get()).isNull();
    assertThat(ran).hasValue(1);
  }

  @Test
  void zeroAndNegativeDelaysRunAtOnce() throws Exception {
    assertThat(view.schedule(() -> "zero", 0, SECONDS).get()).isEqualTo("zero");
    assertThat(view.schedule(() -> "negative", -7, DAYS).get()).isEqualTo("negative");
    assertThat(view.schedule(() -> "least", Long.MIN_VALUE, DAYS).get()).isEqualTo("least");
  }

  @Test
  void aHugeDelayIsWaitedFor() throws Exception {
    ScheduledFuture<Integer> future = view.schedule(ran::incrementAndGet, Long.MAX_VALUE, DAYS);
    clock.advance(ofDays(365 * 200));
    assertThat(future.isDone()).isFalse();
    assertThat(future.getDelay(DAYS)).isGreaterThan(365 * 90);
    assertThat(future.cancel(false)).isTrue();
  }

  @Test
  void theDelayGoesOnBelowZero() {
    ScheduledFuture<?> future = view.schedule(() -> "done", 2, SECONDS);
    assertThat(future.getDelay(SECONDS)).isEqualTo(2);
    assertThat(future.getDelay(MILLISECONDS)).isEqualTo(2_000);
    clock.advance(ofSeconds(5));
    assertThat(future.getDelay(SECONDS)).isEqualTo(-3);
    assertThatThrownBy(() -> future.getDelay(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void futuresAreOrderedByTheirTimeAndThenByAge() {
    List<ScheduledFuture<?>> expected = new ArrayList<>();
    expected.add(view.schedule(() -> "a", 1, SECONDS));
    expected.add(view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS));
    expected.add(view.schedule(() -> "b", 1, SECONDS));
    expected.add(view.scheduleWithFixedDelay(ran::incrementAndGet, 2, 2, SECONDS));
    expected.add(view.schedule(() -> "c", 3, SECONDS));
    List<ScheduledFuture<?>> shuffled = new ArrayList<>(expected);
    Collections.reverse(shuffled);
    Collections.sort(shuffled);
    assertThat(shuffled).containsExactlyElementsOf(expected);
    assertThat(expected.get(0).compareTo(expected.get(0))).isZero();
    assertThat(expected.get(0).equals(expected.get(2))).isFalse();
    ScheduledFuture<?> others = pool.schedule(() -> "other", 1, DAYS);
    assertThat(expected.get(4).compareTo(others)).isNegative();
    others.cancel(false);
  }

  @Test
  void oneThatIsCancelledBeforeItIsDueHoldsNothingInTheTimerOrThePool() {
    ScheduledFuture<?> future = view.schedule(ran::incrementAndGet, 5, SECONDS);
    assertThat(pool.getQueue()).isEmpty();
    assertThat(future.cancel(true)).isTrue();
    assertThat(future.cancel(true)).isFalse();
    assertThat(clock.isNothingDue()).isTrue();
    assertThat(future.isCancelled()).isTrue();
    assertThat(future.isDone()).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    clock.advance(ofSeconds(10));
    assertThat(pool.getTaskCount()).isZero();
    assertThat(ran).hasValue(0);
    assertThat(lifecycle.counts().get("jobs").cancelled()).isEqualTo(1);
  }

  @Test
  void oneThatIsCancelledWhileItRunsIsInterrupted() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("done");
    ScheduledFuture<String> future = view.schedule(body, 1, SECONDS);
    clock.advance(ofSeconds(1));
    body.awaitEntered();
    assertThat(future.cancel(true)).isTrue();
    Soon.until(body::wasInterrupted);
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void oneThatIsCancelledWithoutAnInterruptGoesOn() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("done");
    ScheduledFuture<String> future = view.schedule(body, 1, SECONDS);
    clock.advance(ofSeconds(1));
    body.awaitEntered();
    assertThat(future.cancel(false)).isTrue();
    assertThat(future.isCancelled()).isTrue();
    assertThat(lifecycle.counts().get("jobs").live()).isEqualTo(1);
    body.release();
    Soon.until(() -> lifecycle.counts().get("jobs").live() == 0);
    assertThat(body.wasInterrupted()).isFalse();
  }

  @Test
  void aTimedGetGivesUpAndTheTaskGoesOn() throws Exception {
    ScheduledFuture<String> future = view.schedule(() -> "done", 60, SECONDS);
    assertThatThrownBy(() -> future.get(0, SECONDS)).isInstanceOf(TimeoutException.class);
    Aside<Throwable> waiter = Aside.catching(() -> future.get(10, SECONDS)).awaitWaiting();
    Soon.until(() -> {
      clock.advance(ofSeconds(1));
      return waiter.isDone();
    });
    assertThat(waiter.get()).isInstanceOf(TimeoutException.class);
    clock.advance(ofSeconds(60));
    assertThat(future.get(10, SECONDS)).isEqualTo("done");
  }

  @Test
  void aFailureIsTheFutures() throws Exception {
    ScheduledFuture<?> future = view.schedule((Callable<String>) () -> { throw new IllegalStateException("down"); }, 1, SECONDS);
    clock.advance(ofSeconds(1));
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("down");
    app.close();
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void aFailureThatNobodyReadsIsReported() {
    view.schedule((Runnable) () -> { throw new IllegalStateException("down"); }, 1, SECONDS);
    clock.advance(ofSeconds(1));
    Soon.until(() -> lifecycle.counts().get("jobs").failed() == 1);
    app.close();
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("down");
  }

  @Test
  void theTimeoutOfADelayedTaskCountsFromWhenItIsDue() throws Exception {
    ScheduledExecutorService timed = app.supervise("timed", pool, o -> o.timeout(ofSeconds(10)));
    ParkedBody<String> body = ParkedBody.returning("done");
    ScheduledFuture<String> future = timed.schedule(body, 60, SECONDS);
    clock.advance(ofSeconds(60));
    body.awaitEntered();
    clock.advance(ofSeconds(9));
    assertThat(future.isDone()).isFalse();
    clock.advance(ofSeconds(1));
    Soon.until(future::isCancelled);
    Soon.until(body::wasInterrupted);
    timed.schedule(() -> "again", 1, SECONDS);
  }

  @Test
  void submissionsWithoutADelayAreThoseOfAnyExecutor() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    Future<String> future = view.submit(() -> "now");
    assertThat(future.get()).isEqualTo("now");
    view.execute(() -> order.add("executed"));
    Soon.until(() -> order.size() == 1);
    assertThat(view.invokeAll(List.of(() -> "a", () -> "b"))).extracting(Future::get).containsExactly("a", "b");
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(() -> view.schedule((Runnable) null, 1, SECONDS)).isInstanceOf(NullPointerException.class).hasMessage("command");
    assertThatThrownBy(() -> view.schedule((Callable<?>) null, 1, SECONDS)).isInstanceOf(NullPointerException.class).hasMessage("callable");
    assertThatThrownBy(() -> view.schedule(() -> "done", 1, (TimeUnit) null)).isInstanceOf(NullPointerException.class).hasMessage("unit");
    assertThatThrownBy(() -> view.scheduleAtFixedRate(null, 1, 1, SECONDS)).isInstanceOf(NullPointerException.class).hasMessage("command");
    assertThatThrownBy(() -> view.scheduleWithFixedDelay(null, 1, 1, SECONDS)).isInstanceOf(NullPointerException.class).hasMessage("command");
    assertThatThrownBy(() -> view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, null)).isInstanceOf(NullPointerException.class).hasMessage("unit");
    assertThatThrownBy(() -> view.scheduleWithFixedDelay(ran::incrementAndGet, 1, 1, null)).isInstanceOf(NullPointerException.class).hasMessage("unit");
    for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> view.scheduleAtFixedRate(ran::incrementAndGet, 1, bad, SECONDS)).isInstanceOf(IllegalArgumentException.class).hasMessage("period must be positive: " + bad);
      assertThatThrownBy(() -> view.scheduleWithFixedDelay(ran::incrementAndGet, 1, bad, SECONDS)).isInstanceOf(IllegalArgumentException.class).hasMessage("delay must be positive: " + bad);
    }
    assertThat(clock.isNothingDue()).isTrue();
    assertThat(lifecycle.counts().get("jobs").forked()).isZero();
  }

  @Test
  void aPoolThatIsShutDownUnderneathFailsTheTaskWhenItIsDue() {
    ScheduledThreadPoolExecutor doomed = new ScheduledThreadPoolExecutor(1);
    ScheduledExecutorService jobs = app.supervise("jobs", doomed);
    ScheduledFuture<Integer> delayed = jobs.schedule(ran::incrementAndGet, 1, SECONDS);
    doomed.shutdown();
    clock.advance(ofSeconds(1));
    assertThatThrownBy(delayed::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> jobs.schedule(ran::incrementAndGet, 0, SECONDS)).isInstanceOf(RejectedExecutionException.class);
    assertThat(ran).hasValue(0);
    Soon.until(() -> lifecycle.counts().get("jobs").rejected() == 2);
  }
}
