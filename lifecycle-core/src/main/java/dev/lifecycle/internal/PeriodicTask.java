package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Task;
import dev.lifecycle.spi.MonotonicClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command of a scheduled view that runs again and again, as a {@code ScheduledFuture}: it ends by its cancel, by the view's shutdown, or with the first run
 * that throws, which j.u.c. keeps to itself unless somebody asks and we report.
 *
 * <p>{@code ended} is decided once, under the monitor, as is {@code run}; so a tick either sees the end, or its run is seen by who ends. Tasks are started and
 * futures completed outside of it.
 */
final class PeriodicTask extends TimerNode implements RunnableScheduledFuture<@Nullable Object>, RunEnd {
  private final ScheduledView view;
  private final ScopeCore scope;
  private final Runnable command;
  private final Plan plan;
  private final Origin origin;
  private final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
  private @Nullable TaskNode<?> run;
  private boolean ended;

  PeriodicTask(ScheduledView view, Runnable command, Plan plan) {
    this.view = view;
    this.scope = view.scope;
    this.command = command;
    this.plan = plan;
    this.origin = new Origin(scope, view.options(), true);
  }

  void begin() {
    arm(plan.first());
  }

  private synchronized void arm(long at) {
    if (!ended && at != MonotonicClock.NEVER) {
      due = at;
      scope.lifecycle.timer.add(this);
    }
  }

  @Override
  void fire() {
    scope.lifecycle.workers.execute(this::tick); // the pool may block or run the body on the thread that hands it over
  }

  private void tick() {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    try {
      origin.launch(command::run, this);
    } catch (Throwable t) {
      synchronized (this) {
        run = null;
      }
      fail(null, t);
    }
  }

  @Override
  public synchronized void made(TaskNode<?> of) {
    run = of;
  }

  @Override
  public void ended(TaskNode<?> of, Task.Status status) {
    synchronized (this) {
      run = null;
    }
    if (status == Task.Status.SUCCEEDED) {
      arm(plan.next());
    } else {
      Throwable failure = status == Task.Status.FAILED ? of.peekFailure() : null;
      scope.lifecycle.workers.execute( // not here: listeners and the ends of futures are foreign code
          () -> {
            if (failure == null) {
              end();
            } else {
              fail(of, failure);
            }
          });
    }
  }

  private void fail(@Nullable TaskNode<?> of, Throwable failure) {
    if (leave() != null) {
      if (!view.isShutdown()) {
        scope.report(FailureReport.Kind.TASK_FAILED, "periodic task failed and is not run again", of, failure);
      }
      end.completeExceptionally(failure);
    }
  }

  /** Decides the end; returns null if it was decided before. */
  private @Nullable PeriodicTask leave() {
    synchronized (this) {
      if (ended) {
        return null;
      }
      ended = true;
    }
    scope.lifecycle.timer.remove(this);
    view.forget(this);
    return this;
  }

  /** Runs no more; a run that is under way may end. Returns whether this call decided that. */
  boolean end() {
    return leave() != null && end.cancel(false);
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    if (!end()) {
      return false;
    }
    TaskNode<?> last;
    synchronized (this) {
      last = run;
    }
    if (last != null) {
      Cancellation.cancel(last, scope.reason(CancelReason.Kind.EXPLICIT, "the periodic task was cancelled", null), mayInterrupt);
    }
    return true;
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
  public synchronized long getDelay(TimeUnit unit) {
    return unit.convert(due - scope.lifecycle.clock.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
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
