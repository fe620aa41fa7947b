package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.TaskOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 60: every task is counted once when it is forked and once when it ends. */
@Timeout(20)
class CountTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("counts").maxPurposes(4).failureListener(report -> {}));

  @AfterEach
  void close() {
    lifecycle.close();
    lifecycle.counts().forEach((purpose, c) -> {
      assertThat(c.forked()).as(purpose).isEqualTo(c.succeeded() + c.failed() + c.cancelled() + c.rejected());
      assertThat(c.live()).as(purpose).isZero();
      assertThat(c.orphaned()).as(purpose).isZero();
    });
  }

  /** forked, succeeded, failed, cancelled, rejected, live. */
  private void expect(long... expected) {
    await().untilAsserted(() -> {
      TaskCounts c = lifecycle.counts().get("task");
      assertThat(new long[] {c.forked(), c.succeeded(), c.failed(), c.cancelled(), c.rejected(), c.live()}).containsExactly(expected);
    });
  }

  @Test
  void aSuccessIsCountedForForkStartSubmitExecuteAndAdopt() throws Exception {
    try (Scope scope = lifecycle.open("scope")) {
      scope.fork("task", () -> "value");
      scope.start("task", () -> {});
      scope.asExecutor("task").submit(() -> "value").get();
      scope.asExecutor("task").execute(() -> {});
      scope.adopt("task", CompletableFuture.completedFuture("value"));
      scope.completions().fork("task", () -> "value");
      scope.join();
      expect(6, 6, 0, 0, 0, 0);
    }
  }

  @Test
  void aFailureIsCountedForForkStartSubmitExecuteAndAdopt() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE))) {
      IllegalStateException failure = new IllegalStateException("counted");
      scope.fork("task", () -> {
        throw failure;
      });
      scope.start("task", () -> {
        throw failure;
      });
      scope.asExecutor("task").submit(() -> {
        throw failure;
      });
      scope.adopt("task", CompletableFuture.failedFuture(failure));
      scope.join();
      expect(4, 0, 4, 0, 0, 0);
    }
  }

  @Test
  void liveTasksAreThoseAdmittedAndNotEnded() throws Exception {
    BlockedBody body = new BlockedBody(2);
    try (Scope scope = lifecycle.open("scope")) {
      scope.fork("task", body::call);
      scope.fork("task", body::call);
      CompletableFuture<String> stage = new CompletableFuture<>();
      scope.adopt("task", stage);
      body.awaitBegun();
      expect(3, 0, 0, 0, 0, 3);
      body.release();
      stage.complete("value");
      scope.join();
      expect(3, 3, 0, 0, 0, 0);
    }
  }

  @Test
  void aCancelledTaskCountsWhenItsBodyHasEndedAndNotBefore() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("scope")) {
      Task<Void> task = scope.fork("task", () -> {
        body.runStubbornly();
        return null;
      });
      body.awaitBegun();
      assertThat(task.cancel("enough")).isTrue();
      assertThat(task.isDone()).isTrue();
      expect(1, 0, 0, 0, 0, 1);
      body.release();
      scope.join();
      expect(1, 0, 0, 1, 0, 0);
    }
  }

  @Test
  void aFailureAfterTheCancelCountsAsFailed() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("scope")) {
      scope.start("task", () -> {
        body.runStubbornly();
        throw new IllegalStateException("late");
      });
      body.awaitBegun();
      scope.cancel("enough");
      body.release();
      assertThatThrownBy(scope::join).isInstanceOf(ScopeCancelledException.class);
      expect(1, 0, 1, 0, 0, 0);
    }
  }

  @Test
  void aTaskThatNeverRanCountsAsCancelled() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("scope", o -> o.maxConcurrent(1, Overflow.queue(5)))) {
      scope.fork("task", body::call);
      body.awaitBegun();
      Task<String> queued = scope.fork("task", () -> "never");
      assertThat(queued.status()).isEqualTo(Task.Status.QUEUED);
      expect(2, 0, 0, 0, 0, 2);
      queued.cancel("enough");
      expect(2, 0, 0, 1, 0, 1);
      scope.fork("task", (TaskOptions<String> o) -> o.timeout(Duration.ZERO), () -> "never");
      expect(3, 0, 0, 2, 0, 1);
      scope.cancel("all");
      scope.fork("task", () -> "never");
      expect(4, 0, 0, 4, 0, 0);
    }
  }

  @Test
  void aRefusalCountsAsRejectedWhateverItsReason() throws Exception {
    BlockedBody body = new BlockedBody();
    Executor refusing = command -> {
      throw new RejectedExecutionException("refused");
    };
    Scope scope = lifecycle.open("scope", o -> o.maxConcurrent(1, Overflow.REJECT));
    scope.fork("task", body::call);
    body.awaitBegun();
    assertThatThrownBy(() -> scope.fork("task", () -> "at the limit")).isInstanceOf(RejectedExecutionException.class);
    scope.drain();
    assertThatThrownBy(() -> scope.fork("task", () -> "draining")).isInstanceOf(RejectedExecutionException.class);
    body.release();
    scope.join();
    scope.close();
    assertThatThrownBy(() -> scope.fork("task", () -> "closed")).isInstanceOf(IllegalStateException.class);
    try (Scope other = lifecycle.open("scope", o -> o.executor(refusing))) {
      assertThatThrownBy(() -> other.fork("task", () -> "no thread")).isInstanceOf(RejectedExecutionException.class);
      assertThat(other.info().live()).isZero();
    }
    expect(5, 1, 0, 0, 4, 0);
  }

  @Test
  void aCallThatFailsTheArgumentChecksIsNotCounted() {
    try (Scope scope = lifecycle.open("scope")) {
      assertThatThrownBy(() -> scope.fork("Task", () -> "value")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scope.fork("task", null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> scope.start("task", null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> scope.adopt("task", null)).isInstanceOf(NullPointerException.class);
      assertThat(lifecycle.counts().values()).allMatch(c -> c.forked() == 0);
    }
  }

  @Test
  void orphansAreAGaugeInsideLive() throws Exception {
    BlockedBody body = new BlockedBody();
    Scope scope = lifecycle.open("scope", o -> o.grace(Duration.ZERO, AfterGrace.ABANDON));
    scope.start("task", body::runStubbornly);
    body.awaitBegun();
    assertThatThrownBy(scope::close).isInstanceOf(OrphanedTasksException.class);
    expect(1, 0, 0, 0, 0, 1);
    assertThat(lifecycle.counts().get("task").orphaned()).isEqualTo(1);
    assertThat(scope.info().orphaned()).isEqualTo(1);
    body.release();
    expect(1, 0, 0, 1, 0, 0);
    assertThat(lifecycle.counts().get("task").orphaned()).isZero();
  }

  @Test
  void purposesPastTheBoundAreCountedAsOtherAndKeepTheirNames() throws Exception {
    try (Scope scope = lifecycle.open("scope")) {
      for (int i = 0; i < 10; i++) {
        assertThat(scope.fork("p" + i, () -> "value").purpose()).isEqualTo("p" + i);
      }
      scope.join();
      Map<String, TaskCounts> counts = lifecycle.counts();
      assertThat(counts).containsOnlyKeys("scope", "p0", "p1", "p2", "other");
      assertThat(counts.get("other").forked()).isEqualTo(7);
      assertThat(counts.get("other").succeeded()).isEqualTo(7);
      assertThat(counts.get("p2").succeeded()).isEqualTo(1);
    }
  }

  @Test
  void theBodyOfACallIsNoTaskOfTheCounts() throws Exception {
    lifecycle.call("call", Duration.ofMinutes(1), scope -> scope.fork("task", () -> "value").get());
    expect(1, 1, 0, 0, 0, 0);
    assertThat(lifecycle.counts().get("call").forked()).isZero();
  }

  @Test
  void idsAreUniqueAcrossLifecyclesAndKinds() throws Exception {
    Set<Long> ids = new HashSet<>();
    try (Lifecycle other = Lifecycle.create(o -> o.name("other"));
        Scope a = lifecycle.open("scope");
        Scope b = other.open("scope")) {
      for (int i = 0; i < 100; i++) {
        assertThat(ids.add(a.fork("task", () -> "value").id())).isTrue();
        assertThat(ids.add(b.fork("task", () -> "value").id())).isTrue();
      }
      assertThat(ids).doesNotContain(Long.valueOf(a.info().id().substring(2)), Long.valueOf(b.info().id().substring(2)));
    }
  }
}
