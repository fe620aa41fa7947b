package dev.lifecycle.pool.objects;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A passage through the pool's lock, and what is to be done once it is left: threads to wake, work to start, futures to complete. So nothing that may block or
 * call back ever runs under the lock, and whoever decides something need not carry a list of its consequences.
 *
 * <p>Only what cannot be done by one CAS takes a turn: waiting, creating, checking, destroying, closing. Turns are short and do not nest.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();
  private ArrayDeque<Runnable> after = new ArrayDeque<>(4); // guarded by the lock

  void begin() {
    lock.lock();
  }

  /** Puts something off until the turn has ended; it must not throw. In a turn. */
  void after(Runnable consequence) {
    after.add(consequence);
  }

  /** Leaves the lock, then does what was put off. */
  void end() {
    if (after.isEmpty()) {
      lock.unlock();
      return;
    }
    ArrayDeque<Runnable> consequences = after;
    try {
      after = new ArrayDeque<>(4);
    } finally {
      lock.unlock();
    }
    run(consequences);
  }

  /** All of them, whatever one throws, which can only be for lack of memory: each may be what somebody waits for. */
  private static void run(ArrayDeque<Runnable> consequences) {
    Throwable first = null;
    for (Runnable next = consequences.poll(); next != null; next = consequences.poll()) {
      try {
        next.run();
      } catch (RuntimeException | Error e) {
        first = first == null ? e : first;
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first != null) {
      throw (RuntimeException) first;
    }
  }
}
