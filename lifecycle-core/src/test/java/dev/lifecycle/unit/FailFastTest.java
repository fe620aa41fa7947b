package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 11 and 14: the first failure is the cause, and the others are there once. */
@Timeout(20)
class FailFastTest {
  private final RecordingListener reports = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  /** Forks a task that fails as soon as the scope is cancelled, and waits until it runs. */
  private static Task<Object> failWhenCancelled(Scope scope, Throwable failure) throws InterruptedException {
    HeldBody held = HeldBody.listening();
    Task<Object> task = scope.fork("fast.later", () -> {
      try {
        return held.call();
      } catch (InterruptedException e) {
        throw rethrow(failure);
      }
    });
    held.awaitBegun();
    return task;
  }

  private static Exception rethrow(Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    return (Exception) failure;
  }

  private static Task<Object> fail(Scope scope, Exception failure) {
    return scope.fork("fast.first", () -> {
      throw failure;
    });
  }

  @Test
  void theFirstFailedTaskIsTheCauseAndNamesItsTask() throws Exception {
    IllegalArgumentException first = new IllegalArgumentException("first");
    try (Scope scope = lifecycle.open("fast")) {
      failWhenCancelled(scope, new IllegalArgumentException("second"));
      Task<Object> task = fail(scope, first);
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(TaskFailedException.class).hasCause(first);
      assertThat(((TaskFailedException) thrown).taskId()).isEqualTo(task.id());
      assertThat(((TaskFailedException) thrown).purpose()).isEqualTo("fast.first");
      assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.SIBLING_FAILED);
      assertThat(scope.info().cancelReason().cause()).isSameAs(first);
    }
  }

  @Test
  void laterFailuresAreSuppressedOnTheTaskFailedException() throws Exception {
    IllegalArgumentException second = new IllegalArgumentException("second");
    AssertionError third = new AssertionError("third");
    try (Scope scope = lifecycle.open("fast")) {
      failWhenCancelled(scope, second);
      failWhenCancelled(scope, third);
      fail(scope, new IllegalArgumentException("first"));
      assertThat(catchThrowable(scope::join).getSuppressed()).containsExactlyInAnyOrder(second, third);
    }
    assertThat(reports.all()).isEmpty();
  }

  @Test
  void theFailureIsFreshPerObserver() throws Exception {
    IllegalArgumentException first = new IllegalArgumentException("first");
    IllegalArgumentException second = new IllegalArgumentException("second");
    try (Scope scope = lifecycle.open("fast")) {
      failWhenCancelled(scope, second);
      fail(scope, first);
      Throwable one = catchThrowable(scope::join);
      Throwable two = catchThrowable(scope::join);
      assertThat(one).isNotSameAs(two).hasCause(first);
      assertThat(two).hasCause(first);
      assertThat(two.getSuppressed()).containsExactly(second);
      assertThat(first).hasNoSuppressedExceptions();
    }
  }

  @Test
  void cleanupFailuresAreSuppressedOnTheFailureThatCloseThrows() {
    IllegalStateException cleanup = new IllegalStateException("cleanup");
    IllegalArgumentException first = new IllegalArgumentException("first");
    Scope scope = lifecycle.open("fast", o -> o.executor(Runnable::run));
    scope.defer(() -> {
      throw cleanup;
    });
    fail(scope, first);
    Throwable thrown = catchThrowable(scope::close);
    assertThat(thrown).isInstanceOf(TaskFailedException.class).hasCause(first);
    assertThat(thrown.getSuppressed()).containsExactly(cleanup);
  }

  @Test
  void whatAListenerThrowsIsSuppressedOnTheTaskFailedException() throws Exception {
    IllegalStateException ofListener = new IllegalStateException("of the listener");
    try (Scope scope = lifecycle.open("fast", o -> o.listener(report -> {
      throw ofListener;
    }))) {
      HeldBody held = HeldBody.listening();
      scope.fork("fast.held", held);
      held.awaitBegun();
      scope.onCancel(() -> {
        throw new IllegalStateException("of the hook, for the listener"); // hooks run before the held task is interrupted
      });
      fail(scope, new IllegalArgumentException("first"));
      assertThat(catchThrowable(scope::join).getSuppressed()).containsExactly(ofListener);
    }
  }

  @Test
  void aFailureThatTwoTasksThrowIsThereOnce() throws Exception {
    IllegalArgumentException shared = new IllegalArgumentException("shared");
    IllegalArgumentException twice = new IllegalArgumentException("twice");
    try (Scope scope = lifecycle.open("fast")) {
      failWhenCancelled(scope, shared);
      failWhenCancelled(scope, twice);
      failWhenCancelled(scope, twice);
      fail(scope, shared);
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).hasCause(shared);
      assertThat(thrown.getSuppressed()).containsExactly(twice);
    }
  }

  @Test
  void failuresThatNameEachOtherMakeNoCycle() throws Exception {
    IllegalArgumentException first = new IllegalArgumentException("first");
    IllegalArgumentException second = new IllegalArgumentException("second", first);
    first.addSuppressed(second);
    try (Scope scope = lifecycle.open("fast")) {
      failWhenCancelled(scope, second);
      fail(scope, first);
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).hasCause(first);
      assertThat(first.getSuppressed()).containsExactly(second);
      assertThat(second.getSuppressed()).isEmpty();
    }
  }

  @Test
  void theExceptionTypeDoesNotDependOnHowManyFailed() throws Exception {
    for (int failing = 1; failing <= 8; failing++) {
      try (Scope scope = lifecycle.open("fast")) {
        CountDownLatch together = new CountDownLatch(failing);
        List<IllegalArgumentException> thrownByTasks = new ArrayList<>();
        for (int i = 0; i < failing; i++) {
          IllegalArgumentException failure = new IllegalArgumentException("failure " + i);
          thrownByTasks.add(failure);
          scope.fork("fast.task", o -> o.interrupt(Interrupts.NEVER), () -> {
            together.countDown();
            together.await();
            throw failure;
          });
        }
        Throwable thrown = catchThrowable(scope::join);
        assertThat(thrown).isExactlyInstanceOf(TaskFailedException.class);
        List<Throwable> all = new ArrayList<>(Arrays.asList(thrown.getSuppressed()));
        all.add(thrown.getCause());
        assertThat(all).containsExactlyInAnyOrderElementsOf(thrownByTasks);
      }
    }
  }

  @Test
  void aCancelAfterTheFailureDoesNotChangeTheExceptionType() throws Exception {
    try (Scope scope = lifecycle.open("fast", o -> o.executor(Runnable::run))) {
      fail(scope, new IllegalArgumentException("first"));
      assertThat(scope.cancel("too late")).isFalse();
      assertThat(catchThrowable(scope::join)).isExactlyInstanceOf(TaskFailedException.class);
      assertThat(scope.info().alsoCancelledBy()).extracting(CancelReason::message).containsExactly("too late");
    }
  }
}
