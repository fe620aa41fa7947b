package dev.lifecycle.internal;

import java.util.Objects;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A task that is due at some time, as a {@code ScheduledFuture}. Holds the scope's handle. */
final class ScheduledTask<V extends @Nullable Object> implements ScheduledFuture<V> {
  private final TaskNode<V> task;
  private final long due;
  private final ScopeHandle handle;

  ScheduledTask(TaskNode<V> task, long due, ScopeHandle handle) {
    this.task = task;
    this.due = due;
    this.handle = handle;
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return Objects.requireNonNull(unit, "unit").convert(due - task.scope.lifecycle.clock.nanoTime(), TimeUnit.NANOSECONDS);
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
