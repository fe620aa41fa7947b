package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules 46 and 46a: what a fork does at the limit, by mode and by where the forker stands. */
@Timeout(20)
class LimitModesTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final ParkedBody<String> first = ParkedBody.returning("first");

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private Scope full(Overflow overflow) throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, overflow));
    scope.fork("limit.first", first);
    first.awaitEntered();
    return scope;
  }

  @Test
  void underRejectAForkAtTheLimitThrowsAndLeavesNothingBehind() throws InterruptedException {
    Scope scope = full(Overflow.REJECT);
    assertThatThrownBy(() -> scope.fork("limit.second", () -> "never")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("limit");
    assertThat(scope.info().live()).isEqualTo(1);
    assertThat(lifecycle.counts().get("limit.second").rejected()).isEqualTo(1);
    first.release();
    scope.join();
    Task<String> next = scope.fork("limit.second", () -> "next");
    scope.join();
    assertThat(next.resultNow()).isEqualTo("next");
    scope.close();
  }

  @Test
  void underRejectAForkAtTheLimitAfterTheCancelIsCancelledNotRejected() throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, Overflow.REJECT));
    ParkedBody<String> body = ParkedBody.stubborn("first");
    scope.fork("limit.first", body);
    body.awaitEntered();
    scope.cancel("enough");
    assertThat(scope.fork("limit.second", () -> "never").status()).isEqualTo(Task.Status.CANCELLED);
    body.release();
    scope.close();
  }

  @Test
  void underCallerRunsTheForkerRunsTheBodyItself() throws InterruptedException {
    Scope scope = full(Overflow.CALLER_RUNS);
    AtomicReference<Thread> on = new AtomicReference<>();
    Task<String> task = scope.fork("limit.second", () -> {
      on.set(Thread.currentThread());
      return "second";
    });
    assertThat(task.resultNow()).isEqualTo("second");
    assertThat(on.get()).isSameAs(Thread.currentThread());
    first.release();
    scope.join();
    scope.close();
  }

  @Test
  void underCallerRunsAFailureOfTheBodyFailsTheScopeAndNotTheFork() throws InterruptedException {
    Scope scope = full(Overflow.CALLER_RUNS);
    Task<String> task = scope.fork("limit.second", () -> {
      throw new IOException("second");
    });
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IOException.class);
    scope.close();
  }

  @Test
  void aQueueStartsItsTasksFirstInFirstOut() throws InterruptedException {
    Scope scope = full(Overflow.queue(10));
    List<Integer> order = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 10; i++) {
      int number = i;
      assertThat(scope.fork("limit.queued", () -> order.add(number)).status()).isEqualTo(Task.Status.QUEUED);
    }
    first.release();
    scope.join();
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    scope.close();
  }

  @Test
  void aFullQueueRejectsAndTakesTheNextWhenThereIsRoom() throws InterruptedException {
    Scope scope = full(Overflow.queue(1));
    Task<String> queued = scope.fork("limit.queued", () -> "queued");
    assertThatThrownBy(() -> scope.fork("limit.third", () -> "never")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("full (1)");
    assertThat(scope.info().live()).isEqualTo(2);
    queued.cancel("make room");
    Task<String> fourth = scope.fork("limit.fourth", () -> "fourth");
    first.release();
    scope.join();
    assertThat(fourth.resultNow()).isEqualTo("fourth");
    assertThat(lifecycle.counts().get("limit.third").rejected()).isEqualTo(1);
    scope.close();
  }

  @Test
  void aPermitIsHeldWhileTheBodyRunsAndNotWhileQueued() throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, Overflow.queue(5)));
    List<Task<String>> tasks = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      ParkedBody<String> body = ParkedBody.returning("value");
      tasks.add(scope.fork("limit.first", body));
      Task<String> queued = scope.fork("limit.queued", () -> "queued");
      queued.cancel("no permit to give back");
      body.release();
      scope.join();
    }
    assertThat(tasks).allSatisfy(task -> assertThat(task.resultNow()).isEqualTo("value"));
    scope.close();
  }

  static List<Overflow> modesThatRunInTheForkersFrame() {
    return List.of(Overflow.BLOCK, Overflow.CALLER_RUNS);
  }

  @ParameterizedTest
  @MethodSource("modesThatRunInTheForkersFrame")
  void aForkAtTheLimitFromATaskOfTheScopeRunsInTheCallingFrame(Overflow overflow) throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, overflow));
    Task<Boolean> task = scope.fork("limit.outer", () -> {
      Thread outer = Thread.currentThread();
      return scope.fork("limit.inner", () -> Thread.currentThread() == outer).resultNow();
    });
    scope.join();
    assertThat(task.resultNow()).isTrue();
    scope.close();
  }

  @Test
  void aForkAtTheLimitFromATaskOfADescendantRunsInTheCallingFrame() throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1));
    Task<String> task = scope.fork("limit.outer", () -> {
      try (Scope inner = lifecycle.open("limit.descendant")) {
        Task<String> deep = inner.fork("limit.middle", () -> scope.fork("limit.inner", () -> "inner").get());
        inner.join();
        return deep.resultNow();
      }
    });
    scope.join();
    assertThat(task.resultNow()).isEqualTo("inner");
    scope.close();
  }

  @Test
  void aForkAtTheLimitFromTheBodyOfItsCallRunsInTheCallingFrame() throws InterruptedException {
    Thread caller = Thread.currentThread();
    Boolean inline = lifecycle.call("limit.call", o -> o.maxConcurrent(1), scope -> {
      scope.fork("limit.first", first);
      Task<Boolean> second = scope.fork("limit.second", () -> Thread.currentThread() == caller);
      first.release();
      return second.resultNow();
    });
    assertThat(inline).isTrue();
  }

  @Test
  void aForkFromATaskOfTheScopeIntoAFullQueueRunsInTheCallingFrame() throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, Overflow.queue(1)));
    Task<Boolean> task = scope.fork("limit.outer", () -> {
      Thread outer = Thread.currentThread();
      scope.fork("limit.queued", () -> "queued");
      return scope.fork("limit.inner", () -> Thread.currentThread() == outer).resultNow();
    });
    scope.join();
    assertThat(task.resultNow()).isTrue();
    scope.close();
  }

  @Test
  void aForkAtTheLimitFromATaskOfTheScopeIsRejectedUnderReject() throws InterruptedException {
    Scope scope = lifecycle.open("limit.scope", o -> o.maxConcurrent(1, Overflow.REJECT));
    Task<Boolean> task = scope.fork("limit.outer", () -> {
      assertThatThrownBy(() -> scope.fork("limit.inner", () -> "never")).isInstanceOf(RejectedExecutionException.class);
      return true;
    });
    scope.join();
    assertThat(task.resultNow()).isTrue();
    scope.close();
  }
}
