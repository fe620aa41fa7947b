package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 10: the owner of a scope is never interrupted, but for a body that it runs itself. */
@Timeout(20)
class OwnerThreadTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void aCancelDoesNotInterruptTheOwner() {
    try (Scope scope = lifecycle.open("owner")) {
      Aside.run(() -> scope.cancel("stop")).get();
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anExpiryDoesNotInterruptAnOwnerWhoWaitsForSomethingElse() throws Exception {
    HeldBody held = HeldBody.listening();
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch elsewhere = new CountDownLatch(1);
    Aside<Boolean> owner = Aside.run(() -> {
      try (Scope scope = lifecycle.open("owner", o -> o.timeout(Duration.ofSeconds(1)))) {
        scope.fork("owner.task", held);
        held.awaitBegun();
        opened.countDown();
        elsewhere.await(); // throws if the owner is interrupted
        return scope.info().cancelled() && !Thread.currentThread().isInterrupted();
      }
    });
    opened.await();
    clock.advance(Duration.ofSeconds(1));
    elsewhere.countDown();
    assertThat(owner.get()).isTrue();
  }

  @Test
  void aFailedTaskDoesNotInterruptTheOwnerWhoJoins() {
    Aside<Boolean> owner = Aside.run(() -> {
      try (Scope scope = lifecycle.open("owner")) {
        scope.fork("owner.task", () -> {
          throw new IllegalArgumentException("first");
        });
        assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class);
        return Thread.currentThread().isInterrupted();
      }
    });
    assertThat(owner.get()).isFalse();
  }

  @Test
  void aTaskBodyThatTheOwnerRunsItselfIsInterruptedAndTheOwnersFlagIsCleanAfterwards() throws Exception {
    HeldBody held = HeldBody.listening();
    Aside<Boolean> owner = Aside.run(() -> {
      try (Scope scope = lifecycle.open("owner", o -> o.executor(Runnable::run))) {
        Aside<Boolean> canceller = Aside.run(() -> {
          held.awaitBegun();
          return scope.cancel("stop");
        });
        Task<String> task = scope.fork("owner.task", held);
        assertThat(canceller.get()).isTrue();
        assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
        return Thread.currentThread().isInterrupted();
      }
    });
    assertThat(owner.get()).isFalse();
  }

  @Test
  void anOwnerWhoJoinsGetsTheCancelAndNotAnInterrupt() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("owner")) {
      scope.fork("owner.task", held);
      held.awaitBegun();
      Aside<Throwable> joiner = Aside.run(() -> {
        Throwable thrown = catchThrowable(scope::join);
        return Thread.currentThread().isInterrupted() ? new AssertionError("interrupted", thrown) : thrown;
      });
      joiner.awaitWaiting();
      scope.cancel("stop");
      await().until(joiner::isDone);
      assertThat(joiner.get()).isInstanceOf(ScopeCancelledException.class);
    }
  }
}
