package dev.lifecycle.unit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.ExecutorOptions;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Ownership;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: pools that refuse, are shut down, are full or are owned; deadlines and interrupts of their tasks. */
@Timeout(20)
class SupervisedPoolFaultTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("pools").clock(clock).failureListener(report -> {}));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ThreadPoolExecutor pool = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));

  @AfterEach
  void close() {
    pool.shutdownNow();
    lifecycle.close();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    for (TaskCounts counts : lifecycle.counts().values()) {
      assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
    }
  }

  private TaskCounts counts() {
    return lifecycle.counts().get("http");
  }

  @Test
  void aPoolThatIsShutDownIsRefused() {
    pool.shutdown();
    assertThatThrownBy(() -> app.supervise("http", pool)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("http").hasMessageContaining("shut down");
    ScheduledExecutorService scheduled = Executors.newScheduledThreadPool(1);
    scheduled.shutdown();
    assertThatThrownBy(() -> app.supervise("http", scheduled)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("shut down");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(() -> app.supervise("http", (ExecutorService) null)).isInstanceOf(NullPointerException.class).hasMessage("pool");
    assertThatThrownBy(() -> app.supervise("http", (ScheduledExecutorService) null)).isInstanceOf(NullPointerException.class).hasMessage("pool");
    assertThatThrownBy(() -> app.supervise("Http", pool)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("purpose must match");
    assertThatThrownBy(() -> app.supervise("http", pool, null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> app.supervise("http", pool, o -> o.timeout(ofSeconds(0)))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("timeout");
    assertThatThrownBy(() -> app.supervise("http", pool, o -> o.expectedWithin(ofSeconds(-1)))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("PT-1S");
    assertThatThrownBy(() -> app.supervise("http", pool, o -> o.ownership(null))).isInstanceOf(NullPointerException.class).hasMessage("ownership");
    assertThatThrownBy(() -> app.supervise("http", pool, o -> o.interrupt(null))).isInstanceOf(NullPointerException.class).hasMessage("interrupts");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    assertThat(ExecutorOptions.defaults().ownership()).isEqualTo(Ownership.BORROWED);
  }

  @Test
  void aPoolThatRejectsRejectsAndNothingIsLeftBehind() throws Exception {
    ExecutorService view = app.supervise("http", pool);
    ParkedBody<String> body = ParkedBody.returning("first");
    Future<String> first = view.submit(body);
    Future<String> queued = view.submit(() -> "queued");
    assertThatThrownBy(() -> view.submit(() -> "third")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(Snapshot.take(lifecycle).tasks()).isEqualTo(2);
    assertThat(counts().rejected()).isEqualTo(2);
    body.release();
    assertThat(first.get()).isEqualTo("first");
    assertThat(queued.get()).isEqualTo("queued");
    assertThat(view.submit(() -> "next").get()).isEqualTo("next");
  }

  @Test
  void aTaskThatIsCancelledInTheQueueLeavesATombstoneThatHoldsNothing() throws Exception {
    ExecutorService view = app.supervise("http", pool);
    ParkedBody<String> body = ParkedBody.returning("first");
    view.submit(body);
    body.awaitEntered();
    AtomicInteger ran = new AtomicInteger();
    Future<?> queued = view.submit(ran::incrementAndGet);
    assertThat(queued.cancel(true)).isTrue();
    assertThat(Snapshot.take(lifecycle).tasks()).isEqualTo(1);
    assertThat(pool.getQueue()).hasSize(1);
    body.release();
    Soon.until(() -> pool.getCompletedTaskCount() == 2);
    assertThat(ran).hasValue(0);
  }

  @Test
  void aPoolThatIsShutDownUnderneathRejectsAndWhatItDroppedEndsWithTheSupervisor() throws Exception {
    ExecutorService view = app.supervise("http", pool);
    ParkedBody<String> body = ParkedBody.returning("first");
    Future<String> first = view.submit(body);
    body.awaitEntered();
    AtomicInteger ran = new AtomicInteger();
    Future<?> dropped = view.submit(ran::incrementAndGet);
    pool.shutdownNow();
    Soon.until(body::wasInterrupted);
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    Soon.until(first::isDone);
    ShutdownReport report = app.shutdown(ofSeconds(0), ofSeconds(1));
    assertThat(report.cancelledByPurpose()).containsEntry("http", 1);
    assertThat(report.orphans()).isEmpty();
    assertThatThrownBy(dropped::get).isInstanceOf(CancellationException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void anOwnedPoolIsShutDownWhenTheViewEnds() {
    ExecutorService view = app.supervise("http", pool, o -> o.ownership(Ownership.OWNED));
    assertThat(pool.isShutdown()).isFalse();
    view.shutdown();
    Soon.until(pool::isShutdown);
  }

  @Test
  void anOwnedPoolIsShutDownWhenTheSupervisorEnds() throws Exception {
    ExecutorService view = app.supervise("http", pool, o -> o.ownership(Ownership.OWNED));
    view.submit(() -> "done").get();
    app.close();
    assertThat(pool.isShutdown()).isTrue();
  }

  @Test
  void theTimeoutOfATaskIncludesItsTimeInTheQueue() throws Exception {
    ExecutorService view = app.supervise("http", pool, o -> o.timeout(ofSeconds(10)));
    ParkedBody<String> body = ParkedBody.returning("first");
    pool.execute(() -> {
      try {
        body.call();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    body.awaitEntered();
    Future<String> queued = view.submit(() -> "queued");
    clock.advance(ofSeconds(9));
    assertThat(queued.isDone()).isFalse();
    clock.advance(ofSeconds(1));
    Soon.until(queued::isCancelled);
    assertThat(((Task<?>) queued).cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    body.release();
    Soon.until(() -> pool.getQueue().isEmpty());
    ParkedBody<String> running = ParkedBody.returning("running");
    Future<String> second = view.submit(running);
    running.awaitEntered();
    clock.advance(ofSeconds(10));
    Soon.until(running::wasInterrupted);
    assertThat(second.isCancelled()).isTrue();
    Future<String> brief = view.submit(() -> "brief");
    assertThat(brief.get()).isEqualTo("brief");
    clock.advance(ofSeconds(10));
    assertThat(brief.isCancelled()).isFalse();
  }

  @Test
  void withoutInterruptsACancelIsSeenAsAFlagOnly() throws Exception {
    ExecutorService view = app.supervise("http", pool, o -> o.interrupt(Interrupts.NEVER));
    ParkedBody<String> body = ParkedBody.returning("done");
    Future<String> running = view.submit(body);
    body.awaitEntered();
    view.shutdownNow();
    assertThat(running.isCancelled()).isTrue();
    clock.advance(ofSeconds(60));
    assertThat(view.isTerminated()).isFalse();
    body.release();
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(body.wasInterrupted()).isFalse();
  }

  @Test
  void aViewIsPartOfTheSupervisorAndNotOfTheTaskThatMadeIt() throws Exception {
    ExecutorService view = lifecycle.call("request", ofSeconds(10), scope -> scope.fork("maker", () -> app.supervise("http", pool)).get());
    clock.advance(ofSeconds(20));
    assertThat(view.isShutdown()).isFalse();
    assertThat(view.submit(() -> "done").get()).isEqualTo("done");
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(2);
  }
}
