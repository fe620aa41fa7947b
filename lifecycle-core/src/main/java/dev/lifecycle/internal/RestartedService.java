package dev.lifecycle.internal;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceOptions;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A service whose body is run again by a policy.
 *
 * <pre>
 *   no run --start--> STARTING --ready--> RUNNING --end--> no run: it waits for its restart, or has ended
 *                         \------- cancel -------> STOPPING --end--/
 * </pre>
 *
 * <p>What the end of a run means is decided in {@link Supervision}; here is the run.
 */
final class RestartedService extends ServiceCore {
  final ServiceOptions options;
  private final Service.Body body;
  private final Budget budget;
  private final Backoff backoff;
  private final long window;
  private int row; // failures in a row; in the mailbox
  private volatile @Nullable Run run;
  private volatile int starts;
  private volatile boolean up;

  /** What the present run supervises, if that is all it does. Written by the run. */
  private volatile @Nullable Supervision nested;

  RestartedService(Supervision supervision, ScopeCore scope, ServiceOptions options, Service.Body body) {
    super(supervision, scope, options.isCarryingContext(), options.thread());
    RestartPolicy restart = options.restart();
    this.options = options;
    this.body = body;
    this.budget = new Budget(restart);
    this.backoff = new Backoff(restart.initialBackoff(), restart.maxBackoff(), restart.jitter());
    this.window = Times.toNanos(restart.window());
  }

  /** One run. */
  private final class Run extends TimerNode implements RunEnd {
    final long startedAt = scope.lifecycle.clock.nanoTime();
    volatile @Nullable TaskNode<?> task;
    volatile boolean ready;
    boolean late; // not ready in time; in the mailbox
    boolean halted; // told to end so that it can be started again; in the mailbox
    volatile boolean told; // by the shutdown of its nested supervisor

    void enter() throws Exception {
      if (options.readyWithin() == null) {
        becomeReady();
      }
      body.run(RestartedService.this);
    }

    void becomeReady() {
      ready = true;
      scope.lifecycle.timer.remove(this);
      scope.wakeWatchers();
      supervision.mailbox.post(supervision::step);
    }

    @Override
    public void admitted(TaskNode<?> of) { // not before: a cancel of this task alone must find it counted
      task = of;
      supervision.mailbox.post(supervision::step); // a restart may be waiting to stop this very run
    }

    @Override
    public void ended(TaskNode<?> of, Task.Status status) {
      scope.lifecycle.timer.remove(this);
      supervision.mailbox.post(() -> runEnded(this, of, status));
    }

    /** The time to become ready is over. */
    @Override
    void fire() {
      supervision.mailbox.post(
          () -> {
            TaskNode<?> of = task;
            if (run == this && !ready && of != null) {
              Reason reason = scope.reason(CancelReason.Kind.RESTART, "not ready within " + options.readyWithin(), null);
              late = Cancellation.cancel(of, reason, true); // else it was stopped already, or has just ended
            }
          });
    }
  }

  /** The first start, on the thread that makes the service. Until it is over no restart of others concerns the service, which would start it twice. */
  void startFirst() {
    start();
    up = true;
  }

  boolean isUp() {
    return up;
  }

  /** Starts a run, or throws and has not. */
  void start() {
    Run r = new Run();
    run = r;
    starts = starts + 1; // by one thread at a time: the first caller, then the mailbox
    TaskNode<?> task;
    try {
      task = launch(r::enter, r);
    } catch (Throwable t) {
      starts = starts - 1;
      run = null;
      throw t;
    }
    Duration within = options.readyWithin();
    if (within != null && !r.ready) {
      scope.lifecycle.timer.addAfter(r, Times.toNanos(within));
      if (r.ready || task.hasEnded()) { // before there was a node to remove
        scope.lifecycle.timer.remove(r);
      }
    }
  }

  // ---- in the mailbox

  boolean hasRun() {
    return run != null;
  }

  /** Cancels the run so that it can be started again; once. */
  void stopForRestart(Reason reason) {
    Run r = run;
    TaskNode<?> task = r == null ? null : r.task;
    if (r != null && task != null && !r.halted) {
      r.halted = true;
      if (!shutDownNested(r, reason, Times.after(scope.lifecycle.clock.nanoTime(), Times.toNanos(scope.options.grace())), false)) {
        Cancellation.cancel(task, reason, true);
      }
    }
  }

  @Override
  void halt(Reason reason, long until) {
    Run r = run;
    if (r == null) {
      finish(Status.STOPPED);
      return;
    }
    if (!shutDownNested(r, reason, until, scope.options.afterGrace() == AfterGrace.ABANDON)) {
      Cancellation.cancel(scope, reason);
    }
  }

  /** A supervisor is not cancelled as a whole: its services stop in their order too, and then the run ends by itself. */
  private boolean shutDownNested(Run r, Reason reason, long until, boolean abandon) {
    Supervision below = nested;
    if (below == null || !r.ready) { // in its setup, which may wait for anything: a run like any other
      return false;
    }
    r.told = true;
    below.shutdown.drain(Duration.ZERO);
    below.shutdown.cancel(reason, until, abandon);
    return true;
  }

  /** Whether the present run ends because its nested supervisor was told to. */
  boolean wasTold() {
    Run r = run;
    return r != null && r.told;
  }

  /** The present run is this supervisor; null: it is none any more. Called by the run. */
  void supervises(@Nullable Supervision below) {
    nested = below;
  }

  @Override
  void supervisorEnds() {
    if (run == null && starts > 0) {
      finish(Status.STOPPED);
    }
  }

  private void runEnded(Run r, TaskNode<?> task, Task.Status status) {
    if (run != r) {
      return;
    }
    run = null;
    Throwable failure = status == Task.Status.FAILED ? task.peekFailure() : null;
    if (r.late && failure == null) {
      failure = new LifecycleException("service \"" + purpose() + "\" was not ready within " + options.readyWithin(), null);
    }
    if (failure != null) {
      failed(failure);
    }
    if (scope.lifecycle.clock.nanoTime() - r.startedAt >= window) {
      row = 0;
    }
    supervision.ended(this, task, failure, r.told || task.mark() != null, r.halted);
  }

  /** Takes a restart from the budget; the delay before it in nanoseconds, or -1 if there is none left. */
  long takeRestart() {
    if (!budget.take(scope.lifecycle.clock.nanoTime())) {
      return -1;
    }
    row = Math.min(row + 1, Integer.MAX_VALUE - 1);
    return backoff.delayNanos(row, ThreadLocalRandom.current().nextDouble());
  }

  // ---- for everybody

  @Override
  boolean isReady() {
    Run r = run;
    return r != null && r.ready;
  }

  @Override
  public void ready() {
    Run r = run;
    if (r != null && !r.ready) {
      r.becomeReady();
    }
  }

  @Override
  public boolean isStopping() {
    Run r = run;
    TaskNode<?> task = r == null ? null : r.task;
    return super.isStopping() || r != null && r.told || task != null && task.mark() != null;
  }

  @Override
  public int restarts() {
    return Math.max(0, starts - 1);
  }

  @Override
  public Status status() {
    Status ended = end();
    if (ended != null) {
      return ended;
    }
    Run r = run;
    if (r == null) {
      return starts == 0 ? Status.STARTING : Status.BACKOFF;
    }
    TaskNode<?> task = r.task;
    if (r.told || task != null && task.mark() != null) {
      return Status.STOPPING;
    }
    return r.ready ? Status.RUNNING : Status.STARTING;
  }
}
