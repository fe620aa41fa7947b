package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An executor view that also takes tasks for later. A delayed task is admitted, counted and listed when it is scheduled and started when it is due; a periodic
 * one is a task per run. The library's timer keeps the time.
 */
final class ScheduledView extends ExecutorView implements ScheduledExecutorService {
  private final Periodic periodic;

  ScheduledView(ScopeHandle handle, ScopeCore scope, TaskOptions<?> options) {
    super(handle, scope, options);
    this.periodic = new Periodic(scope);
    scope.extras().endListener = periodic;
  }

  /** The periodic tasks of a view. The scope knows this and not the view, which holds the handle, or nobody would ever learn that the handle was dropped. */
  static final class Periodic implements EndListener {
    private final ScopeCore scope;
    private final Set<PeriodicTask> tasks = ConcurrentHashMap.newKeySet();
    private volatile boolean returned;

    Periodic(ScopeCore scope) {
      this.scope = scope;
    }

    /** Whether periodic tasks end: the scope, or what is above it, drains or is cancelled or closed. */
    boolean takesNoMore() {
      return scope.is(ScopeState.NO_ADMIT | ScopeState.CANCELLED | ScopeState.CLOSING | ScopeState.CLOSED);
    }

    void forget(PeriodicTask task) {
      tasks.remove(task);
    }

    @Override
    public void scopeEnds() {
      if (!returned) {
        scope.lifecycle.workers.execute(() -> List.copyOf(tasks).forEach(PeriodicTask::end)); // not here: it takes the monitors of the tasks and of the timer
      }
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return delayed(Executors.callable(Objects.requireNonNull(command, "command")), delay, unit);
  }

  @Override
  public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return delayed(Objects.requireNonNull(callable, "callable"), delay, unit);
  }

  private <V extends @Nullable Object> ScheduledFuture<V> delayed(Callable<? extends V> body, long delay, TimeUnit unit) {
    long nanos = Objects.requireNonNull(unit, "unit").toNanos(delay);
    long due = Times.after(scope.lifecycle.clock.nanoTime(), nanos);
    TaskNode<V> task = this.<V>delayed(body, due);
    return new ScheduledTask<>(task, due, handle);
  }

  private <V extends @Nullable Object> TaskNode<V> delayed(Callable<? extends V> body, long due) {
    TaskNode<V> task;
    try {
      task = Forking.delayed(scope, this.<V>options(), body, due);
    } catch (IllegalStateException e) {
      throw new RejectedExecutionException(e.getMessage(), e);
    } finally {
      Reference.reachabilityFence(handle);
    }
    refuseCancelled(task);
    return task;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
    MonotonicClock clock = scope.lifecycle.clock;
    return periodic(command, Plan.fixedRate(clock, Objects.requireNonNull(unit, "unit").toNanos(initialDelay), positive("period", period, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
    MonotonicClock clock = scope.lifecycle.clock;
    return periodic(command, Plan.fixedDelay(clock, Objects.requireNonNull(unit, "unit").toNanos(initialDelay), positive("delay", delay, unit)));
  }

  private static long positive(String name, long interval, TimeUnit unit) {
    if (interval <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + interval);
    }
    return unit.toNanos(interval);
  }

  private ScheduledFuture<?> periodic(Runnable command, Plan plan) {
    Objects.requireNonNull(command, "command");
    scope.applyDeadline();
    if (periodic.takesNoMore()) {
      throw refused();
    }
    PeriodicTask task = new PeriodicTask(scope, periodic, options(), command, plan);
    periodic.tasks.add(task);
    if (periodic.takesNoMore() && task.end()) { // whoever ends the scope looks at the set after that, so one of us sees the other
      throw refused();
    }
    task.begin(); // no-op if somebody has ended it
    return task;
  }

  private RejectedExecutionException refused() {
    return new RejectedExecutionException("executor \"" + scope.purpose + "\" of scope " + scope + " is shut down: the periodic task was not scheduled");
  }

  @Override
  public List<Runnable> shutdownNow() {
    periodic.returned = true; // before the drain, which would let a library thread end them, and who ends one returns it
    Draining.drain(scope);
    List<PeriodicTask> waiting = new ArrayList<>(periodic.tasks);
    waiting.sort(Comparator.comparingLong(PeriodicTask::order));
    Reason reason = scope.reason(CancelReason.Kind.CLOSED, "shutdownNow", null);
    waiting.removeIf(task -> !task.endWaiting(reason));
    List<Runnable> never = super.shutdownNow();
    never.addAll(waiting);
    return never;
  }
}
