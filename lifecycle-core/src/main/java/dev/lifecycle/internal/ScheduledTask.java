package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A task that is due at some time, as a {@code ScheduledFuture}. Holds the scope's handle. */
final class ScheduledTask<V extends @Nullable Object> implements ScheduledFuture<V>, Due {
  private final TaskNode<V> task;
  private final long due;
  private final ScopeHandle handle;

  ScheduledTask(TaskNode<V> task, long due, ScopeHandle handle) {
    this.task = task;
    this.due = due;
    this.handle = handle;
  }

  @Override
  public long due() {
    return due;
  }

  @Override
  public long order() {
    return task.id();
  }

  @Override
  public MonotonicClock clock() {
    return task.scope.lifecycle.clock;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    return task.cancel(mayInterrupt);
  }

  @Override
  public boolean isCancelled() {
    return task.isCancelled();
  }

  @Override
  public boolean isDone() {
    return task.isDone();
  }

  @Override
  public V get() throws InterruptedException, ExecutionException {
    return task.get();
  }

  @Override
  public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
    return task.get(timeout, unit);
  }

  @Override
  public String toString() {
    return "scheduled " + task + " of " + handle;
  }
}
