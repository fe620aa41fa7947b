package dev.lifecycle.flow;

import org.jspecify.annotations.Nullable;

/** Waiters, first come first served; leaving from the middle costs nothing. Guarded by the lock of the buffer. */
final class Line<T> {
  private @Nullable Waiter<T> first;
  private @Nullable Waiter<T> last;

  boolean isEmpty() {
    return first == null;
  }

  @Nullable Waiter<T> first() {
    return first;
  }

  void add(Waiter<T> waiter) {
    waiter.prev = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
  }

  /** Takes a waiter out and ends its wait; returns the chain of woken waiters with this one in front. */
  Waiter<T> end(Waiter<T> waiter, Waiter.State how, @Nullable Waiter<T> woken) {
    remove(waiter);
    waiter.next = woken;
    waiter.state = how; // last: from here on its thread reads without the lock
    return waiter;
  }

  /** Ends the wait of all. */
  @Nullable Waiter<T> endAll(Waiter.State how, @Nullable Waiter<T> woken) {
    Waiter<T> chain = woken;
    for (Waiter<T> w = first; w != null; w = first) {
      chain = end(w, how, chain);
    }
    return chain;
  }

  void remove(Waiter<T> waiter) {
    Waiter<T> before = waiter.prev;
    Waiter<T> after = waiter.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.prev = before;
    }
    waiter.prev = null;
    waiter.next = null;
  }
}
