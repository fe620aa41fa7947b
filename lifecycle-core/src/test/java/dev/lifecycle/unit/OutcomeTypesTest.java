package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 42: which exception stands for which outcome. */
@Timeout(20)
class OutcomeTypesTest {
  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void allAreUnchecked() {
    assertThat(LifecycleException.class).hasSuperclass(RuntimeException.class);
    assertThat(TaskFailedException.class).hasSuperclass(LifecycleException.class);
    assertThat(DeadlineExceededException.class).hasSuperclass(LifecycleException.class);
    assertThat(CleanupFailedException.class).hasSuperclass(LifecycleException.class);
    assertThat(OrphanedTasksException.class).hasSuperclass(LifecycleException.class);
    assertThat(ScopeCancelledException.class).hasSuperclass(CancellationException.class);
  }

  @Test
  void anExpiryIsADeadlineExceededExceptionAndNoCancellationException() {
    try (Scope scope = lifecycle.open("types", o -> o.timeout(Duration.ofSeconds(1)))) {
      clock.advance(Duration.ofSeconds(1));
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(DeadlineExceededException.class).isNotInstanceOf(CancellationException.class);
      assertThat(((DeadlineExceededException) thrown).reason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
      assertThat(((DeadlineExceededException) thrown).reason().origin()).isEqualTo(scope.info().id());
    }
  }

  @Test
  void aCancelIsAScopeCancelledExceptionWithMessageAndCause() {
    IllegalStateException cause = new IllegalStateException("why");
    try (Scope scope = lifecycle.open("types")) {
      scope.cancel("stop", cause);
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("stop").hasCause(cause);
      assertThat(((ScopeCancelledException) thrown).reason().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    }
  }

  @Test
  void aFreshExceptionIsThrownOnEachJoin() {
    try (Scope cancelled = lifecycle.open("types"); Scope expired = lifecycle.open("types", o -> o.timeout(Duration.ZERO))) {
      cancelled.cancel("stop");
      for (Scope scope : new Scope[] {cancelled, expired}) {
        Throwable first = catchThrowable(scope::join);
        Throwable second = catchThrowable(scope::join);
        assertThat(first).isNotNull().isNotSameAs(second).hasSameClassAs(second);
      }
    }
  }

  @Test
  void joinAfterCloseReportsTheSameOutcome() {
    Scope scope = lifecycle.open("types");
    scope.cancel("stop");
    scope.close();
    assertThat(catchThrowable(scope::join)).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("stop");
  }

  @Test
  void whenOnlyCleanupFailedItIsACleanupFailedException() {
    IllegalStateException first = new IllegalStateException("first");
    IllegalStateException second = new IllegalStateException("second");
    Scope scope = lifecycle.open("types");
    scope.defer(() -> {
      throw second;
    });
    scope.defer(() -> {
      throw first; // last in, first out
    });
    Throwable thrown = catchThrowable(scope::close);
    assertThat(thrown).isInstanceOf(CleanupFailedException.class).hasCause(first);
    assertThat(thrown.getSuppressed()).containsExactly(second);
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void cleanupThatFailsAfterACancelIsThrownByCloseAlone() {
    Scope scope = lifecycle.open("types");
    scope.defer(() -> {
      throw new IllegalStateException("cleanup");
    });
    scope.cancel("stop");
    assertThat(catchThrowable(scope::close)).isInstanceOf(CleanupFailedException.class).hasRootCauseMessage("cleanup");
  }

  @Test
  void callThrowsFailedCleanupToo() {
    Throwable thrown = catchThrowable(() -> lifecycle.call("types", Duration.ofSeconds(1), scope -> {
      scope.defer(() -> {
        throw new IllegalStateException("cleanup");
      });
      return 1;
    }));
    assertThat(thrown).isInstanceOf(CleanupFailedException.class).hasRootCauseMessage("cleanup");
  }

  /** A scope with one orphan, decided by its first success so that nothing else has failed. */
  private Scope decidedWithAnOrphan(HeldBody deaf) throws InterruptedException {
    Scope scope = lifecycle.open("types", o -> o.policy(Policy.FIRST_SUCCESS).grace(Duration.ofSeconds(1), AfterGrace.ABANDON));
    scope.fork("types.orphan", deaf);
    deaf.awaitBegun();
    scope.fork("types.winner", () -> 1);
    await().until(() -> {
      clock.advanceToNextDeadline();
      return scope.info().orphaned() == 1;
    });
    return scope;
  }

  @Test
  void whenOnlyOrphansAreLeftJoinThrowsAnOrphanedTasksExceptionWithTheReport() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    try (Scope scope = decidedWithAnOrphan(deaf)) {
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(OrphanedTasksException.class).hasMessageContaining("types.orphan");
      assertThat(((OrphanedTasksException) thrown).report().orphans()).singleElement().satisfies(orphan -> {
        assertThat(orphan.purpose()).isEqualTo("types.orphan");
        assertThat(orphan.stack()).anySatisfy(frame -> assertThat(frame.getClassName()).contains("HeldBody"));
      });
    } finally {
      deaf.letGo();
    }
  }

  @Test
  void closeThrowsTheOrphansIfNobodyWasToldOfThem() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Scope scope = decidedWithAnOrphan(deaf);
    assertThat(catchThrowable(scope::close)).isInstanceOf(OrphanedTasksException.class);
    deaf.letGo();
    assertThat(reports.awaitFirst(FailureReport.Kind.LATE_RESULT).purpose()).isEqualTo("types.orphan");
  }

  @Test
  void orphansAreSuppressedOnCleanupThatFailed() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Scope scope = decidedWithAnOrphan(deaf);
    scope.defer(() -> {
      throw new IllegalStateException("cleanup");
    });
    Throwable thrown = catchThrowable(scope::close);
    assertThat(thrown).isInstanceOf(CleanupFailedException.class);
    assertThat(thrown.getSuppressed()).hasOnlyElementsOfType(OrphanedTasksException.class).hasSize(1);
    deaf.letGo();
  }

  @Test
  void orphansAreSuppressedOnACancel() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    try (Scope scope = lifecycle.open("types", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON))) {
      Task<String> task = scope.fork("types.orphan", deaf);
      deaf.awaitBegun();
      scope.cancel("stop");
      await().until(() -> {
        clock.advanceToNextDeadline();
        return task.status() == Task.Status.ORPHANED;
      });
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(ScopeCancelledException.class);
      assertThat(thrown.getSuppressed()).hasOnlyElementsOfType(OrphanedTasksException.class).hasSize(1);
    } finally {
      deaf.letGo();
    }
  }
}
