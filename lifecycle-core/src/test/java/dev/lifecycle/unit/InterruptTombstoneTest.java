package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Key;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 27: tasks that were cancelled in the queue of somebody else's executor. */
@Timeout(20)
class InterruptTombstoneTest extends CancelFixture {
  private static final Key<Object> VALUE = Key.of("value");

  private final List<Runnable> queue = new ArrayList<>();

  @Test
  void joinDoesNotWaitForAPoolToDequeueACancelledTask() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    Scope scope = lifecycle.open("work", o -> o.executor(queue::add));
    Task<Boolean> task = scope.fork("work.queued", () -> ran.getAndSet(true));

    task.cancel("alone");
    scope.join();
    scope.close();

    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(queue).hasSize(1);
    queue.forEach(Runnable::run);
    assertThat(ran).isFalse();
  }

  @Test
  void onlyTheWinnerOfATaskThatHasNotBegunCountsItOut() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(queue::add));
    AtomicInteger neverRan = new AtomicInteger();
    Task<String> task = scope.<String>fork("work.tombstone", o -> o.onNeverRun(neverRan::incrementAndGet), () -> "ran");
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger won = new AtomicInteger();
    List<Thread> cancellers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread canceller = new Thread(() -> {
        awaitThroughInterrupts(go);
        won.addAndGet(task.cancel("race") ? 1 : 0);
        scope.cancel("race");
      });
      canceller.start();
      cancellers.add(canceller);
    }
    go.countDown();
    for (Thread canceller : cancellers) {
      canceller.join();
    }
    queue.forEach(Runnable::run);

    scope.awaitQuiescence(Duration.ofDays(1));
    assertThat(won.get()).isLessThanOrEqualTo(1);
    assertThat(neverRan).hasValue(1);
    assertThat(scope.info().live()).isZero();
    assertThat(lifecycle.counts().get("work.tombstone").cancelled()).isEqualTo(1);
  }

  @Test
  void theTombstoneInAForeignQueueHoldsNoReferenceToBodyScopeOrValues() {
    List<WeakReference<Object>> references = leaveTombstone(false);

    assertThat(queue).hasSize(1);
    awaitCollected(references);
    Reference.reachabilityFence(queue);
  }

  @Test
  void aTaskThatAJoinerRanLeavesATombstoneThatHoldsNothing() throws Exception {
    List<Runnable> rest = new ArrayList<>();
    AtomicInteger given = new AtomicInteger();
    Scope root = lifecycle.open("root");
    List<WeakReference<Object>> references = new ArrayList<>();
    Executor one = work -> {
      if (given.getAndIncrement() == 0) {
        new Thread(work).start();
      } else {
        rest.add(work); // the only thread is busy
      }
    };
    Task<Object> joiner = root.fork("root.joins", () -> {
      Scope scope = Scope.open("on-executor", o -> o.executor(one));
      scope.start("on-executor.joins", () -> {
        Object captured = new Object();
        references.add(new WeakReference<>(captured));
        try (Scope inner = Scope.open("inner", o -> o.executor(one))) {
          inner.fork("inner.inline", captured::toString);
          inner.join();
        }
      });
      scope.join();
      scope.close();
      return "";
    });
    joiner.get();
    root.join();

    assertThat(rest).hasSize(1);
    awaitCollected(references);
    Reference.reachabilityFence(rest);
  }

  @Test
  void aTaskCancelledWhileItIsHandedOverLeavesATombstoneThatHoldsNothing() throws Exception {
    List<WeakReference<Object>> references = new ArrayList<>();
    Thread forker = new Thread(() -> references.addAll(leaveTombstone(true))) {
      private boolean cancelled;

      @Override
      public ClassLoader getContextClassLoader() { // asked for between the look at the task and the hand-over
        Scope scope = handingOver;
        if (scope != null && !cancelled) {
          cancelled = true;
          scope.cancel("just now");
        }
        return super.getContextClassLoader();
      }
    };
    forker.start();
    forker.join();

    awaitCollected(references);
    Reference.reachabilityFence(queue);
  }

  private volatile Scope handingOver;

  private List<WeakReference<Object>> leaveTombstone(boolean whileHandingOver) {
    Object captured = new Object();
    Object value = new Object();
    Scope scope = lifecycle.open("work", o -> o.executor(queue::add).with(VALUE, value));
    handingOver = whileHandingOver ? scope : null;
    Task<String> task = scope.fork("work.queued", captured::toString);
    handingOver = null;
    scope.cancel("stop");
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    scope.close();
    return List.of(new WeakReference<>(captured), new WeakReference<>(value), new WeakReference<>(scope), new WeakReference<>(task));
  }

  private static void awaitCollected(List<WeakReference<Object>> references) {
    assertThat(references).isNotEmpty();
    until(() -> {
      System.gc();
      return references.stream().allMatch(r -> r.get() == null);
    });
  }
}
