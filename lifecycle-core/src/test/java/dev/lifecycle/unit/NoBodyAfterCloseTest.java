package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 59: no body runs after close returned, reported orphans aside. */
@Timeout(20)
class NoBodyAfterCloseTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("after").failureListener(report -> {}));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  @Test
  void closeReturnsOnlyWhenABodyThatIgnoresItsInterruptHasEnded() throws Exception {
    BlockedBody body = new BlockedBody();
    AtomicBoolean running = new AtomicBoolean(true);
    Scope scope = lifecycle.open("scope");
    scope.start("task", () -> {
      body.runStubbornly();
      running.set(false);
    });
    body.awaitBegun();
    scope.onCancel(body::release); // close has begun
    scope.close();
    assertThat(running).isFalse();
  }

  @Test
  void aTaskThatIsStillInTheQueueOfItsExecutorAtCloseNeverRuns() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    BlockedBody body = new BlockedBody();
    AtomicInteger ran = new AtomicInteger();
    try {
      pool.execute(body::runUnchecked);
      Scope scope = lifecycle.open("scope", o -> o.executor(pool));
      Task<Integer> queued = scope.fork("task", ran::incrementAndGet);
      scope.close();
      assertThat(queued.status()).isEqualTo(Task.Status.CANCELLED);
      body.release();
      pool.submit(() -> "after the tombstone").get();
      assertThat(ran).hasValue(0);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void whatATaskForksWhileItsScopeClosesNeverRuns() throws Exception {
    BlockedBody body = new BlockedBody();
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<Task<Integer>> late = new CompletableFuture<>();
    Scope scope = lifecycle.open("scope");
    scope.start("task", () -> {
      body.runStubbornly();
      late.complete(scope.fork("late", ran::incrementAndGet));
    });
    body.awaitBegun();
    scope.onCancel(body::release);
    scope.close();
    assertThat(late.get().status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(ran).hasValue(0);
  }

  @Test
  void aForkAfterCloseThrowsAndItsBodyNeverRuns() {
    AtomicInteger ran = new AtomicInteger();
    Scope scope = lifecycle.open("scope", o -> o.maxConcurrent(1, Overflow.CALLER_RUNS));
    scope.close();
    assertThatThrownBy(() -> scope.fork("task", ran::incrementAndGet)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> scope.start("task", ran::incrementAndGet)).isInstanceOf(IllegalStateException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void anOrphanRunsOnIsReportedAndCanForkNothing() throws Exception {
    BlockedBody body = new BlockedBody();
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    Scope scope = lifecycle.open("scope", o -> o.grace(Duration.ZERO, AfterGrace.ABANDON));
    scope.start("task", () -> {
      body.runStubbornly();
      try {
        Task<Integer> late = scope.fork("late", ran::incrementAndGet);
        refused.complete(late.status() == Task.Status.CANCELLED ? new IllegalStateException("cancelled") : new AssertionError("forked"));
      } catch (IllegalStateException e) {
        refused.complete(e);
      }
    });
    body.awaitBegun();
    assertThatThrownBy(scope::close).isInstanceOfSatisfying(
        OrphanedTasksException.class, e -> assertThat(e.report().orphans()).singleElement().satisfies(o -> assertThat(o.purpose()).isEqualTo("task")));
    body.release();
    assertThat(refused.get()).isInstanceOf(IllegalStateException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void noBodyOfRacingForkersRunsAfterCloseReturned() throws Exception {
    for (int round = 0; round < 200; round++) {
      Scope scope = lifecycle.open("scope");
      AtomicBoolean closed = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      BlockedBody begun = new BlockedBody(2);
      List<Thread> forkers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread forker = new Thread(() -> {
          begun.runUnchecked();
          try {
            for (;;) {
              scope.start("task", () -> {
                if (closed.get()) {
                  late.incrementAndGet();
                }
              });
            }
          } catch (IllegalStateException e) {
            // closed: that is the end
          }
        });
        forkers.add(forker);
        forker.start();
      }
      begun.awaitBegun();
      begun.release();
      scope.close();
      closed.set(true);
      for (Thread forker : forkers) {
        forker.join();
      }
      assertThat(late).as("bodies that ran after close, round %s", round).hasValue(0);
      assertThat(scope.info().live()).isZero();
    }
  }
}
