package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.flow.Handoff;
import dev.lifecycle.flow.WhenFull;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a hand-off ends with its scope. */
@Timeout(60)
class HandoffEndTest {
  private final VirtualClock clock = new VirtualClock();
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(heard));
  private final List<Integer> dropped = new ArrayList<>();

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private Handoff<Integer> in(Scope scope, int capacity) {
    return Handoff.in(scope, "flow.handoff", capacity, o -> o.onDropped(dropped::add));
  }

  @Test
  void aCancelWakesThreadsThatAreNoTasksOfTheScope() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> empty = in(scope, 1);
    Handoff<Integer> full = in(scope, 1);
    full.put(1);
    Aside<Throwable> consumer = Aside.catching(empty::take).awaitWaiting();
    Aside<Throwable> producer = Aside.catching(() -> full.put(2)).awaitWaiting();
    scope.cancel("enough");
    assertThat(consumer.get()).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("enough");
    assertThat(producer.get()).isInstanceOf(ScopeCancelledException.class);
    scope.close();
    assertThat(dropped).as("the element whose put threw is its producer's").containsExactly(1);
  }

  @Test
  void aCancelWakesTasksThatMayNotBeInterrupted() {
    Scope scope = lifecycle.open("flow.scope", o -> o.interrupt(Interrupts.NEVER));
    Handoff<Integer> handoff = in(scope, 1);
    Task<Integer> task = scope.fork("flow.take", handoff::take);
    await().until(() -> task.status() == Task.Status.RUNNING);
    scope.cancel("enough");
    scope.close();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void aTaskThatWaitsWhenItsScopeIsCancelledIsCancelledAndHasNotFailed() {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = in(scope, 1);
    Task<Integer> consumer = scope.fork("flow.take", handoff::take);
    Task<Integer> failing = scope.fork("flow.fail", () -> {
      throw new IllegalArgumentException("first");
    });
    assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("first")
        .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
    assertThat(consumer.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(failing.status()).isEqualTo(Task.Status.FAILED);
    scope.close();
  }

  @Test
  void onceTheCancelHasReturnedEveryCallThrowsThoughNobodyWouldHaveToWait() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = in(scope, 3);
    handoff.put(1);
    scope.cancel("enough");
    assertThatThrownBy(() -> handoff.put(2)).isInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(() -> handoff.offer(2)).isInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(handoff::take).isInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(() -> handoff.poll(Duration.ZERO)).isInstanceOf(ScopeCancelledException.class);
    assertThat(handoff.isEnded()).isTrue();
    handoff.close();
    assertThat(dropped).as("not before the scope closes").isEmpty();
    scope.close();
    assertThat(dropped).containsExactly(1);
    assertThat(handoff.figures().values()).containsEntry("discarded", 1L).containsEntry("size", 0L);
  }

  @Test
  void theDeadlineOfAScopeWithoutTasksEndsTheWaitsInIt() {
    Scope scope = lifecycle.open("flow.scope", o -> o.timeout(Duration.ofSeconds(3)));
    Handoff<Integer> handoff = in(scope, 1);
    Aside<Throwable> consumer = Aside.catching(handoff::take);
    await().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofSeconds(3));
    assertThat(consumer.get()).isInstanceOf(DeadlineExceededException.class);
    assertThatThrownBy(() -> handoff.put(1)).isInstanceOf(DeadlineExceededException.class);
    scope.close();
  }

  @Test
  void closingTheScopeGivesBackWhatNobodyTookAfterTheLastTask() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = in(scope, 3);
    handoff.put(1);
    handoff.put(2);
    HeldBody last = HeldBody.deaf();
    scope.start("flow.last", last);
    last.awaitBegun();
    Aside<Throwable> closer = Aside.catching(scope::close).awaitWaiting();
    assertThat(dropped).isEmpty();
    last.letGo();
    assertThat(closer.get()).isNull();
    assertThat(dropped).containsExactly(1, 2);
    assertThatThrownBy(handoff::take).isInstanceOf(ScopeCancelledException.class);
  }

  @Test
  void aClosedHandoffThatNobodyEmptiedGivesBackWhatIsLeftWhenTheScopeCloses() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = in(scope, 3);
    handoff.put(1);
    handoff.close();
    scope.close();
    assertThat(dropped).containsExactly(1);
  }

  @Test
  void leftOversAreClosedIfTheyCanBe() throws InterruptedException {
    AtomicInteger closed = new AtomicInteger();
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Object> handoff = Handoff.in(scope, "flow.handoff", 3, o -> o.closeOnDropped());
    AutoCloseable resource = closed::incrementAndGet;
    handoff.put(resource);
    handoff.put("not closeable");
    scope.close();
    assertThat(closed).hasValue(1);
  }

  @Test
  void aHandlerThatThrowsKeepsNoOtherElementFromItsTurnAndTheCloseSaysSo() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = Handoff.in(scope, "flow.handoff", 3, o -> o.onDropped(e -> {
      dropped.add(e);
      throw new IllegalArgumentException("handler " + e);
    }));
    handoff.put(1);
    handoff.put(2);
    assertThatThrownBy(scope::close).isInstanceOf(CleanupFailedException.class).hasRootCauseMessage("handler 1");
    assertThat(dropped).containsExactly(1, 2);
  }

  @Test
  void aCallJoinsItsPipelineAndReturnsItsValueThoughAHandoffWasLeftOpen() throws InterruptedException {
    int sum = lifecycle.call("flow.call", Duration.ofSeconds(10), scope -> {
      Handoff<Integer> numbers = Handoff.in(scope, "flow.numbers", 4);
      Handoff.in(scope, "flow.forgotten", 4);
      scope.start("flow.produce", () -> {
        try (numbers) {
          for (int i = 1; i <= 100; i++) {
            numbers.put(i);
          }
        }
      });
      Task<Integer> consumer = scope.fork("flow.consume", () -> {
        int total = 0;
        for (Integer n; (n = numbers.take()) != null; ) {
          total += n;
        }
        return total;
      });
      scope.join();
      return consumer.resultNow();
    });
    assertThat(sum).isEqualTo(5_050);
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void inACancelledScopeAHandoffOpensCancelledAndInAClosedOneItDoesNotOpen() {
    Scope scope = lifecycle.open("flow.scope");
    scope.cancel("enough");
    Handoff<Integer> handoff = in(scope, 1);
    assertThatThrownBy(handoff::take).isInstanceOf(ScopeCancelledException.class);
    scope.close();
    assertThatThrownBy(() -> in(scope, 1)).isInstanceOf(IllegalStateException.class);
    Scope draining = lifecycle.open("flow.scope");
    draining.drain();
    assertThatThrownBy(() -> in(draining, 1)).isInstanceOf(RejectedExecutionException.class);
    draining.close();
  }

  @Test
  void whatTheHandlerOfLeftOversDoesToTheHandoffChangesNothing() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    List<Handoff<Integer>> self = new ArrayList<>();
    self.add(Handoff.in(scope, "flow.handoff", 3, o -> o.onDropped(e -> {
      dropped.add(e);
      self.get(0).close();
      self.get(0).discard();
    })));
    self.get(0).put(1);
    self.get(0).put(2);
    scope.close();
    assertThat(dropped).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void aHookOfTheSameCancelMayCloseTheHandoffAndDelaysNobody() {
    Scope scope = lifecycle.open("flow.scope");
    Handoff<Integer> handoff = in(scope, 3);
    List<Integer> discarded = new ArrayList<>();
    scope.onCancel(() -> {
      handoff.close();
      discarded.add(handoff.discard());
    });
    Aside<Throwable> consumer = Aside.catching(handoff::take).awaitWaiting();
    scope.cancel("enough");
    assertThat(consumer.get()).isInstanceOf(ScopeCancelledException.class);
    scope.close(); // the clock stands still: a hook that waited for another would wait for ever
    assertThat(discarded).containsExactly(0);
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void aHundredThousandHandoffsOpenedAndClosedInOneScopeLeaveNothingBehind() throws InterruptedException {
    Scope scope = lifecycle.open("flow.long-lived", o -> o.timeout(Duration.ofDays(1)));
    openAndClose(scope, 5_000); // whatever is made once
    long before = UsedHeap.bytes();
    openAndClose(scope, 100_000);
    assertThat(UsedHeap.bytes() - before).as("bytes kept").isLessThan(1_000_000); // ten bytes each
    assertThat(Snapshot.take(lifecycle).scopes()).as("the scope alone").isEqualTo(1);
    scope.cancel("done"); // with hooks left it would hand them to a library thread
    scope.close();
    assertThat(dropped).isEmpty();
  }

  private static void openAndClose(Scope scope, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      Handoff<Object> handoff = Handoff.in(scope, "flow.short", 4, o -> o.whenFull(WhenFull.DROP_OLDEST));
      handoff.put(scope);
      handoff.close();
      if (i % 2 == 0) {
        handoff.take();
      } else {
        handoff.discard();
      }
    }
  }
}
