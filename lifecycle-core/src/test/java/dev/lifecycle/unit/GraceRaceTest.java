package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Rule 32: bodies that end while the grace does. */
@Timeout(20)
class GraceRaceTest extends CancelFixture {
  private static final Duration GRACE = Duration.ofSeconds(5);

  @RepeatedTest(50)
  void aStopThatRacesATasksNormalEndNeverListsItAsStuck() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.grace(GRACE, AfterGrace.ABANDON));
    List<Parked> bodies = new ArrayList<>();
    List<Task<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Parked body = stubborn();
      bodies.add(body);
      tasks.add(scope.fork("work.racing", body));
      body.awaitStart();
    }
    CompletableFuture<Throwable> closed = new CompletableFuture<>();
    new Thread(() -> closed.complete(catchThrowable(scope::close))).start();
    bodies.forEach(body -> body.awaitInterrupts(1));
    step(); // the end of the grace, once the closing thread has listed it
    bodies.forEach(body -> body.awaitInterrupts(2));
    Thread releaser = new Thread(() -> bodies.forEach(Parked::release));
    releaser.start();
    until(() -> clock.advanceToNextDeadline() || closed.isDone());

    Throwable thrown = closed.get();
    releaser.join();
    until(() -> Snapshot.take(lifecycle).tasks() == 0);
    List<Long> listed = thrown == null ? List.of() : ((OrphanedTasksException) thrown).report().orphans().stream().map(OrphanReport.Orphan::taskId).toList();

    // whoever was called stuck is told of again when it ends, and nobody else is: no task is both stuck and ended in peace
    Awaitility.await().untilAsserted(() -> { // a listener is waited for a moment only
      List<Long> stuck = reports.of(Kind.TASK_STUCK).stream().map(FailureReport::taskId).toList();
      assertThat(stuck).doesNotHaveDuplicates().containsAll(listed);
      assertThat(reports.of(Kind.LATE_RESULT)).extracting(FailureReport::taskId).containsExactlyInAnyOrderElementsOf(stuck);
    });
    assertThat(tasks).allMatch(task -> task.status() == Task.Status.CANCELLED);
    assertThat(lifecycle.counts().get("work.racing").orphaned()).isZero();
    assertThat(scope.info().live()).isZero();
  }
}
