package dev.lifecycle.internal;

import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * {@code invokeAll} and {@code invokeAny} of an executor view, over tasks of its scope and not over futures that run inside them: a task that is cancelled
 * before it begins must end the wait, and one that fails must count as failed.
 */
final class Invoking {
  private static final long FOREVER = Long.MAX_VALUE;

  private Invoking() {}

  /** Forks all and waits until each is done, or so long, after which the rest is cancelled. */
  static <T extends @Nullable Object> List<Future<T>> all(ExecutorView view, Collection<? extends Callable<T>> bodies, long nanos) throws InterruptedException {
    List<Future<T>> all = new ArrayList<>(bodies.size());
    MonotonicClock clock = view.clock();
    long until = until(clock, nanos);
    boolean done = false;
    try {
      for (Callable<T> body : bodies) {
        all.add(view.<T>fork(body, 0, view.options()));
      }
      for (Future<T> task : all) {
        if (!((TaskNode<T>) task).awaitDone(nanos == FOREVER ? FOREVER : until - clock.nanoTime())) {
          return all;
        }
      }
      done = true;
      return all;
    } finally {
      if (!done) {
        cancel(all);
      }
    }
  }

  /** How one body ended. */
  private record End<T extends @Nullable Object>(T value, @Nullable Throwable failure) {}

  /** Forks all and waits for the first value, or so long; then cancels the rest. */
  @SuppressWarnings("NullAway") // the value of a failed end is never read
  static <T extends @Nullable Object> T any(ExecutorView view, Collection<? extends Callable<T>> bodies, long nanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (bodies.isEmpty()) {
      throw new IllegalArgumentException("tasks must not be empty");
    }
    MonotonicClock clock = view.clock();
    long until = until(clock, nanos);
    Queue<End<T>> ends = new ConcurrentLinkedQueue<>();
    Thread caller = Thread.currentThread();
    List<Future<T>> all = new ArrayList<>(bodies.size());
    try {
      for (Callable<T> body : bodies) {
        Objects.requireNonNull(body, "task");
        Callable<T> told =
            () -> {
              try {
                T value = body.call();
                ends.add(new End<>(value, null));
                return value;
              } catch (Throwable t) {
                ends.add(new End<>(null, t));
                throw t;
              } finally {
                LockSupport.unpark(caller);
              }
            };
        TaskOptions<T> options =
            view.<T>options()
                .onNeverRun(
                    () -> {
                      ends.add(new End<>(null, new CancellationException("cancelled before it began")));
                      LockSupport.unpark(caller);
                    });
        all.add(view.<T>fork(told, TaskNode.SEEN, options));
      }
      Throwable last = null;
      for (int left = all.size(); left > 0; ) {
        End<T> end = ends.poll();
        if (end == null) {
          await(clock, ends, until);
        } else if (end.failure == null) {
          return end.value;
        } else {
          last = end.failure;
          left--;
        }
      }
      throw new ExecutionException(last);
    } finally {
      cancel(all);
    }
  }

  private static void await(MonotonicClock clock, Queue<?> ends, long until) throws InterruptedException, TimeoutException {
    while (ends.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (until != MonotonicClock.NEVER && clock.nanoTime() >= until) {
        throw new TimeoutException("no task has succeeded in time");
      }
      clock.parkUntil(ends, until);
    }
  }

  private static long until(MonotonicClock clock, long nanos) {
    return nanos == FOREVER ? MonotonicClock.NEVER : Times.after(clock.nanoTime(), nanos);
  }

  private static void cancel(List<? extends Future<?>> all) {
    all.forEach(task -> task.cancel(true));
  }
}
