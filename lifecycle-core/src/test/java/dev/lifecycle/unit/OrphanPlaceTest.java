package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Scope;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 31 in a tree: orphans of a child are seen, and told, though everything above has closed. */
@Timeout(20)
class OrphanPlaceTest extends CancelFixture {
  private Scope child(Scope parent) {
    return parent.child("below", o -> o.grace(Duration.ZERO, AfterGrace.ABANDON));
  }

  private Task<String> stuck(Scope scope, Parked body) throws InterruptedException {
    Task<String> task = scope.fork("below.stuck", body);
    body.awaitStart();
    return task;
  }

  /** Closes while the clock is moved past graces. */
  private Throwable closed(Scope scope) {
    Aside<Throwable> close = Aside.catching(scope::close);
    passGraces(close);
    return close.get();
  }

  private void passGraces(Aside<?> closer) {
    until(() -> closer.isDone() || clock.advanceToNextDeadline() && closer.isDone());
  }

  @Test
  void anOrphanOfAChildStaysInTheTreeWhenItsParentsHaveClosed() throws Exception {
    Scope top = lifecycle.open("top", o -> o);
    Scope middle = top.child("middle", o -> o);
    Parked body = stubborn();
    Task<String> task = stuck(child(middle), body);

    assertThat(closed(top)).isInstanceOf(OrphanedTasksException.class);
    assertThat(task.status()).isEqualTo(Task.Status.ORPHANED);
    assertThat(Snapshot.take(lifecycle).toString()).contains("top", "middle", "t-" + task.id() + " below.stuck", "ORPHANED");

    body.release();
    until(() -> Snapshot.take(lifecycle).scopes() == 0);
  }

  @Test
  void anOrphanedServiceStaysInTheTreeWhenItsSupervisorHasShutDown() throws Exception {
    Supervisor supervisor = lifecycle.supervisor("top", o -> o);
    Parked body = stubborn();
    supervisor.service("below.stuck", RestartPolicy.never(), body::call);
    body.awaitStart();
    Aside<ShutdownReport> report = Aside.run(() -> supervisor.shutdown(Duration.ZERO, Duration.ZERO));
    passGraces(report);

    assertThat(report.get().orphans()).hasSize(1);
    assertThat(Snapshot.take(lifecycle).toString()).contains("t-" + report.get().orphans().get(0).taskId() + " below.stuck", "ORPHANED");

    body.release();
    until(() -> Snapshot.take(lifecycle).scopes() == 0);
  }

  @Test
  void cleanupThatFailsIsToldBeforeTheOrphansOfAChild() throws Exception {
    Scope top = lifecycle.open("top", o -> o);
    stuck(child(top), stubborn());
    IllegalStateException cleanup = new IllegalStateException("cleanup");
    top.defer(() -> {
      throw cleanup;
    });

    Throwable thrown = closed(top);

    assertThat(thrown).isInstanceOf(CleanupFailedException.class).hasCause(cleanup);
    assertThat(thrown.getSuppressed()).hasOnlyElementsOfType(OrphanedTasksException.class).hasSize(1);
  }

  @RepeatedTest(50)
  void orphansThatEndTogetherTakeTheirParentsOutOnce() throws Exception {
    Scope top = lifecycle.open("top", o -> o);
    List<Parked> bodies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      bodies.add(stubborn());
      stuck(child(top), bodies.get(i));
    }
    Aside<Throwable> close = Aside.catching(top::close);
    bodies.get(0).awaitInterrupts(1);
    while (!close.isDone()) {
      clock.advanceToNextDeadline();
      bodies.forEach(Parked::release); // while the closer leaves the tree, at best
    }

    until(() -> Snapshot.take(lifecycle).scopes() == 0);
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
  }
}
