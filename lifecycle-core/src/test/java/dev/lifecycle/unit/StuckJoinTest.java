package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 9: after a cancel join waits for tasks that do not stop, or gives them up. */
@Timeout(20)
class StuckJoinTest {
  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void afterAFailFastCancelJoinStillWaitsForEveryTask() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    try (Scope scope = lifecycle.open("join")) {
      scope.fork("join.deaf", deaf);
      deaf.awaitBegun();
      Task<Object> failing = scope.fork("join.failing", () -> {
        throw new IllegalArgumentException("first");
      });
      Aside<Throwable> joiner = Aside.catching(scope::join);
      await().until(() -> scope.info().cancelled());
      joiner.awaitWaiting();
      assertThat(joiner.isDone()).isFalse();
      deaf.letGo();
      assertThat(joiner.get()).isInstanceOf(TaskFailedException.class).hasCause(failing.failure());
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void underWaitJoinWaitsOnPastTheGraceAndTheStuckTaskIsReportedAgainAndAgain() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    try (Scope scope = lifecycle.open("join", o -> o.grace(Duration.ofSeconds(1), AfterGrace.WAIT))) {
      Task<String> task = scope.fork("join.deaf", deaf);
      deaf.awaitBegun();
      Aside<Throwable> joiner = Aside.catching(scope::join).awaitWaiting();
      scope.cancel("stop");
      await().until(() -> {
        clock.advanceToNextDeadline();
        return reports.of(FailureReport.Kind.TASK_STUCK).size() >= 3;
      });
      assertThat(joiner.isDone()).isFalse();
      FailureReport report = reports.awaitFirst(FailureReport.Kind.TASK_STUCK);
      assertThat(report.taskId()).isEqualTo(task.id());
      assertThat(report.stack()).isNotEmpty();
      deaf.letGo();
      assertThat(joiner.get()).isInstanceOf(ScopeCancelledException.class);
    }
  }

  @Test
  void underAbandonJoinReturnsWithinTheGraceAndAQuarterOfASecond() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    try (Scope scope = lifecycle.open("join", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON))) {
      scope.fork("join.deaf", deaf);
      deaf.awaitBegun();
      scope.fork("join.failing", () -> {
        throw new IllegalArgumentException("first");
      });
      Aside<Throwable> joiner = Aside.catching(scope::join);
      await().until(() -> scope.info().cancelled());
      joiner.awaitWaiting();
      await().until(() -> {
        clock.advanceToNextDeadline();
        return joiner.isDone();
      });
      assertThat(Duration.ofNanos(clock.nanoTime())).isLessThanOrEqualTo(Duration.ofMillis(1_250));
      assertThat(joiner.get()).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IllegalArgumentException.class);
      assertThat(joiner.get().getSuppressed()).hasAtLeastOneElementOfType(OrphanedTasksException.class);
      assertThat(scope.info().orphaned()).isEqualTo(1);
    } finally {
      deaf.letGo();
    }
  }
}
