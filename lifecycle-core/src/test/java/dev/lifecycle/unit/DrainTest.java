package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 5: a draining scope admits nobody from outside. */
@Timeout(20)
class DrainTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void aDrainingScopeRejectsOutsiders() {
    try (Scope scope = lifecycle.open("drain")) {
      assertThat(scope.drain()).isTrue();
      assertThatThrownBy(() -> scope.fork("drain.task", () -> 1))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("drain.task")
          .hasMessageContaining("draining");
      assertThatThrownBy(() -> scope.start("drain.task", () -> {})).isInstanceOf(RejectedExecutionException.class);
      assertThat(lifecycle.counts().get("drain.task").rejected()).isEqualTo(2);
    }
  }

  @Test
  void aDrainingScopeRejectsANewChildFromOutside() {
    try (Scope scope = lifecycle.open("drain")) {
      scope.drain();
      assertThatThrownBy(() -> scope.child("drain.child", o -> o)).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("drain.child");
      assertThatThrownBy(() -> lifecycle.open("drain.child", o -> o.parent(scope))).isInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void aChildOpenedFromOutsideBeforeTheDrainRejectsOutsidersToo() {
    try (Scope scope = lifecycle.open("drain"); Scope child = scope.child("drain.child", o -> o)) {
      Scope grandchild = child.child("drain.grandchild", o -> o);
      scope.drain();
      assertThatThrownBy(() -> child.fork("drain.task", () -> 1)).isInstanceOf(RejectedExecutionException.class);
      assertThatThrownBy(() -> grandchild.fork("drain.task", () -> 1)).isInstanceOf(RejectedExecutionException.class);
      assertThat(child.info().draining()).isTrue();
    }
  }

  @Test
  void aRunningTaskOfTheScopeMayForkWhileItDrains() throws Exception {
    CountDownLatch draining = new CountDownLatch(1);
    try (Scope scope = lifecycle.open("drain")) {
      Task<Integer> task = scope.fork("drain.task", () -> {
        draining.await();
        return scope.fork("drain.inner", () -> 42).get();
      });
      scope.drain();
      draining.countDown();
      assertThat(task.get()).isEqualTo(42);
      scope.join();
    }
  }

  @Test
  void aRunningTaskOfTheScopeMayOpenAndUseAChildWhileItDrains() throws Exception {
    CountDownLatch draining = new CountDownLatch(1);
    try (Scope scope = lifecycle.open("drain")) {
      Task<Integer> task = scope.fork("drain.task", () -> {
        draining.await();
        try (Scope child = Scope.open("drain.child")) {
          Task<Integer> inner = child.fork("drain.inner", () -> 42);
          child.join();
          return inner.resultNow();
        }
      });
      scope.drain();
      draining.countDown();
      assertThat(task.get()).isEqualTo(42);
      scope.join();
    }
  }

  @Test
  void aTaskOfAnotherScopeIsAnOutsider() throws Exception {
    try (Scope scope = lifecycle.open("drain"); Scope other = lifecycle.open("other")) {
      scope.drain();
      Task<Throwable> task = other.fork("other.task", () -> catchThrowable(() -> scope.fork("drain.task", () -> 1)));
      assertThat(task.get()).isInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void afterACancelNotEvenATaskOfTheScopeMayFork() throws Exception {
    HeldBody held = HeldBody.deaf();
    try (Scope scope = lifecycle.open("drain")) {
      Aside<Task.Status> inner = Aside.run(() -> {
        Task<Task.Status> task = scope.fork("drain.task", o -> o.onDiscard(status -> assertThat(status).isEqualTo(Task.Status.CANCELLED)), () -> {
          held.call();
          return scope.fork("drain.inner", () -> 1).status();
        });
        held.awaitBegun();
        scope.drain();
        scope.cancel("stop");
        held.letGo();
        scope.awaitQuiescence(Duration.ofDays(1));
        return task.status();
      });
      assertThat(inner.get()).isEqualTo(Task.Status.CANCELLED);
      assertThat(lifecycle.counts().get("drain.inner").cancelled()).isEqualTo(1);
    }
  }

  @Test
  void onlyTheFirstDrainReturnsTrue() {
    try (Scope scope = lifecycle.open("drain")) {
      assertThat(scope.drain()).isTrue();
      assertThat(scope.drain()).isFalse();
    }
  }

  @Test
  void drainWaitsForNobodyAndCancelsNobody() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("drain")) {
      Task<String> task = scope.fork("drain.task", held);
      held.awaitBegun();
      scope.drain();
      assertThat(task.status()).isEqualTo(Task.Status.RUNNING);
      held.letGo();
      scope.join();
      assertThat(task.resultNow()).isEqualTo("held");
    }
  }
}
