package dev.lifecycle.internal;

import dev.lifecycle.Overflow;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The permits of a scope with a limit, and who waits for one: forkers under BLOCK, tasks under QUEUE, first come first served.
 *
 * <p>All state is guarded by the monitor, which is held for a few instructions; nothing blocks and nothing is started under it. A permit that comes back
 * goes to the head of the queue and never through the free count, so that a newcomer cannot overtake.
 */
final class Limiter {
  private final int max;
  private final Overflow overflow;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>(0); // Forker or TaskNode
  private int taken;
  private int dead; // at most so many tasks in the queue will never need their place

  Limiter(int max, Overflow overflow) {
    this.max = max;
    this.overflow = overflow;
  }

  Overflow overflow() {
    return overflow;
  }

  /** A forker that waits. Fields are guarded by the limiter's monitor; {@code granted} is also read without it. */
  static final class Forker {
    final Thread thread = Thread.currentThread();
    volatile boolean granted;
  }

  /** Takes a permit if one is free and nobody waits. */
  synchronized boolean tryAcquire() {
    if (taken < max && waiting.isEmpty()) {
      taken++;
      return true;
    }
    return false;
  }

  /** Takes a permit, or joins the queue and returns the place in it. */
  synchronized @Nullable Forker acquireOrWait() {
    if (tryAcquire()) {
      return null;
    }
    Forker forker = new Forker();
    waiting.add(forker);
    return forker;
  }

  /** A forker gives up. Returns true if it had been given a permit, which it must pass on. */
  synchronized boolean leave(Forker forker) {
    if (!waiting.remove(forker)) {
      return forker.granted;
    }
    return false;
  }

  /** Queues a task, unless the queue is full; a permit that is free by now is taken instead. */
  synchronized Queued enqueue(TaskNode<?> task) {
    if (tryAcquire()) {
      return Queued.PERMIT;
    }
    if (waiting.size() >= overflow.capacity() && dead > 0) {
      dead = 0;
      waiting.removeIf(w -> w instanceof TaskNode<?> t && !t.isUnbegun()); // cancelled, or run by a joiner
    }
    if (waiting.size() >= overflow.capacity()) {
      return Queued.FULL;
    }
    waiting.add(task);
    return Queued.WAITING;
  }

  enum Queued {
    PERMIT,
    WAITING,
    FULL
  }

  /** Gives a permit back; returns the queued task that has it now and must be started, or null. */
  synchronized @Nullable TaskNode<?> release() {
    for (Object next = waiting.poll(); next != null; next = waiting.poll()) {
      if (next instanceof Forker forker) {
        forker.granted = true;
        LockSupport.unpark(forker.thread);
        return null;
      }
      TaskNode<?> task = (TaskNode<?>) next;
      if (task.isUnbegun()) {
        task.raise(TaskNode.PERMIT);
        return task;
      }
    }
    taken--;
    return null;
  }

  /** A task that may be in the queue is not waiting any more. */
  synchronized void noteDead() {
    dead++;
  }

  /** Wakes the waiting forkers to look at the scope again. */
  synchronized void wakeAll() {
    for (Object waiter : waiting) {
      if (waiter instanceof Forker forker) {
        LockSupport.unpark(forker.thread);
      }
    }
  }
}
