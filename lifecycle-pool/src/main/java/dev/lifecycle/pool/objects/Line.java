package dev.lifecycle.pool.objects;

import org.jspecify.annotations.Nullable;

/** The callers that wait, oldest first. Any of them can leave in constant time. Used in turns only. */
final class Line<T> {
  private @Nullable Waiter<T> first;
  private @Nullable Waiter<T> last;
  private int size;

  @Nullable Waiter<T> first() {
    return first;
  }

  int size() {
    return size;
  }

  void add(Waiter<T> waiter) {
    waiter.before = last;
    waiter.queued = true;
    if (last == null) {
      first = waiter;
    } else {
      last.behind = waiter;
    }
    last = waiter;
    size++;
  }

  /** Takes one out; false if it is not in line. */
  boolean remove(Waiter<T> waiter) {
    if (!waiter.queued) {
      return false;
    }
    Waiter<T> before = waiter.before;
    Waiter<T> behind = waiter.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    waiter.before = null;
    waiter.behind = null;
    waiter.queued = false;
    size--;
    return true;
  }
}
