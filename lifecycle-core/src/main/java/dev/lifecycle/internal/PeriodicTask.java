package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command of a scheduled view that runs again and again, as a {@code ScheduledFuture}: it ends by its cancel, by the shutdown of its view, or with the first run
 * that throws, which j.u.c. keeps to itself unless somebody asks and we report.
 *
 * <p>{@code ended} and {@code run} are written under the monitor. A tick sets {@code run} when the scope has admitted the task, which is when it can be cancelled,
 * and before a thread gets it; so either the tick sees the end there and takes its task back, or who ends sees the run. Tasks are started and cancelled and
 * futures completed outside of the monitor.
 */
final class PeriodicTask extends TimerNode implements RunnableScheduledFuture<@Nullable Object>, Due, RunEnd {
  private final ScopeCore scope;
  private final ScheduledView.Periodic all;
  private final Runnable command;
  private final Plan plan;
  private final Origin origin;
  private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
  private final long order = Ids.next();
  private @Nullable TaskNode<?> run;
  private boolean ended;

  PeriodicTask(ScopeCore scope, ScheduledView.Periodic all, TaskOptions<@Nullable Void> options, Runnable command, Plan plan) {
    this.scope = scope;
    this.all = all;
    this.command = command;
    this.plan = plan;
    this.origin = new Origin(scope, options, true);
  }

  void begin() {
    arm(plan.first());
  }

  private synchronized void arm(long at) {
    if (!ended) {
      due = at;
      scope.lifecycle.timer.add(this);
    }
  }

  @Override
  void fire() {
    scope.handOver(this::tick);
  }

  private void tick() {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    long again = plan.recheck();
    if (again != 0) {
      arm(again);
      return;
    }
    try {
      origin.launch(command::run, this);
    } catch (Throwable t) {
      synchronized (this) {
        run = null;
      }
      if (all.takesNoMore() && (t instanceof RejectedExecutionException || t instanceof IllegalStateException)) {
        end(); // the tick met the end of the scope, which is about to end this too
      } else {
        fail(null, t);
      }
    }
  }

  @Override
  public void admitted(TaskNode<?> of) {
    synchronized (this) {
      if (!ended) {
        run = of.hasEnded() ? null : of; // a cancel of the scope may have been sooner
        return;
      }
    }
    cancel(of, false); // ended since the tick looked
  }

  @Override
  public void ended(TaskNode<?> of, Task.Status status) {
    synchronized (this) {
      run = null;
    }
    if (status == Task.Status.SUCCEEDED) {
      arm(plan.next());
    } else {
      Throwable failure = status == Task.Status.FAILED ? of.peekFailure() : timeout(of);
      scope.lifecycle.workers.execute( // not here: a listener is foreign code
          () -> {
            if (failure == null) {
              end();
            } else {
              fail(of, failure);
            }
          });
    }
  }

  /** What a run has failed with that was cancelled because it took too long; null if it was cancelled for another reason. */
  private @Nullable Throwable timeout(TaskNode<?> of) {
    Mark mark = of.mark();
    if (mark == null || mark.reason.kind() != CancelReason.Kind.DEADLINE || scope.is(ScopeState.CANCELLED)) {
      return null;
    }
    return new DeadlineExceededException(mark.reason);
  }

  private void fail(@Nullable TaskNode<?> of, Throwable failure) {
    boolean last = leave();
    String message = last ? "periodic task failed and is not run again" : "run failed while its periodic task was ending";
    scope.report(FailureReport.Kind.TASK_FAILED, message, of, failure);
    if (last) {
      end.completeExceptionally(failure);
    }
  }

  /** Decides the end; returns whether this call did. */
  private boolean leave() {
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
    }
    scope.lifecycle.timer.remove(this);
    all.forget(this);
    return true;
  }

  /** Runs no more; a run that is under way may end. Returns whether this call decided that. */
  boolean end() {
    return leave() && end.cancel(false);
  }

  /** As {@link #end}, for a {@code shutdownNow}; returns whether this call did that to a task that waited for a run, or for the begin of one. */
  boolean endWaiting(Reason reason) {
    if (!end()) {
      return false;
    }
    TaskNode<?> last = current();
    if (last == null) {
      return true;
    }
    if (!last.cancelUnbegun(new Mark(reason))) {
      return false;
    }
    Forking.cancelledUnbegun(last);
    return true;
  }

  private synchronized @Nullable TaskNode<?> current() {
    return run;
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    if (!end()) {
      return false;
    }
    TaskNode<?> last = current();
    if (last != null) {
      cancel(last, mayInterrupt);
    }
    return true;
  }

  private void cancel(TaskNode<?> of, boolean mayInterrupt) {
    Cancellation.cancel(of, scope.reason(CancelReason.Kind.EXPLICIT, "the periodic task has ended", null), mayInterrupt);
  }

  /** What {@code shutdownNow} returns can be run by hand. */
  @Override
  public void run() {
    command.run();
  }

  @Override
  public boolean isPeriodic() {
    return true;
  }

  @Override
  public boolean isCancelled() {
    return end.isCancelled();
  }

  @Override
  public boolean isDone() {
    return end.isDone();
  }

  @Override
  public @Nullable Object get() throws InterruptedException, ExecutionException {
    return end.get();
  }

  @Override
  public @Nullable Object get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
    return end.get(timeout, unit);
  }

  @Override
  public synchronized long due() {
    return due;
  }

  @Override
  public long order() {
    return order;
  }

  @Override
  public MonotonicClock clock() {
    return scope.lifecycle.clock;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
