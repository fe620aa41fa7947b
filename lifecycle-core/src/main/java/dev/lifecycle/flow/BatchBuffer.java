package dev.lifecycle.flow;

import dev.lifecycle.Context;
import dev.lifecycle.Task;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A buffer from which one collector cuts batches.
 *
 * <p>The elements of a batch wait in the ring and not with the collector, which therefore is woken twice per batch and not once per element: by the first
 * element, to see by when the batch is due, and by the one that completes it. While as many batches run as may, it is woken by the end of one only.
 *
 * <p>Elements leave the ring in the order in which they came, so a count of those that have ever come says for a flush up to which element it waits: until
 * that many have left and no batch with an earlier one runs. A batch is cut and listed as running in one step, so that none is overlooked.
 */
final class BatchBuffer<T> extends BoundedBuffer<T> {
  private final int maxSize;
  private final long maxDelay;
  private final int concurrency;
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Batch<T>> running = new ArrayList<>(1); // and those that were never begun, until they are abandoned
  private final Line<T> collectors = new Line<>(); // one at most
  private final Line<T> flushers = new Line<>();
  private int wakeAt = Integer.MAX_VALUE; // how many elements in the ring wake the collector
  private long flushTo;
  private boolean stopped;
  private volatile int live;

  BatchBuffer(String name, int capacity, Context context, MonotonicClock clock, int maxSize, long maxDelay, int concurrency) {
    super(name, capacity, context, clock, true);
    this.maxSize = maxSize;
    this.maxDelay = maxDelay;
    this.concurrency = concurrency;
  }

  // ---- the collector

  /** Waits until a batch may start and is due, and cuts it; null if there will be none. For one thread. */
  @Nullable Batch<T> collect() throws InterruptedException {
    for (;;) {
      enter(); // each time: the end of a batch that a cancel cut short must not be the start of the next
      Batch<T> batch = null;
      Waiter<T> woken = null;
      Waiter<T> me = null;
      long until = MonotonicClock.NEVER;
      lock.lock();
      try {
        admitConsumer();
        if (ring.size() == 0 && isClosed()) {
          return null;
        }
        if (running.size() >= concurrency) {
          wakeAt = Integer.MAX_VALUE;
        } else if (ring.size() == 0) {
          wakeAt = 1;
        } else {
          wakeAt = maxSize;
          until = Times.after(ring.headStamp(), maxDelay);
          if (ring.size() >= maxSize || isClosed() || ring.left() < flushTo || isOver(until)) {
            batch = cut();
            woken = refill(null);
          }
        }
        if (batch == null) {
          me = new Waiter<>();
          collectors.add(me);
        }
      } finally {
        lock.unlock();
      }
      if (me != null) {
        await(me, collectors, until);
        continue;
      }
      Waiter.wake(woken);
      return batch;
    }
  }

  @SuppressWarnings("unchecked") // only elements are put into the array
  private Batch<T> cut() {
    Object[] elements = new Object[Math.min(ring.size(), maxSize)];
    Batch<T> batch = new Batch<>((List<T>) Collections.unmodifiableList(Arrays.asList(elements)), ring.left());
    running.add(batch); // what may fail for want of memory comes before the first element is taken
    live = running.size();
    for (int i = 0; i < elements.length; i++) {
      elements[i] = ring.poll();
    }
    tally.taken(elements.length);
    return batch;
  }

  private @Nullable Waiter<T> wakeCollector(@Nullable Waiter<T> woken) {
    Waiter<T> collector = collectors.first();
    return collector == null ? woken : collectors.end(collector, Waiter.State.SERVED, woken);
  }

  @Override
  @Nullable Waiter<T> added() {
    return ring.size() >= wakeAt ? wakeCollector(null) : null;
  }

  // ---- batches

