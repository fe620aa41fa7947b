package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 20 and 22: in which order hooks run, what follows them, and what a bad one cannot stop. */
@Timeout(20)
class HookOrderTest extends CancelFixture {
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch unblock = new CountDownLatch(1);

  @AfterEach
  void unblockHooks() {
    unblock.countDown();
  }

  private void block() throws InterruptedException {
    blocked.countDown();
    unblock.await();
  }

  @Test
  void aScopesOwnHooksRunBeforeItsChildrens() {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    Scope leaf = child.child("leaf", o -> o);
    leaf.onCancel(() -> order.add("leaf"));
    child.onCancel(() -> order.add("child"));
    root.onCancel(() -> order.add("root"));

    root.cancel("stop");

    until(() -> order.size() == 3);
    assertThat(order).containsExactly("root", "child", "leaf");
  }

  @Test
  void interruptsFollowWhenAllHooksHaveEnded() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    scope.fork("work.park", body);
    body.awaitStart();
    scope.onCancel(this::block);

    scope.cancel("stop");
    blocked.await();
    assertThat(body.interrupts).hasValue(0);
    assertThat(body.thread.isInterrupted()).isFalse();

    unblock.countDown();
    body.awaitInterrupts(1); // the clock stands still
  }

  @Test
  void interruptsFollowOneSecondAfterTheMarkThoughAHookStillRuns() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    scope.fork("work.park", body);
    body.awaitStart();
    scope.onCancel(this::block);
    scope.cancel("stop");
    blocked.await();

    clock.advance(Duration.ofMillis(999));
    assertThat(body.interrupts).hasValue(0);

    clock.advance(Duration.ofMillis(1));
    body.awaitInterrupts(1);
    unblock.countDown();
  }

  @Test
  void onceAHookHasTakenOverASecondEachOtherGetsAThreadOfItsOwn() throws Exception {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    CountDownLatch alsoBlocked = new CountDownLatch(1);
    root.onCancel(this::block);
    child.onCancel(() -> {
      alsoBlocked.countDown();
      unblock.await();
    });
    child.child("leaf", o -> o).onCancel(() -> order.add("leaf"));
    root.cancel("stop");
    blocked.await();
    assertThat(alsoBlocked.getCount()).isEqualTo(1); // they wait for each other before

    clock.advance(Duration.ofSeconds(1));

    alsoBlocked.await();
    until(() -> order.size() == 1); // though two others block
    unblock.countDown();
  }

  @Test
  void theSecondOfASlowHookCountsFromItsOwnStart() throws Exception {
    Scope root = lifecycle.open("root");
    CountDownLatch firstIn = new CountDownLatch(1);
    CountDownLatch firstOut = new CountDownLatch(1);
    root.onCancel(() -> {
      firstIn.countDown();
      firstOut.await();
    });
    Scope child = root.child("child", o -> o);
    child.onCancel(this::block);
    AtomicReference<Duration> leafAt = new AtomicReference<>();
    child.child("leaf", o -> o).onCancel(() -> leafAt.set(now()));
    root.cancel("stop");
    firstIn.await();
    clock.advance(Duration.ofMillis(600));
    firstOut.countDown();
    blocked.await();

    until(() -> {
      clock.advance(Duration.ofMillis(20));
      return leafAt.get() != null;
    });

    assertThat(leafAt.get()).isGreaterThanOrEqualTo(Duration.ofMillis(1_600)); // not a second after the mark
  }

  @Test
  void aHookThatThrowsStopsNeitherOtherHooksNorInterruptsAndIsReported() throws Exception {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    Parked body = parked();
    child.fork("child.park", body);
    body.awaitStart();
    AssertionError error = new AssertionError("hook");
    root.onCancel(() -> {
      throw error;
    });
    child.onCancel(() -> order.add("child"));

    root.cancel("stop");

    body.awaitInterrupts(1);
    assertThat(order).containsExactly("child");
    assertThat(reports.of(FailureReport.Kind.HOOK_FAILED)).singleElement().satisfies(r -> {
      assertThat(r.failure()).isSameAs(error);
      assertThat(r.scope()).isEqualTo(root.toString());
    });
  }

  @Test
  void aHookThatBlocksStopsNoInterruptOfADescendant() throws Exception {
    Scope root = lifecycle.open("root");
    Scope plain = root.child("plain", o -> o);
    Parked body = parked();
    plain.fork("plain.park", body);
    body.awaitStart();
    root.onCancel(this::block);

    root.cancel("stop");

    body.awaitInterrupts(1); // the child has no hooks: it does not wait for its parent's
    unblock.countDown();
  }

  @Test
  void theHooksOfATaskCancelledAloneRunBeforeItsInterrupt() throws Exception {
    Scope scope = lifecycle.open("work");
    scope.onCancel(() -> order.add("scope"));
    Parked body = parked();
    Task<String> task = scope.fork("work.park", () -> {
      Context.current().onCancel(() -> order.add("task, interrupts " + body.interrupts));
      return body.call();
    });
    body.awaitStart();

    task.cancel("alone");

    body.awaitInterrupts(1);
    assertThat(order).containsExactly("task, interrupts 0");
  }

  @Test
  void closeWaitsForTheHooksAtMostTheGraceAndThenSaysSo() throws Exception {
    Scope scope = lifecycle.open("work");
    scope.onCancel(this::block);
    scope.cancel("stop");
    blocked.await();
    Thread closer = new Thread(scope::close);
    closer.start();
    until(() -> clock.sleepers() == 1);
    assertThat(scope.info().closed()).isFalse();

    clock.advance(Duration.ofSeconds(5));

    closer.join();
    assertThat(scope.info().closed()).isTrue();
    assertThat(reports.of(FailureReport.Kind.HOOK_FAILED)).hasSize(1);
    unblock.countDown();
  }
}
