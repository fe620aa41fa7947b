package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.junit.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 1 to 4 and 6: who is admitted, and what becomes of who is not. */
@Timeout(20)
class AdmissionTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void noStateGoesBack() {
    Scope scope = lifecycle.open("states");
    scope.drain();
    scope.cancel("stop");
    scope.close();
    assertThat(scope.drain()).isFalse();
    assertThat(scope.cancel("again")).isFalse();
    scope.close();
    assertThat(scope.info().draining()).isTrue();
    assertThat(scope.info().cancelled()).isTrue();
    assertThat(scope.info().closed()).isTrue();
    assertThat(scope.info().cancelReason().message()).isEqualTo("stop");
  }

  @Test
  void aCancelledScopeAlwaysHasItsReason() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Scope scope = lifecycle.open("reason")) {
        Aside<Boolean> canceller = Aside.run(() -> scope.cancel("stop"));
        while (!scope.context().isCancelled()) {
          Thread.onSpinWait();
        }
        assertThat(scope.context().cancelReason()).isNotNull();
        assertThat(canceller.get()).isTrue();
      }
    }
  }

  @Test
  void forkCountsTheTaskBeforeItStartsIt() throws Exception {
    AtomicReference<Scope> opened = new AtomicReference<>();
    AtomicInteger liveAtStart = new AtomicInteger(-1);
    try (Scope scope = lifecycle.open("counted", o -> o.executor(work -> {
      liveAtStart.set(opened.get().info().live());
      work.run();
    }))) {
      opened.set(scope);
      scope.fork("counted.task", () -> 1);
      assertThat(liveAtStart).hasValue(1);
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void aCancelBetweenTheCountAndTheStartLeavesNothingRunning() throws Exception {
    AtomicReference<Scope> opened = new AtomicReference<>();
    AtomicBoolean ran = new AtomicBoolean();
    try (Scope scope = lifecycle.open("caught", o -> o.executor(work -> {
      opened.get().cancel("between");
      work.run();
    }))) {
      opened.set(scope);
      Task<Boolean> task = scope.fork("caught.task", () -> ran.getAndSet(true));
      assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
      assertThat(task.cancelReason().message()).isEqualTo("between");
      assertThat(scope.info().live()).isZero();
      assertThat(ran).isFalse();
    }
  }

  @Test
  void forkAfterCancelRunsNothingAndReturnsATaskCancelledWithTheScopesReason() {
    AtomicBoolean ran = new AtomicBoolean();
    try (Scope scope = lifecycle.open("cancelled")) {
      scope.cancel("stop");
      Task<Boolean> task = scope.fork("cancelled.task", () -> ran.getAndSet(true));
      assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
      assertThat(task.isDone()).isTrue();
      assertThat(task.cancelReason()).isSameAs(scope.info().cancelReason());
      assertThatThrownBy(task::get).isInstanceOf(CancellationException.class).hasMessageContaining("stop");
      assertThat(task.failure()).isNull();
    }
    assertThat(ran).isFalse();
    assertThat(counts("cancelled.task").forked()).isEqualTo(1);
    assertThat(counts("cancelled.task").cancelled()).isEqualTo(1);
  }

  @Test
  void startAndCompletionsAfterCancelReturnCancelledTasksToo() {
    try (Scope scope = lifecycle.open("cancelled")) {
      scope.cancel("stop");
      assertThat(scope.start("cancelled.start", () -> {}).status()).isEqualTo(Task.Status.CANCELLED);
      assertThat(scope.<Integer>completions().fork("cancelled.completion", () -> 1).status()).isEqualTo(Task.Status.CANCELLED);
    }
  }

  @Test
  void forkAfterCloseThrowsIllegalStateException() {
    AtomicBoolean ran = new AtomicBoolean();
    Scope scope = lifecycle.open("closed");
    scope.close();
    assertThatThrownBy(() -> scope.fork("closed.task", () -> ran.getAndSet(true)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed.task")
        .hasMessageContaining(scope.info().id());
    assertThatThrownBy(() -> scope.start("closed.task", () -> {})).isInstanceOf(IllegalStateException.class);
    assertThat(ran).isFalse();
    assertThat(counts("closed.task").rejected()).isEqualTo(2);
    assertThat(counts("closed.task").live()).isZero();
  }

  @Test
  void forkAfterCloseOfACancelledScopeThrowsIllegalStateException() {
    Scope scope = lifecycle.open("closed");
    scope.cancel("stop");
    scope.close();
    assertThatThrownBy(() -> scope.fork("closed.task", () -> 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void throughAnExecutorViewForkAfterCancelIsRejectedExecutionException() {
    try (Scope scope = lifecycle.open("view")) {
      ExecutorService view = scope.asExecutor("view.tasks");
      scope.cancel("stop");
      assertThatThrownBy(() -> view.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("view.tasks");
      assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void throughAnExecutorViewForkAfterCloseIsRejectedExecutionException() {
    Scope scope = lifecycle.open("view");
    ExecutorService view = scope.asExecutor("view.tasks");
    scope.close();
    assertThatThrownBy(() -> view.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void anyThreadMayForkAndCancel() throws Exception {
    try (Scope scope = lifecycle.open("threads")) {
      List<Aside<Task<Integer>>> forkers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int value = i;
        forkers.add(Aside.run(() -> scope.fork("threads.task", () -> value)));
      }
      int sum = 0;
      for (Aside<Task<Integer>> forker : forkers) {
        sum += forker.get().get();
      }
      assertThat(sum).isEqualTo(6);
      scope.join();
      assertThat(Aside.run(() -> scope.cancel("from aside")).get()).isTrue();
      assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    }
  }

  private TaskCounts counts(String purpose) {
    return lifecycle.counts().get(purpose);
  }
}
