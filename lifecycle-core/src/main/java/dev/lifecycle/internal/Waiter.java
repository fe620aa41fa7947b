package dev.lifecycle.internal;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A parked thread, a node of a Treiber stack whose head is a field of what is waited for.
 *
 * <p>Waiters push and then re-check the condition; the waker makes the condition true and then takes the whole stack. A waiter that leaves without being
 * woken clears its thread and unlinks every node without one, as {@code FutureTask} does, so that repeated timed waits leave nothing behind. Lock-free.
 */
final class Waiter {
  volatile @Nullable Thread thread = Thread.currentThread();
  volatile @Nullable Waiter next;

  /** Set before the wake-up: what the waker saw, see {@link ScopeState}. */
  volatile long seen;

  /** Pushes the waiter. */
  static void push(VarHandle head, Object owner, Waiter waiter) {
    Waiter top;
    do {
      top = (Waiter) head.getVolatile(owner);
      waiter.next = top;
    } while (!head.compareAndSet(owner, top, waiter));
  }

  /** Wakes all, telling them what was seen. */
  static void wakeAll(VarHandle head, Object owner, long seen) {
    Waiter waiter = (Waiter) head.getAndSet(owner, null);
    while (waiter != null) {
      waiter.seen = seen;
      Thread t = waiter.thread;
      waiter.thread = null; // tells a waiter that the wake-up was meant
      if (t != null) {
        LockSupport.unpark(t);
      }
      waiter = waiter.next;
    }
  }

  /** Removes a waiter that leaves. */
  static void leave(VarHandle head, Object owner, Waiter waiter) {
    waiter.thread = null;
    retry:
    for (;;) {
      Waiter before = null;
      for (Waiter w = (Waiter) head.getVolatile(owner); w != null; w = w.next) {
        if (w.thread != null) {
          before = w;
        } else if (before != null) {
          before.next = w.next;
          if (before.thread == null) {
            continue retry; // the one before left meanwhile, and may have been unlinked with our change
          }
        } else if (!head.compareAndSet(owner, w, w.next)) {
          continue retry;
        }
      }
      return;
    }
  }
}
