package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.flow.Handoff;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a batcher fails and ends. */
@Timeout(60)
class BatcherEndTest {
  private static final Duration DELAY = Duration.ofMillis(10);

  private final VirtualClock clock = new VirtualClock();
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(heard));
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  private final List<Integer> dropped = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private Batcher<Integer> failingOnOdd(Scope scope) {
    return Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.capacity(10).onDropped(dropped::add), this::failOnOdd);
  }

  private void failOnOdd(List<Integer> batch) throws IOException {
    batches.add(batch);
    if (batch.get(0) % 2 == 1) {
      throw new IOException("odd " + batch.get(0));
    }
  }

  @Test
  void underFailFastAFailingBatchFailsItsScope() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Batcher<Integer> batcher = failingOnOdd(scope);
    batcher.put(2);
    batcher.put(3);
    await().until(() -> scope.info().cancelled());
    assertThatThrownBy(() -> batcher.put(4)).isInstanceOf(ScopeCancelledException.class);
    batcher.close();
    assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class).hasRootCauseInstanceOf(IOException.class).hasRootCauseMessage("odd 3");
    scope.close();
    assertThat(batcher.figures().values()).containsEntry("failed", 1L);
  }

  @Test
  void underSuperviseAFailingBatchIsReportedAndTheNextRuns() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.policy(Policy.SUPERVISE));
    try (Batcher<Integer> batcher = failingOnOdd(scope)) {
      batcher.put(1);
      batcher.put(2);
    }
    scope.join();
    scope.close();
    assertThat(batches).containsExactly(List.of(1), List.of(2));
    assertThat(heard.failures(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(e -> assertThat(e).hasMessage("odd 1"));
  }

  @Test
  void aSupervisorHoldsABatcherAndAHandoffAsAnyScopeDoes() throws InterruptedException {
    Supervisor app = lifecycle.supervisor("flow.app", o -> o);
    Batcher<Integer> batcher = failingOnOdd(app);
    Handoff<Integer> handoff = Handoff.in(app, "flow.handoff", 2, o -> o.onDropped(dropped::add));
    batcher.put(1);
    batcher.put(2);
    batcher.flush();
    handoff.put(3);
    app.close();
    assertThat(batches).containsExactly(List.of(1), List.of(2));
    assertThat(dropped).containsExactly(3);
    assertThat(heard.failures(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(e -> assertThat(e).hasMessage("odd 1"));
  }

  @Test
  void aHandlerOfFailuresTakesTheBatchAndNobodyElseHearsOfIt() throws InterruptedException {
    List<List<Integer>> letters = new CopyOnWriteArrayList<>();
    Scope scope = lifecycle.open("flow.scope");
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.onFailure((batch, e) -> {
      assertThat(e).hasMessage("odd 1");
      letters.add(batch);
    }), this::failOnOdd);
    batcher.put(1);
    batcher.put(2);
    batcher.close();
    scope.join();
    scope.close();
    assertThat(letters).containsExactly(List.of(1));
    assertThat(batches).hasSize(2);
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void whatAHandlerOfFailuresThrowsIsTheFailureOfTheTask() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.onFailure((batch, e) -> {
      throw new IllegalStateException("worse");
    }), this::failOnOdd);
    batcher.put(1);
    assertThatThrownBy(() -> {
      await().until(() -> scope.info().cancelled());
      scope.join();
    }).hasRootCauseMessage("worse").satisfies(e -> assertThat(e.getCause().getSuppressed()).hasSize(1));
    scope.close();
  }

  @Test
  void aCancelInterruptsTheBatchThatRunsAndDropsWhatWasNotHandedOver() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Semaphore gate = new Semaphore(0);
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 2, DELAY, o -> o.onDropped(dropped::add), batch -> {
      batches.add(batch);
      gate.acquire();
    });
    for (int i = 1; i <= 5; i++) {
      batcher.put(i);
    }
    await().until(() -> batches.size() == 1);
    Aside<Throwable> flush = Aside.catching(batcher::flush).awaitWaiting();
    scope.cancel("enough");
    assertThat(flush.get()).isInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(() -> batcher.offer(6)).isInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(scope::join).isInstanceOf(ScopeCancelledException.class);
    scope.close();
    assertThat(batches).containsExactly(List.of(1, 2));
    assertThat(dropped).containsExactly(3, 4, 5);
    assertThat(heard.all()).isEmpty();
    assertThat(batcher.figures().values()).containsEntry("put", 5L).containsEntry("taken", 2L).containsEntry("discarded", 3L).containsEntry("size", 0L);
    batcher.close();
    assertThatThrownBy(batcher::flush).isInstanceOf(ScopeCancelledException.class);
  }

  @Test
  void theDeadlineOfTheScopeEndsTheBatcher() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.timeout(Duration.ofMillis(5)));
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 2, DELAY, o -> o.onDropped(dropped::add), batches::add);
    batcher.put(1);
    clock.advance(Duration.ofMillis(5));
    assertThatThrownBy(() -> batcher.put(2)).isInstanceOf(DeadlineExceededException.class);
    scope.close();
    assertThat(batches).isEmpty();
    assertThat(dropped).containsExactly(1);
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void closingTheScopeOfAnOpenBatcherDropsTheRest() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 5, DELAY, o -> o.onDropped(dropped::add), batches::add);
    batcher.put(1);
    scope.close();
    assertThat(dropped).containsExactly(1);
    assertThat(batches).isEmpty();
  }

  @Test
  void aBatchWhoseTaskIsCancelledBeforeItBeginsIsDropped() throws InterruptedException {
    Queue<Runnable> never = new ConcurrentLinkedQueue<>();
    Scope scope = lifecycle.open("flow.scope", o -> o.executor(never::add));
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 2, DELAY, o -> o.onDropped(dropped::add), batches::add);
    for (int i = 1; i <= 3; i++) {
      batcher.put(i);
    }
    await().until(() -> !never.isEmpty());
    assertThat(batcher.figures().values()).containsEntry("taken", 2L).containsEntry("running", 1L).containsEntry("batches", 0L);
    scope.close();
    never.forEach(Runnable::run);
    assertThat(batches).isEmpty();
    assertThat(dropped).containsExactly(1, 2, 3);
    assertThat(batcher.figures().values()).containsEntry("taken", 0L).containsEntry("discarded", 3L).containsEntry("running", 0L);
  }

  @Test
  void anInterruptOfTheCloserCancelsTheBatcherAndKeepsTheFlag() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Semaphore gate = new Semaphore(0);
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.onDropped(dropped::add), batch -> {
      batches.add(batch);
      gate.acquire();
    });
    batcher.put(1);
    batcher.put(2);
    await().until(() -> batches.size() == 1);
    Aside<Boolean> closer = Aside.run(() -> {
      batcher.close();
      return Thread.currentThread().isInterrupted();
    });
    closer.awaitWaiting().interrupt();
    assertThat(closer.get()).isTrue();
    assertThat(dropped).containsExactly(2);
    scope.join(); // the batch was cancelled, which is no failure, and the scope was not
    assertThat(scope.info().cancelled()).isFalse();
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    scope.close();
  }

  @Test
  void aScopeThatRejectsATaskEndsTheBatcherAndSaysSo() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.maxConcurrent(1, Overflow.REJECT));
    HeldBody other = HeldBody.listening();
    scope.start("flow.other", other);
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.capacity(5).onDropped(dropped::add), batches::add);
    batcher.put(1);
    await().until(() -> !heard.of(FailureReport.Kind.TASK_FAILED).isEmpty());
    assertThatThrownBy(() -> batcher.put(2)).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("could not start a batch");
    batcher.close();
    assertThat(dropped).containsExactly(1);
    assertThat(scope.info().cancelled()).as("the batcher's end is not the scope's").isFalse();
    other.letGo();
    scope.close();
  }

  @Test
  void aBatchAtTheLimitOfItsScopeRunsAllTheSame() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.maxConcurrent(1));
    scope.start("flow.produce", () -> {
      try (Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 2, DELAY, batches::add)) { // holds the only permit until they have run
        batcher.put(1);
        batcher.put(2);
        batcher.put(3);
      }
    });
    scope.join();
    scope.close();
    assertThat(batches).containsExactly(List.of(1, 2), List.of(3));
  }

  @Test
  void aDrainingScopeStillRunsItsBatches() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 2, DELAY, batches::add);
    batcher.put(1);
    scope.drain();
    batcher.put(2);
    batcher.put(3);
    batcher.close();
    assertThat(batches).containsExactly(List.of(1, 2), List.of(3));
    scope.close();
  }

  @Test
  void manyBatchersOpenedAndClosedInOneScopeLeaveNothingBehind() throws InterruptedException {
    Scope scope = lifecycle.open("flow.long-lived");
    openAndClose(scope, 500);
    long before = UsedHeap.bytes();
    openAndClose(scope, 10_000);
    assertThat(UsedHeap.bytes() - before).as("bytes kept").isLessThan(1_000_000); // a hundred bytes each
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
    assertThat(scope.info().live()).isZero();
    scope.close();
  }

  private static void openAndClose(Scope scope, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      Queue<Integer> sink = new ArrayDeque<>();
      try (Batcher<Integer> batcher = Batcher.in(scope, "flow.short", 2, DELAY, sink::addAll)) {
        batcher.put(i);
      }
      assertThat(sink).containsExactly(i);
    }
  }
}