  /** Gives the batch to the calling thread; false if it has been abandoned, or will be after a cancel. */
  boolean begin(Batch<T> batch) {
    if (isCancelled()) {
      return false;
    }
    lock.lock();
    try {
      if (batch.begun) {
        return false;
      }
      batch.begun = true;
      batch.thread = Thread.currentThread();
      batches.lazySet(batches.getPlain() + 1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A batch that was begun has ended. */
  void end(Batch<T> batch, boolean well) {
    Waiter<T> woken;
    lock.lock();
    try {
      if (!well) {
        failed.lazySet(failed.getPlain() + 1);
      }
      unlist(batch);
      woken = wakeAt == Integer.MAX_VALUE ? wakeCollector(serveFlushers(null)) : serveFlushers(null);
    } finally {
      lock.unlock();
    }
    Waiter.wake(woken);
  }

  /** Takes the elements of a batch that was not begun and now never will be; null if there is none. For the end, when none is cut any more. */
  @Nullable List<T> abandon() {
    lock.lock();
    try {
      for (Batch<T> batch : running) {
        if (!batch.begun) {
          batch.begun = true;
          unlist(batch);
          tally.taken(-batch.elements.size());
          tally.discarded(batch.elements.size());
          return batch.elements;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void unlist(Batch<T> batch) {
    running.remove(batch);
    live = running.size();
  }

  /** Notes the task of a batch; returns whether it is to be cancelled, since {@link #stop} came before. */
  boolean isStoppedAt(Batch<T> batch, Task<?> task) {
    lock.lock();
    try {
      batch.task = task;
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** The tasks of the batches that run, to be cancelled, as those are that {@link #isStoppedAt} hears of only later. */
  List<Task<?>> stop() {
    lock.lock();
    try {
      stopped = true;
      return running.stream().map(batch -> batch.task).filter(Objects::nonNull).<Task<?>>map(Objects::requireNonNull).toList();
    } finally {
      lock.unlock();
    }
  }

  // ---- flushing

  /** Makes what is in the ring due and waits for the end of the batches with it. */
  void flush() throws InterruptedException {
    refuseInside("flush");
    enter();
    Waiter<T> woken = null;
    Waiter<T> me;
    lock.lock();
    try {
      admitConsumer();
      long target = ring.added();
      if (isFlushed(target)) {
        return;
      }
      if (target > flushTo) {
        flushTo = target;
        woken = wakeAt == Integer.MAX_VALUE ? null : wakeCollector(null);
      }
      me = new Waiter<>();
      me.stamp = target;
      flushers.add(me);
    } finally {
      lock.unlock();
    }
    Waiter.wake(woken);
    await(me, flushers, MonotonicClock.NEVER);
  }

  private boolean isFlushed(long target) {
    return ring.left() >= target && running.stream().allMatch(batch -> batch.first >= target);
  }

  private @Nullable Waiter<T> serveFlushers(@Nullable Waiter<T> woken) {
    Waiter<T> chain = woken;
    for (Waiter<T> w = flushers.first(); w != null && isFlushed(w.stamp); w = flushers.first()) { // an earlier one waits for less
      chain = flushers.end(w, Waiter.State.SERVED, chain);
    }
    return chain;
  }

  /** Refuses to wait for the batch that calls. */
  void refuseInside(String method) {
    lock.lock();
    try {
      for (Batch<T> batch : running) {
        if (batch.thread == Thread.currentThread()) {
          throw new IllegalStateException(method + " of " + this + " called by one of its batches: it would wait for itself");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  @Nullable Waiter<T> removed(@Nullable Waiter<T> woken) {
    return flushers.isEmpty() ? woken : serveFlushers(woken);
  }

  @Override
  @Nullable Waiter<T> closing(@Nullable Waiter<T> woken) {
    return wakeAt == Integer.MAX_VALUE && ring.size() > 0 ? woken : wakeCollector(woken);
  }

  @Override
  @Nullable Waiter<T> cancelling(@Nullable Waiter<T> woken) {
    return flushers.endAll(Waiter.State.CANCELLED, collectors.endAll(Waiter.State.CANCELLED, woken));
  }

  Map<String, Long> values(int capacity) {
    Map<String, Long> values = tally.values(capacity);
    values.put("batches", batches.get());
    values.put("failed", failed.get());
    values.put("running", (long) live);
    return values;
  }
}
