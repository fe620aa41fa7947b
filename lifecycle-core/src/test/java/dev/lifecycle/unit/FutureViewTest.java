package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 41: a task as a future. */
@Timeout(20)
class FutureViewTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final Queue<Runnable> queue = new ArrayDeque<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void aCancelledTaskIsDoneAtOnceWhileItsScopeCountsItUntilTheBodyHasEnded() throws InterruptedException {
    Scope scope = lifecycle.open("future.cancel");
    ParkedBody<String> body = ParkedBody.stubborn("late");
    Task<String> task = scope.fork("future.body", body);
    body.awaitEntered();
    assertThat(task.status()).isEqualTo(Task.Status.RUNNING);
    assertThat(task.cancel("enough")).isTrue();
    assertThat(task.isDone()).isTrue();
    assertThat(task.isCancelled()).isTrue();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLING);
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
    assertThat(scope.info().live()).isEqualTo(1);
    body.release();
    scope.join();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    scope.close();
  }

  @Test
  void statusIsQueuedThenSucceeded() {
    Scope scope = lifecycle.open("future.queued", o -> o.executor(queue::add));
    Task<String> task = scope.fork("future.body", () -> "value");
    assertThat(task.status()).isEqualTo(Task.Status.QUEUED);
    assertThat(task.isDone()).isFalse();
    queue.remove().run();
    assertThat(task.status()).isEqualTo(Task.Status.SUCCEEDED);
    assertThat(task.isDone()).isTrue();
    scope.close();
  }

  @Test
  void statusIsFailedWhetherItThrewBeforeOrAfterTheMark() throws InterruptedException {
    Scope scope = lifecycle.open("future.failed", o -> o.policy(Policy.SUPERVISE));
    ParkedBody<String> body = ParkedBody.stubborn("late");
    Task<String> before = scope.fork("future.before", () -> {
      throw new IOException("before");
    });
    Task<String> after = scope.fork("future.after", () -> {
      body.call();
      throw new IOException("after");
    });
    body.awaitEntered();
    after.cancel("enough");
    body.release();
    scope.join();
    assertThat(before.status()).isEqualTo(Task.Status.FAILED);
    assertThat(after.status()).isEqualTo(Task.Status.FAILED);
    assertThat(before.failure()).hasMessage("before");
    assertThat(after.failure()).hasMessage("after");
    assertThatThrownBy(before::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(after::get).as("the future was done at the mark").isInstanceOf(CancellationException.class);
    scope.close();
  }

  @Test
  void statusIsOrphanedAfterTheGraceUnderAbandonAndCancelledAtItsRealEnd() throws InterruptedException {
    Scope scope = lifecycle.open("future.orphan", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON));
    ParkedBody<String> body = ParkedBody.stubborn("late");
    Task<String> task = scope.fork("future.body", body);
    body.awaitEntered();
    scope.cancel("enough");
    Awaitility.await().until(() -> {
      clock.advanceToNextDeadline();
      return task.status() == Task.Status.ORPHANED;
    });
    assertThatThrownBy(scope::close).isInstanceOf(OrphanedTasksException.class);
    body.release();
    Awaitility.await().until(() -> task.status() == Task.Status.CANCELLED);
  }

  @Test
  void cancelFalseMarksWithoutAnInterrupt() throws InterruptedException {
    Scope scope = lifecycle.open("future.no-interrupt");
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Context> context = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Task<String> task = scope.fork("future.body", () -> {
      context.set(Context.current());
      release.await();
      flag.set(Thread.currentThread().isInterrupted());
      return "late";
    });
    Awaitility.await().until(() -> context.get() != null);
    assertThat(task.cancel(false)).isTrue();
    assertThat(task.isCancelled()).isTrue();
    assertThat(context.get().isCancelled()).isTrue();
    release.countDown();
    scope.join();
    assertThat(flag.get()).as("interrupted").isFalse();
    scope.close();
  }

  @Test
  void cancelTrueInterrupts() throws InterruptedException {
    Scope scope = lifecycle.open("future.interrupt");
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = scope.fork("future.body", body);
    body.awaitEntered();
    assertThat(task.cancel(true)).isTrue();
    scope.join();
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(task.cancel(true)).as("a second cancel").isFalse();
    scope.close();
  }

  /** The hook holds the interrupt of the first cancel back; the second cancel came later and must not take it away. */
  @Test
  void aLaterCancelFalseDoesNotTakeBackTheInterruptOfTheFirstCancel() throws InterruptedException {
    Scope scope = lifecycle.open("future.overtake");
    CountDownLatch hookRuns = new CountDownLatch(1);
    CountDownLatch hookEnds = new CountDownLatch(1);
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = scope.fork("future.body", () -> {
      Context.current().onCancel(() -> {
        hookRuns.countDown();
        hookEnds.await();
      });
      return body.call();
    });
    body.awaitEntered();
    assertThat(task.cancel("first")).isTrue();
    hookRuns.await();
    assertThat(task.cancel(false)).isFalse();
    hookEnds.countDown();
    try {
      Awaitility.await().until(body::wasInterrupted);
    } finally {
      body.release();
    }
    scope.join();
    scope.close();
  }

  @Test
  void getWithATimeoutThrowsTimeoutExceptionAndCancelsNothing() throws Exception {
    Scope scope = lifecycle.open("future.timeout");
    ParkedBody<String> body = ParkedBody.returning("value");
    Task<String> task = scope.fork("future.body", body);
    Thread waiter = Thread.currentThread();
    Thread mover = new Thread(() -> {
      Awaitility.await().until(() -> clock.sleepers() == 1 && waiter.isAlive());
      clock.advance(Duration.ofSeconds(1));
    });
    mover.start();
    assertThatThrownBy(() -> task.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    mover.join();
    assertThat(task.isDone()).isFalse();
    body.release();
    assertThat(task.get()).isEqualTo("value");
    scope.close();
  }

  @Test
  void getOnOneselfThrowsAtOnce() throws Exception {
    Scope scope = lifecycle.open("future.self", o -> o.policy(Policy.SUPERVISE));
    AtomicReference<Task<String>> self = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    Task<String> task = scope.fork("future.body", () -> {
      known.await();
      return self.get().get();
    });
    self.set(task);
    known.countDown();
    assertThatThrownBy(task::get).hasCauseInstanceOf(IllegalStateException.class).hasMessageContaining("would wait for itself");
    scope.close();
  }

  @Test
  void getOnAnAncestorsTaskThrowsAtOnce() throws Exception {
    Scope scope = lifecycle.open("future.ancestor", o -> o.policy(Policy.SUPERVISE));
    AtomicReference<Task<String>> ancestor = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    Task<String> task = scope.fork("future.outer", () -> {
      known.await();
      try (Scope inner = lifecycle.open("future.inner")) {
        Task<String> deep = inner.fork("future.deep", () -> ancestor.get().get());
        inner.join(IllegalStateException.class);
        return deep.resultNow();
      }
    });
    ancestor.set(task);
    known.countDown();
    assertThatThrownBy(task::get).hasCauseInstanceOf(IllegalStateException.class).hasMessageContaining("future.outer");
    scope.close();
  }
}
