package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Schedule;
import dev.lifecycle.Task;
import dev.lifecycle.ThreadKind;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An action that runs by a schedule. Between two runs it is a node of the timer; the next is planned when the one before has ended, so runs never overlap.
 * All of it happens in the supervisor's mailbox.
 */
final class PeriodicService extends ServiceCore implements RunEnd {
  private final Schedule schedule;
  private final Action body;
  private final Plan plan;
  private final Backoff backoff;
  private final Tick tick = new Tick();
  private volatile @Nullable TaskNode<?> run;
  private boolean runs; // from the start of a run to the event of its end; in the mailbox
  private int row; // failures in a row; in the mailbox
  private volatile boolean waitsLonger;

  PeriodicService(Supervision supervision, ScopeCore scope, Schedule schedule, Action body) {
    super(supervision, scope, schedule.isCarryingContext(), ThreadKind.VIRTUAL);
    this.schedule = schedule;
    this.body = body;
    this.plan = Plan.of(schedule, scope.lifecycle.clock);
    this.backoff = new Backoff(schedule.initialBackoff(), schedule.maxBackoff(), 0.5);
  }

  private final class Tick extends TimerNode {
    @Override
    void fire() {
      supervision.mailbox.post(PeriodicService.this::tick);
    }
  }

  /** Plans the first run, on the caller's thread. */
  void start() {
    long first = plan.first();
    supervision.mailbox.post(() -> arm(first));
  }

  // ---- in the mailbox

  private void arm(long at) {
    if (hasEnded()) {
      return;
    }
    if (at == Plan.NONE) {
      finish(Status.COMPLETED);
      return;
    }
    tick.due = at;
    scope.lifecycle.timer.add(tick);
  }

  private void tick() {
    if (hasEnded()) {
      return;
    }
    long again = plan.recheck();
    if (again != 0) {
      arm(again);
      return;
    }
    waitsLonger = false;
    runs = true;
    try {
      launch(body, this);
    } catch (Throwable t) {
      runs = false;
      if (supervision.isEnding() && (t instanceof RejectedExecutionException || t instanceof IllegalStateException)) {
        finish(Status.STOPPED); // refused for that
      } else {
        failedRun(null, t);
      }
    }
  }

  @Override
  public void admitted(TaskNode<?> of) {
    run = of;
  }

  @Override
  public void ended(TaskNode<?> of, Task.Status status) {
    supervision.mailbox.post(() -> runEnded(of, status));
  }

  private void runEnded(TaskNode<?> of, Task.Status status) {
    runs = false;
    run = null;
    Throwable failure = status == Task.Status.FAILED ? of.peekFailure() : null;
    boolean last = wasAsked() || supervision.isEnding() || of.mark() != null;
    if (failure == null) {
      row = 0;
      if (last) {
        finish(Status.STOPPED);
      } else {
        planNext(0);
      }
    } else if (last) {
      failed(failure);
      supervision.report(this, FailureReport.Kind.TASK_FAILED, "run failed while its schedule was stopping", of, failure);
      finish(Status.STOPPED);
    } else {
      failedRun(of, failure);
    }
  }

  private void failedRun(@Nullable TaskNode<?> of, Throwable failure) {
    failed(failure);
    switch (schedule.onFailure()) {
      case FAIL_SCOPE -> {
        supervision.report(this, FailureReport.Kind.SERVICE_FAILED, "run failed and with it its supervisor", of, failure);
        supervision.escalate(scope, of, failure); // first: who waits for the last service to end must not take it for peace
        finish(Status.FAILED);
      }
      case BACKOFF -> {
        row = Math.min(row + 1, Integer.MAX_VALUE - 1);
        long delay = backoff.delayNanos(row, ThreadLocalRandom.current().nextDouble());
        supervision.report(this, FailureReport.Kind.TASK_FAILED, "run failed; the next is at least " + delay / 1_000_000 + " ms away", of, failure);
        waitsLonger = true;
        planNext(delay);
      }
      default -> {
        supervision.report(this, FailureReport.Kind.TASK_FAILED, "run failed; its schedule goes on", of, failure);
        planNext(0);
      }
    }
  }

  /** Plans the next run; where that asks a user's function, on a worker and not in the mailbox, which must not wait. */
  private void planNext(long atLeast) {
    if (schedule.kind() == Schedule.Kind.TIMES) {
      scope.lifecycle.workers.execute(() -> plan(atLeast));
    } else {
      plan(atLeast);
    }
  }

  private void plan(long atLeast) {
    long next;
    try {
      next = plan.next();
    } catch (Throwable t) { // what the user's function threw
      supervision.mailbox.post(
          () -> {
            failed(t);
            supervision.report(this, FailureReport.Kind.SERVICE_FAILED, "the schedule has no next time", null, t);
            finish(Status.FAILED);
          });
      return;
    }
    long at = next == Plan.NONE ? next : Math.max(next, Times.after(scope.lifecycle.clock.nanoTime(), atLeast));
    supervision.mailbox.post(() -> arm(at));
  }

  @Override
  void halt(Reason reason, long until) {
    if (runs) {
      Cancellation.cancel(scope, reason);
    } else {
      scope.lifecycle.timer.remove(tick);
      finish(Status.STOPPED);
    }
  }

  @Override
  void supervisorEnds() {
    if (!runs) {
      scope.lifecycle.timer.remove(tick);
      finish(Status.STOPPED);
    }
  }

  // ---- for everybody

  @Override
  boolean isReady() {
    return !hasEnded();
  }

  @Override
  public void ready() {}

  @Override
  public int restarts() {
    return 0;
  }

  @Override
  public Status status() {
    Status ended = end();
    if (ended != null) {
      return ended;
    }
    TaskNode<?> of = run;
    if (of != null && of.mark() != null || of != null && wasAsked()) {
      return Status.STOPPING;
    }
    return waitsLonger ? Status.BACKOFF : Status.RUNNING;
  }
}
