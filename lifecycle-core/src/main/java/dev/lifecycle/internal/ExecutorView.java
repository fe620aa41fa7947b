package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A child scope in the clothes of an {@code ExecutorService}: its shutdown is a drain, its {@code shutdownNow} a cancel of that child, and it is terminated
 * when no body runs.
 */
class ExecutorView extends AbstractExecutorService {
  final ScopeHandle handle; // the scope that this view is of stays reachable with it
  final ScopeCore scope;
  private final TaskOptions<?> options;

  ExecutorView(ScopeHandle handle, ScopeCore scope, TaskOptions<?> options) {
    this.handle = handle;
    this.scope = scope;
    this.options = options;
    scope.extras().endsItself = true;
  }

  /** What every task of this view has: nothing of it depends on the type of a result. */
  @SuppressWarnings("unchecked")
  final <T extends @Nullable Object> TaskOptions<T> options() {
    return (TaskOptions<T>) options;
  }

  private <T extends @Nullable Object> TaskNode<T> fork(Object body, int flags) {
    return fork(body, flags, this.<T>options());
  }

  <T extends @Nullable Object> TaskNode<T> fork(Object body, int flags, TaskOptions<T> options) {
    Objects.requireNonNull(body, "task");
    TaskNode<T> task;
    try {
      task = Forking.fork(scope, scope.purpose, options, body, flags, null);
    } catch (IllegalStateException e) {
      throw new RejectedExecutionException(e.getMessage(), e);
    } finally {
      Reference.reachabilityFence(handle);
    }
    refuseCancelled(task);
    return task;
  }

  /** An executor rejects where a scope returns a cancelled task. */
  final void refuseCancelled(TaskNode<?> task) {
    if (task.neverRan() && scope.is(ScopeState.CANCELLED)) {
      Mark mark = scope.mark();
      throw new RejectedExecutionException("executor \"" + scope.purpose + "\" of scope " + scope + " is cancelled: " + (mark == null ? "closed" : mark.reason));
    }
  }

  @Override
  public void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    this.<@Nullable Void>fork(command, TaskNode.EXECUTE);
  }

  @Override
  public Future<?> submit(Runnable task) {
    Objects.requireNonNull(task, "task");
    return this.<@Nullable Object>fork(Executors.callable(Objects.requireNonNull(task, "task")), 0);
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
    return fork(Executors.callable(Objects.requireNonNull(task, "task"), result), 0);
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    return fork(task, 0);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
    return Invoking.all(this, tasks, Long.MAX_VALUE);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) throws InterruptedException {
    return Invoking.all(this, tasks, unit.toNanos(timeout));
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
    try {
      return Invoking.any(this, tasks, Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new AssertionError(e); // there is no time that could be over
    }
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    return Invoking.any(this, tasks, unit.toNanos(timeout));
  }

  MonotonicClock clock() {
    return scope.lifecycle.clock;
  }

  @Override
  public void shutdown() {
    Draining.drain(scope);
    scope.wakeWatchers(); // who awaits termination may have waited for this
    closeIfTerminated();
    Reference.reachabilityFence(handle);
  }

  /** Ends the child scope, so that it leaves the tree, when nothing of it is left to run. */
  private void closeIfTerminated() {
    if (isTerminated()) {
      Closing.endAlone(scope);
    }
  }

  /** As on {@code ExecutorService} of Java 19 and later: shuts down and waits; if interrupted, cancels, waits on and keeps the flag. */
  public void close() {
    Inside.refuseClose(scope);
    shutdown();
    try {
      Waits.untilQuiet(scope);
    } catch (InterruptedException e) {
      shutdownNow();
      Waits.untilQuietUninterruptibly(scope);
      Thread.currentThread().interrupt();
    }
    closeIfTerminated();
  }

  /** Runs of something longer are cancelled like the rest, and not returned. */
  @Override
  public List<Runnable> shutdownNow() {
    Draining.drain(scope);
    List<Runnable> never = new ArrayList<>();
    Reason reason = scope.reason(CancelReason.Kind.CLOSED, "shutdownNow", null);
    TaskList tasks = scope.tasksOrNull();
    if (tasks != null) {
      Mark mark = new Mark(reason);
      tasks.forEach(
          task -> {
            Object body = task.unbegunBody();
            if (task.cancelUnbegun(mark)) {
              if (task.ext == null || task.ext.end == null) {
                never.add(task.has(TaskNode.EXECUTE) && body instanceof Runnable command ? command : task);
              }
              Forking.cancelledUnbegun(task);
            }
          });
    }
    Cancellation.cancel(scope, reason);
    scope.wakeWatchers();
    closeIfTerminated();
    Reference.reachabilityFence(handle);
    Collections.reverse(never); // the walk was newest first
    return never;
  }

  @Override
  public boolean isShutdown() {
    return scope.extras().drainedBy == scope || scope.is(ScopeState.CANCELLED | ScopeState.CLOSING | ScopeState.CLOSED); // not if only its parent drains
  }

  @Override
  public boolean isTerminated() {
    return isShutdown() && ScopeState.live(scope.word()) == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    Objects.requireNonNull(unit, "unit");
    Inside.refuseJoin(scope, "awaitTermination");
    long nanos = unit.toNanos(timeout);
    boolean ended = Waits.until(scope, this::isTerminated, Times.after(scope.lifecycle.clock.nanoTime(), nanos));
    if (ended) {
      closeIfTerminated();
    }
    return ended;
  }

  @Override
  public String toString() {
    return "executor " + scope;
  }
}
