package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.CancelReason;
import dev.lifecycle.ForkInterruptedException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 46: forkers that wait for a permit. */
@Timeout(20)
class LimitBlockTest {
  private static final String PURPOSE = "limit.waiting";

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final ParkedBody<String> first = ParkedBody.returning("first");

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private Scope full(String purpose) throws InterruptedException {
    Scope scope = lifecycle.open(purpose, o -> o.maxConcurrent(1).timeout(Duration.ofSeconds(1)));
    scope.fork("limit.first", first);
    first.awaitEntered();
    return scope;
  }

  private TaskCounts counts() {
    return lifecycle.counts().get(PURPOSE);
  }

  @Test
  void blockedForkersAreServedFirstInFirstOut() throws InterruptedException {
    Scope scope = full("limit.fifo");
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<BlockedFork<Boolean>> forkers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      forkers.add(BlockedFork.of(scope, PURPOSE, () -> order.add(number)));
    }
    assertThat(order).isEmpty();
    first.release();
    for (BlockedFork<Boolean> forker : forkers) {
      assertThat(forker.task()).isNotNull();
    }
    scope.join();
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
    scope.close();
  }

  @Test
  void aBlockedForkWakesOnCancelAndStartsNothing() throws InterruptedException {
    Scope scope = full("limit.cancel");
    AtomicBoolean ran = new AtomicBoolean();
    BlockedFork<Boolean> forker = BlockedFork.of(scope, PURPOSE, () -> ran.getAndSet(true));
    scope.cancel("enough");
    Task<Boolean> task = forker.task();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    scope.close();
    assertThat(ran).isFalse();
    assertThat(counts().cancelled()).isEqualTo(1);
    assertThat(counts().forked()).isEqualTo(1);
  }

  @Test
  void aBlockedForkWakesOnTheDeadlineAndStartsNothing() throws InterruptedException {
    Scope scope = full("limit.deadline");
    AtomicBoolean ran = new AtomicBoolean();
    BlockedFork<Boolean> forker = BlockedFork.of(scope, PURPOSE, () -> ran.getAndSet(true));
    clock.advance(Duration.ofSeconds(1));
    Task<Boolean> task = forker.task();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    scope.close();
    assertThat(ran).isFalse();
    assertThat(counts().cancelled()).isEqualTo(1);
  }

  @Test
  void aBlockedForkWakesOnInterruptThrowsKeepsTheFlagAndStartsNothing() throws InterruptedException {
    Scope scope = full("limit.interrupt");
    AtomicBoolean ran = new AtomicBoolean();
    BlockedFork<Boolean> forker = BlockedFork.of(scope, PURPOSE, () -> ran.getAndSet(true));
    forker.interrupt();
    assertThat(forker.failure()).isInstanceOf(ForkInterruptedException.class);
    assertThat(forker.flagAtTheEnd()).isTrue();
    assertThat(scope.info().live()).isEqualTo(1);
    assertThat(counts().rejected()).isEqualTo(1);
    assertThat(counts().forked()).isEqualTo(1);
    assertThat(counts().live()).isZero();
    BlockedFork<String> next = BlockedFork.of(scope, "limit.next", () -> "next");
    first.release();
    assertThat(next.task()).as("the place of the interrupted one is not served").isNotNull();
    scope.join();
    scope.close();
    assertThat(ran).isFalse();
  }

  @Test
  void aBlockedForkFromOutsideIsRejectedWhenTheScopeDrains() throws InterruptedException {
    Scope scope = full("limit.drain");
    BlockedFork<String> forker = BlockedFork.of(scope, PURPOSE, () -> "never");
    scope.drain();
    assertThat(forker.failure()).isInstanceOf(RejectedExecutionException.class);
    assertThat(counts().rejected()).isEqualTo(1);
    first.release();
    scope.join();
    scope.close();
  }

  /** Drain admits what tasks of the draining scope fork; it does not lift the limits of the scopes below. */
  @Test
  void aBlockedForkOfATaskOfTheDrainingScopeGoesOnWaiting() throws Exception {
    Scope parent = lifecycle.open("limit.parent");
    Scope child = parent.child("limit.child", o -> o.maxConcurrent(1));
    child.fork("limit.first", first);
    first.awaitEntered();
    ParkedBody<String> second = ParkedBody.returning("second");
    Thread[] forker = new Thread[1];
    Task<String> task = parent.fork("limit.parent-task", () -> {
      forker[0] = Thread.currentThread();
      return child.fork(PURPOSE, second).get();
    });
    Awaitility.await().until(() -> forker[0] != null && forker[0].getState() == Thread.State.WAITING);
    parent.drain();
    // The forker looks again when it is woken; give it the chance to do the wrong thing.
    Awaitility.await().during(Duration.ofMillis(100)).until(() -> !second.hasEntered());
    first.release();
    second.awaitEntered().release();
    assertThat(task.get()).isEqualTo("second");
    parent.close();
  }

  @Test
  void noMoreBodiesRunAtOnceThanTheLimitSays() throws InterruptedException {
    Scope scope = lifecycle.open("limit.most", o -> o.maxConcurrent(3));
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Callable<Integer> body = () -> {
      int now = running.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
      Thread.yield();
      return running.decrementAndGet();
    };
    List<Thread> forkers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread forker = new Thread(() -> {
        for (int i = 0; i < 250; i++) {
          scope.fork(PURPOSE, body);
        }
      });
      forker.start();
      forkers.add(forker);
    }
    for (Thread forker : forkers) {
      forker.join();
    }
    scope.join();
    scope.close();
    assertThat(most.get()).isBetween(1, 3);
    assertThat(counts().succeeded()).isEqualTo(1_000);
  }

  /** Whoever wins, the permit is not lost. */
  @Test
  void anInterruptThatRacesAPermitLosesNoPermit() throws Exception {
    try (Duel duel = new Duel()) {
      for (int i = 0; i < 500; i++) {
        Scope scope = lifecycle.open("limit.race", o -> o.maxConcurrent(1));
        ParkedBody<String> holder = ParkedBody.returning("holder");
        scope.fork("limit.first", holder);
        BlockedFork<String> forker = BlockedFork.of(scope, PURPOSE, () -> "second");
        duel.fight(holder::release, forker::interrupt);
        forker.awaitEnd();
        assertThat(scope.fork("limit.third", () -> "third").get()).isEqualTo("third");
        scope.join();
        scope.close();
      }
    }
    assertThat(counts().forked()).isEqualTo(counts().succeeded() + counts().rejected()).isEqualTo(500);
  }
}
