package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 11 and 12: failures that come late or are many are neither dropped nor kept without bound. */
@Timeout(20)
class LateFailureTest {
  private static final int MOST_SUPPRESSED = 32;

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
  void moreThanThirtyTwoFailuresAreCountedAndNotKept() throws Exception {
    try (Scope scope = lifecycle.open("fast")) {
      for (int i = 0; i < MOST_SUPPRESSED + 8; i++) {
        failWhenCancelled(scope, new IllegalArgumentException("later " + i));
      }
      fail(scope, new IllegalArgumentException("first"));
      Throwable[] suppressed = catchThrowable(scope::join).getSuppressed();
      assertThat(suppressed).hasSize(MOST_SUPPRESSED + 1);
      assertThat(suppressed[MOST_SUPPRESSED]).isInstanceOf(LifecycleException.class).hasMessageContaining("8 more");
    }
  }

  @Test
  void theCapCoversTasksAndCleanupTogether() throws Exception {
    Scope scope = lifecycle.open("fast");
    for (int i = 0; i < 20; i++) {
      failWhenCancelled(scope, new IllegalArgumentException("later " + i));
      int n = i;
      scope.defer(() -> {
        throw new IllegalStateException("cleanup " + n);
      });
    }
    fail(scope, new IllegalArgumentException("first"));
    assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
    Throwable[] suppressed = catchThrowable(scope::close).getSuppressed();
    assertThat(suppressed).hasSize(MOST_SUPPRESSED + 1);
    assertThat(suppressed[MOST_SUPPRESSED]).isInstanceOf(LifecycleException.class).hasMessageContaining("8 more");
  }

  @Test
  void aFailureAfterACancelIsSuppressedOnTheOutcomeAndVisibleOnItsTask() throws Exception {
    IllegalArgumentException late = new IllegalArgumentException("late");
    try (Scope scope = lifecycle.open("fast")) {
      Task<Object> task = failWhenCancelled(scope, late);
      scope.cancel("stop");
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("stop");
      assertThat(thrown.getSuppressed()).containsExactly(late);
      assertThat(task.failure()).isSameAs(late);
      assertThat(task.status()).isEqualTo(Task.Status.FAILED);
      assertThat(task.isCancelled()).isTrue();
      assertThat(catchThrowable(task::get)).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aFailureAfterTheCancelOfACloseIsToldToTheListener() throws Exception {
    IllegalArgumentException late = new IllegalArgumentException("late");
    Scope scope = lifecycle.open("fast");
    failWhenCancelled(scope, late);
    scope.close();
    assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(late));
  }
}
