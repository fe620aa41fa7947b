package dev.lifecycle.internal;

import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.ref.Reference;
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
  private final Set<PeriodicTask> periodic = ConcurrentHashMap.newKeySet();

  ScheduledView(ScopeHandle handle, ScopeCore scope, TaskOptions<?> options) {
    super(handle, scope, options);
    scope.extras().endListener = new Ends(scope.lifecycle.workers, periodic);
  }

  /** What the scope knows of its view: not the view itself, which holds the handle, or nobody would ever learn that the handle was dropped. */
  private record Ends(Workers workers, Set<PeriodicTask> periodic) implements EndListener {
    @Override
    public void scopeEnds() {
      workers.execute(() -> List.copyOf(periodic).forEach(PeriodicTask::end)); // not here: the ends of futures run foreign code
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
    return periodic(command, Plan.fixedRate(clock, unit.toNanos(initialDelay), positive("period", period, unit)));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
    MonotonicClock clock = scope.lifecycle.clock;
    return periodic(command, Plan.fixedDelay(clock, unit.toNanos(initialDelay), positive("delay", delay, unit)));
  }

  private static long positive(String name, long interval, TimeUnit unit) {
    if (interval <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + interval);
    }
    return unit.toNanos(interval);
  }

  private ScheduledFuture<?> periodic(Runnable command, Plan plan) {
    Objects.requireNonNull(command, "command");
    PeriodicTask task = new PeriodicTask(this, command, plan);
    periodic.add(task);
    if (isShutdown()) { // whoever shuts down looks at the set after that, so one of us sees the other
      task.end();
      throw new RejectedExecutionException("executor \"" + scope.purpose + "\" of scope " + scope + " is shut down: the periodic task was not scheduled");
    }
    task.begin();
    return task;
  }

  void forget(PeriodicTask task) {
    periodic.remove(task);
  }

  @Override
  public List<Runnable> shutdownNow() {
    List<Runnable> never = super.shutdownNow();
    for (PeriodicTask task : List.copyOf(periodic)) {
      if (task.end()) {
        never.add(task);
      }
    }
    return never;
  }
}
