package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.ErrorMode;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 43: an Error is a failure like any other. */
@Timeout(20)
class ErrorsTest {
  private final RecordingListener reports = new RecordingListener();
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports).threads(this::thread));

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "errors");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> uncaught.add(e));
    return thread;
  }

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static Task<Object> fail(Scope scope, Error error) {
    return scope.fork("errors.task", () -> {
      throw error;
    });
  }

  @Test
  void anErrorFailsAFailFastScope() {
    AssertionError error = new AssertionError("broken");
    try (Scope scope = lifecycle.open("errors")) {
      fail(scope, error);
      assertThat(catchThrowable(scope::join)).isInstanceOf(TaskFailedException.class).hasCause(error);
    }
    assertThat(uncaught).isEmpty();
  }

  @Test
  void underSuperviseAnErrorIsIsolated() throws Exception {
    try (Scope scope = lifecycle.open("errors", o -> o.policy(Policy.SUPERVISE))) {
      scope.start("errors.task", () -> {
        throw new AssertionError("broken");
      });
      Task<Integer> sibling = scope.fork("errors.sibling", () -> 1);
      scope.join();
      assertThat(sibling.resultNow()).isEqualTo(1);
      assertThat(scope.info().cancelled()).isFalse();
    }
    assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isInstanceOf(AssertionError.class));
  }

  @Test
  void underSuperviseWithErrorsFailScopeAnErrorFailsTheScope() {
    AssertionError error = new AssertionError("broken");
    try (Scope scope = lifecycle.open("errors", o -> o.policy(Policy.SUPERVISE).errors(ErrorMode.FAIL_SCOPE))) {
      fail(scope, error);
      assertThat(catchThrowable(scope::join)).isInstanceOf(TaskFailedException.class).hasCause(error);
    }
  }

  @Test
  void withErrorsFailScopeAnExceptionIsStillThePolicysAffair() throws Exception {
    try (Scope scope = lifecycle.open("errors", o -> o.policy(Policy.SUPERVISE).errors(ErrorMode.FAIL_SCOPE))) {
      Task<Object> task = scope.fork("errors.task", () -> {
        throw new IllegalArgumentException("broken");
      });
      scope.join();
      assertThat(task.failure()).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anErrorInTheBodyOfACallLeavesAsItself() {
    AssertionError error = new AssertionError("broken");
    assertThat(catchThrowable(() -> lifecycle.call("errors", o -> o, scope -> {
      throw error;
    }))).isSameAs(error);
  }
}
