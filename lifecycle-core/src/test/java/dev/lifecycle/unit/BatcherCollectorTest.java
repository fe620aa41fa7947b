package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The collector of a batcher: what may befall it, and that nobody waits for one that is gone. */
@Timeout(20)
class BatcherCollectorTest {
  private static final Duration DELAY = Duration.ofMillis(10);

  private final BreakingClock clock = new BreakingClock();
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(heard));
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  private final List<Integer> dropped = new CopyOnWriteArrayList<>();
  private final Semaphore inside = new Semaphore(0);
  private final Semaphore toExecute = new Semaphore(0);

  @AfterEach
  void close() {
    lifecycle.close();
  }

  /** Throws, once armed, at a wait in a batcher on a thread that is not one of the test's. */
  private static final class BreakingClock implements MonotonicClock {
    private final VirtualClock time = new VirtualClock();
    private final Thread test = Thread.currentThread();
    private volatile boolean armed;

    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public Instant instant() {
      return time.instant();
    }

    @Override
    public void parkUntil(Object blocker, long nanos) {
      Thread self = Thread.currentThread();
      if (armed && blocker.getClass().getSimpleName().equals("BatchBuffer") && self != test && !self.getName().equals("aside")) {
        throw new LinkageError("seeded");
      }
      time.parkUntil(blocker, nanos);
    }
  }

  @Test
  void anActionThatLeavesItsInterruptFlagInTheFrameOfTheCollectorDoesNotEndTheBatcher() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run));
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.onDropped(dropped::add), batch -> {
      batches.add(batch);
      Thread.currentThread().interrupt();
    });
    Aside<Throwable> producer = Aside.catching(() -> {
      for (int i = 1; i <= 5; i++) {
        batcher.put(i);
      }
      batcher.close();
    });
    assertThat(producer.get()).isNull();
    scope.close();
    assertThat(batches).containsExactly(List.of(1), List.of(2), List.of(3), List.of(4), List.of(5));
    assertThat(dropped).isEmpty();
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void aCollectorThatCannotGoOnEndsTheBatcherForAllWhoWaitAndDropsTheRest() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.policy(Policy.SUPERVISE));
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 3, DELAY, o -> o.capacity(3).onDropped(dropped::add), batches::add);
    clock.armed = true;
    batcher.put(1); // wakes the collector, which then waits for more
    Aside<Throwable> flush = Aside.catching(batcher::flush);
    assertThat(flush.get()).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("batcher \"flow.batch\" cannot go on");
    Aside<Throwable> close = Aside.catching(batcher::close);
    assertThat(close.get()).isNull();
    await().untilAsserted(() -> assertThat(heard.failures(FailureReport.Kind.TASK_FAILED)).singleElement().isInstanceOf(LinkageError.class));
    assertThat(dropped).containsExactly(1);
    assertThat(scope.info().cancelled()).as("the batcher's end is not the scope's").isFalse();
    scope.close();
    assertThat(batches).isEmpty();
  }

  @Test
  void afterACompletedCloseAPutIsRefusedByTheBatcherAndNeverByACancel() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope");
    for (int i = 0; i < 2_000; i++) {
      Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 4, DELAY, batches::add);
      if (i % 2 == 0) {
        batcher.put(i);
      }
      batcher.close();
      assertThatThrownBy(() -> batcher.put(-1)).isInstanceOf(HandoffClosedException.class);
      batcher.flush(); // nothing is left to wait for
    }
    scope.close();
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void anInterruptedCloseCancelsTheBatchWhoseTaskIsOnlyJustStarting() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.executor(slow -> {
      new Thread(slow).start();
      inside.acquireUninterruptibly(); // the batch runs, and the collector does not know of its task yet
      toExecute.acquireUninterruptibly();
    }));
    Semaphore never = new Semaphore(0);
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, batch -> {
      batches.add(batch);
      inside.release();
      never.acquire();
    });
    batcher.put(1);
    await().until(() -> batches.size() == 1);
    Aside<Boolean> closer = Aside.run(() -> {
      batcher.close();
      return Thread.currentThread().isInterrupted();
    });
    closer.awaitWaiting().interrupt();
    await().until(() -> catchThrowable(() -> batcher.offer(2, Duration.ZERO)) instanceof ScopeCancelledException);
    closer.awaitWaiting(); // for the collector
    toExecute.release();
    assertThat(closer.get()).isTrue();
    scope.join(); // the batch was cancelled, which is no failure
    scope.close();
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void anInterruptedCloseCutsABatchShortThatRunsInTheFrameOfTheCollectorAndThatIsNoFailure() throws InterruptedException {
    Scope scope = lifecycle.open("flow.scope", o -> o.executor(Runnable::run));
    Semaphore never = new Semaphore(0);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Batcher<Integer> batcher = Batcher.in(scope, "flow.batch", 1, DELAY, o -> o.onFailure((batch, e) -> failures.add(e)), batch -> {
      batches.add(batch);
      never.acquire();
    });
    batcher.put(1);
    await().until(() -> batches.size() == 1);
    Aside<Throwable> closer = Aside.catching(batcher::close);
    closer.awaitWaiting().interrupt();
    assertThat(closer.get()).isNull();
    scope.join();
    scope.close();
    assertThat(failures).isEmpty();
    assertThat(heard.all()).isEmpty();
  }
}
