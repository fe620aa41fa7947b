package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 34, the half about bodies that never run: each way of not running tells the handler once. */
@Timeout(20)
class DiscardNeverRunTest {
  private static final String PURPOSE = "never.body";

  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicBoolean ran = new AtomicBoolean();
  private final Queue<Runnable> queue = new ArrayDeque<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
    assertThat(ran).as("the body ran").isFalse();
  }

  private Task<String> fork(Scope scope) {
    return scope.fork(PURPOSE, o -> o.onNeverRun(told::incrementAndGet), () -> {
      ran.set(true);
      return "ran";
    });
  }

  private TaskCounts counts() {
    return lifecycle.counts().get(PURPOSE);
  }

  @Test
  void aForkAfterTheCancelTellsTheHandlerOnce() {
    Scope scope = lifecycle.open("never.cancelled");
    scope.cancel("enough");
    assertThat(fork(scope).status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(told).hasValue(1);
    scope.close();
    assertThat(told).hasValue(1);
    assertThat(counts().cancelled()).isEqualTo(1);
  }

  @Test
  void aForkPastTheDeadlineTellsTheHandlerOnce() {
    Scope scope = lifecycle.open("never.expired", o -> o.timeout(Duration.ZERO));
    assertThat(fork(scope).status()).isEqualTo(Task.Status.CANCELLED);
    scope.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void aForkAfterCloseTellsTheHandlerOnce() {
    Scope scope = lifecycle.open("never.closed");
    scope.close();
    assertThatThrownBy(() -> fork(scope)).isInstanceOf(IllegalStateException.class);
    assertThat(told).hasValue(1);
    assertThat(counts().rejected()).isEqualTo(1);
  }

  @Test
  void aForkIntoADrainingScopeTellsTheHandlerOnce() {
    Scope scope = lifecycle.open("never.draining");
    scope.drain();
    assertThatThrownBy(() -> fork(scope)).isInstanceOf(RejectedExecutionException.class);
    scope.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void aTaskCancelledInAForeignQueueTellsTheHandlerOnceAndJoinDoesNotWaitForTheQueue() throws InterruptedException {
    Scope scope = lifecycle.open("never.queue", o -> o.executor(queue::add));
    Task<String> task = fork(scope);
    assertThat(task.status()).isEqualTo(Task.Status.QUEUED);
    assertThat(task.cancel("enough")).isTrue();
    scope.join();
    assertThat(told).hasValue(1);
    queue.forEach(Runnable::run);
    scope.close();
    assertThat(told).hasValue(1);
    assertThat(counts().cancelled()).isEqualTo(1);
  }

  @Test
  void aScopeCancelledWithItsTaskInAForeignQueueTellsTheHandlerOnce() {
    Scope scope = lifecycle.open("never.queue", o -> o.executor(queue::add));
    fork(scope);
    scope.close();
    assertThat(told).hasValue(1);
    queue.forEach(Runnable::run);
    assertThat(told).hasValue(1);
  }

  @Test
  void aTaskThatTheLimitRejectsTellsTheHandlerOnce() throws InterruptedException {
    Scope scope = lifecycle.open("never.limit", o -> o.maxConcurrent(1, Overflow.REJECT));
    ParkedBody<String> body = ParkedBody.returning("first");
    scope.fork("never.first", body);
    assertThatThrownBy(() -> fork(scope)).isInstanceOf(RejectedExecutionException.class);
    assertThat(told).hasValue(1);
    body.release();
    scope.join();
    scope.close();
    assertThat(told).hasValue(1);
    assertThat(counts().rejected()).isEqualTo(1);
  }

  @Test
  void aTaskCancelledInTheQueueOfTheLimitTellsTheHandlerOnce() throws InterruptedException {
    Scope scope = lifecycle.open("never.limit", o -> o.maxConcurrent(1, Overflow.queue(2)));
    ParkedBody<String> body = ParkedBody.returning("first");
    scope.fork("never.first", body);
    Task<String> task = fork(scope);
    assertThat(task.cancel("enough")).isTrue();
    body.release();
    scope.join();
    scope.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void aTaskThatTheExecutorRejectsIsRolledBackAndTellsTheHandlerOnce() throws InterruptedException {
    AtomicBoolean rejecting = new AtomicBoolean(true);
    Scope scope = lifecycle.open("never.rollback", o -> o.maxConcurrent(1, Overflow.REJECT).executor(work -> {
      if (rejecting.get()) {
        throw new RejectedExecutionException("full");
      }
      work.run();
    }));
    assertThatThrownBy(() -> fork(scope)).isInstanceOf(RejectedExecutionException.class).hasMessage("full");
    assertThat(told).hasValue(1);
    assertThat(scope.info().live()).isZero();
    rejecting.set(false);
    assertThat(scope.fork("never.next", () -> "next").resultNow()).as("the permit is back").isEqualTo("next");
    scope.join();
    scope.close();
    assertThat(told).hasValue(1);
    assertThat(counts().rejected()).isEqualTo(1);
  }

  @Test
  void aTaskWithATimeoutOfZeroTellsTheHandlerOnce() throws InterruptedException {
    Scope scope = lifecycle.open("never.timeout", o -> o.policy(Policy.SUPERVISE));
    Task<String> task = scope.fork(PURPOSE, o -> o.timeout(Duration.ZERO).onNeverRun(told::incrementAndGet), () -> {
      ran.set(true);
      return "ran";
    });
    scope.join();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    scope.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void aHandlerThatThrowsIsReportedAndTheScopeStillCloses() {
    Scope scope = lifecycle.open("never.throws");
    scope.cancel("enough");
    scope.fork(PURPOSE, o -> o.onNeverRun(() -> {
      throw new IllegalStateException("handler");
    }), () -> "never");
    scope.close();
    assertThat(reports).singleElement().satisfies(report -> {
      assertThat(report.kind()).isEqualTo(FailureReport.Kind.CLEANUP_FAILED);
      assertThat(report.failure()).hasMessage("handler");
    });
  }

  /** Either the body runs or the handler is told, whoever is faster. */
  @Test
  void ofACancelAndAStartExactlyOneHappens() throws Exception {
    try (Duel duel = new Duel()) {
      for (int i = 0; i < 2_000; i++) {
        Scope scope = lifecycle.open("never.race", o -> o.executor(queue::add));
        AtomicInteger bodies = new AtomicInteger();
        AtomicInteger handlers = new AtomicInteger();
        scope.fork(PURPOSE, o -> o.onNeverRun(handlers::incrementAndGet), bodies::incrementAndGet);
        duel.fight(() -> scope.cancel("enough"), queue.remove()::run);
        scope.close();
        assertThat(bodies.get() + handlers.get()).as("round %d", i).isEqualTo(1);
      }
    }
  }
}
