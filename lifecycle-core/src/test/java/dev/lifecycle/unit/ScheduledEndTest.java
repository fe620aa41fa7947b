package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: the end of a scheduled view, by itself and with its supervisor. */
@Timeout(20)
class ScheduledEndTest {
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
    assertThat(listener.all()).isEmpty();
  }

  private void assertRejects() {
    assertThatThrownBy(() -> view.schedule(() -> "late", 1, SECONDS)).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("jobs");
    assertThatThrownBy(() -> view.schedule(() -> "late", 0, SECONDS)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS)).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("jobs");
    assertThatThrownBy(() -> view.scheduleWithFixedDelay(ran::incrementAndGet, 0, 1, SECONDS)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.execute(ran::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
  }

  private static void assertCancelled(Future<?> future) {
    Soon.until(future::isDone);
    assertThat(future.isCancelled()).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void shutdownEndsPeriodicTasksAndLetsDelayedOnesRun() throws Exception {
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS);
    ScheduledFuture<?> delay = view.scheduleWithFixedDelay(ran::incrementAndGet, 1, 1, SECONDS);
    ScheduledFuture<String> delayed = view.schedule(() -> "delayed", 5, SECONDS);
    view.shutdown();
    assertCancelled(rate);
    assertCancelled(delay);
    assertRejects();
    assertThat(view.isShutdown()).isTrue();
    assertThat(view.isTerminated()).isFalse();
    clock.advance(ofSeconds(5));
    assertThat(delayed.get()).isEqualTo("delayed");
    assertThat(view.awaitTermination(10, SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
  }

  @Test
  void shutdownLetsTheRunOfAPeriodicTaskEnd() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("done");
    ScheduledFuture<?> future = view.scheduleAtFixedRate(() -> uncheck(body), 0, 1, SECONDS);
    body.awaitEntered();
    view.shutdown();
    assertCancelled(future);
    assertThat(view.isTerminated()).isFalse();
    body.release();
    assertThat(view.awaitTermination(10, SECONDS)).isTrue();
    assertThat(body.wasInterrupted()).isFalse();
    assertThat(lifecycle.counts().get("jobs").succeeded()).isEqualTo(1);
  }

  private static void uncheck(ParkedBody<String> body) {
    try {
      body.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shutdownNowReturnsWhatNeverRanInOrderAndInterruptsTheRest() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("running");
    ParkedBody<String> periodicBody = ParkedBody.returning("running");
    Future<String> running = view.submit(body);
    ScheduledFuture<?> runningPeriodic = view.scheduleAtFixedRate(() -> uncheck(periodicBody), 0, 1, SECONDS);
    body.awaitEntered();
    periodicBody.awaitEntered();
    ScheduledFuture<?> first = view.schedule(ran::incrementAndGet, 9, SECONDS);
    Runnable executed = ran::incrementAndGet;
    view.execute(executed); // both threads are busy
    ScheduledFuture<?> second = view.schedule(ran::incrementAndGet, 1, SECONDS);
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 3, 1, SECONDS);
    ScheduledFuture<?> delay = view.scheduleWithFixedDelay(ran::incrementAndGet, 2, 1, SECONDS);

    List<Runnable> never = view.shutdownNow();
    assertThat(never).hasSize(5);
    assertThat(never.get(1)).isSameAs(executed);
    assertThat((Object) never.get(3)).isSameAs(rate);
    assertThat((Object) never.get(4)).isSameAs(delay);
    for (Future<?> future : List.of(running, runningPeriodic, first, second, rate, delay)) {
      assertCancelled(future);
    }
    assertThat(view.awaitTermination(10, SECONDS)).isTrue();
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(periodicBody.wasInterrupted()).isTrue();
    assertThat(ran).hasValue(0);
    never.get(3).run();
    assertThat(ran).as("what was returned can be run by hand").hasValue(1);
    assertRejects();
    assertThat(view.shutdownNow()).isEmpty();
  }

  @Test
  void aRunThatWaitsInThePoolsQueueIsReturnedAsItsPeriodicTask() throws Exception {
    ParkedBody<String> one = ParkedBody.returning("one");
    ParkedBody<String> two = ParkedBody.returning("two");
    view.submit(one);
    view.submit(two);
    one.awaitEntered();
    two.awaitEntered();
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 0, 1, SECONDS);
    Soon.until(() -> pool.getQueue().size() == 1);
    List<Runnable> never = view.shutdownNow();
    assertThat(never).hasSize(1);
    assertThat((Object) never.get(0)).isSameAs(rate);
    assertCancelled(rate);
    assertThat(view.awaitTermination(10, SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
  }

  @Test
  void closeWaitsForDelayedTasks() {
    ScheduledFuture<?> delayed = view.schedule(ran::incrementAndGet, 5, SECONDS);
    Aside<Throwable> closer = Aside.catching(() -> ExecutorVersions.close(view)).awaitWaiting();
    assertThat(closer.isDone()).isFalse();
    clock.advance(ofSeconds(5));
    assertThat(closer.get()).isNull();
    assertThat(delayed.isDone()).isTrue();
    assertThat(ran).hasValue(1);
  }

  @Test
  void aDrainOfTheSupervisorEndsPeriodicTasksAndLetsDelayedOnesRun() throws Exception {
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS);
    ScheduledFuture<String> delayed = view.schedule(() -> "delayed", 5, SECONDS);
    app.drain();
    assertCancelled(rate);
    assertRejects();
    clock.advance(ofSeconds(5));
    assertThat(delayed.get()).isEqualTo("delayed");
    assertThat(ran).hasValue(0);
  }

  @Test
  void aShutdownOfTheSupervisorCancelsAtOnceWhatIsDueAfterItsDrain() throws Exception {
    ScheduledFuture<String> within = view.schedule(() -> "within", 5, SECONDS);
    ScheduledFuture<String> after = view.schedule(() -> "after", 1, HOURS);
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 7, 1, SECONDS);
    Aside<ShutdownReport> shutdown = Aside.run(() -> app.shutdown(ofSeconds(10), ofSeconds(1)));
    assertCancelled(after);
    assertCancelled(rate);
    assertThat(within.isDone()).isFalse();
    assertThat(shutdown.isDone()).isFalse();
    clock.advance(ofSeconds(5));
    assertThat(within.get()).isEqualTo("within");
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(shutdown.get().cancelledByPurpose()).containsEntry("jobs", 1).hasSize(1);
    assertThat(shutdown.get().took()).isEqualTo(ofSeconds(5));
  }

  @Test
  void aShutdownWithoutADrainCancelsEverythingAtOnce() throws Exception {
    ScheduledFuture<String> delayed = view.schedule(() -> "within", 5, SECONDS);
    assertThat(app.shutdown(ZERO, ofSeconds(1)).took()).isZero();
    assertCancelled(delayed);
    assertRejects();
  }

  @Test
  void aCancelOfTheSupervisorEndsEveryFutureAtOnce() {
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS);
    ScheduledFuture<?> delayed = view.schedule(ran::incrementAndGet, 1, SECONDS);
    Aside<Throwable> waiter = Aside.catching(rate::get).awaitWaiting();
    app.cancel("enough");
    assertThat(waiter.get()).isInstanceOf(CancellationException.class);
    assertCancelled(delayed);
    assertRejects();
    assertThat(app.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    clock.advance(ofSeconds(10));
    assertThat(ran).hasValue(0);
  }

  @Test
  void aCloseOfTheSupervisorEndsEveryFuture() {
    ScheduledFuture<?> rate = view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, SECONDS);
    ScheduledFuture<?> far = view.schedule(ran::incrementAndGet, 1, HOURS);
    app.close();
    assertCancelled(rate);
    assertCancelled(far);
    assertRejects();
    assertThat(view.isTerminated()).isTrue();
  }

  @Test
  void manyPeriodicTasksThatWereCancelledLeaveNothing() throws Exception {
    List<ScheduledFuture<?>> futures = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      futures.add(view.scheduleAtFixedRate(ran::incrementAndGet, 1, 1, HOURS));
    }
    futures.forEach(future -> future.cancel(true));
    assertThat(clock.isNothingDue()).isTrue();
    assertThat(pool.getQueue()).isEmpty();
    assertThat(lifecycle.counts().get("jobs").forked()).isZero();
  }
}
