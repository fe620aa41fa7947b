package dev.lifecycle.flow;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A circular array that grows up to a capacity and keeps beside each element when it came, if asked to. Not thread-safe; who owns it checks that there is
 * room before an add and an element before a poll.
 */
final class Ring<T> {
  private static final int FIRST = 16;

  private final int capacity;
  private @Nullable Object[] items;
  private long @Nullable [] stamps;
  private int head;
  private int size;
  private long added;

  Ring(int capacity, boolean stamped) {
    this.capacity = capacity;
    this.items = new Object[Math.min(FIRST, capacity)];
    this.stamps = stamped ? new long[items.length] : null;
  }

  int size() {
    return size;
  }

  int room() {
    return capacity - size;
  }

  /** How many elements have ever been added. */
  long added() {
    return added;
  }

  /** How many elements have ever left, which they do in the order in which they came. */
  long left() {
    return added - size;
  }

  /** When the head came. */
  long headStamp() {
    return stamps == null ? 0 : stamps[head];
  }

  void add(T item, long stamp) {
    if (size == items.length) {
      grow();
    }
    int tail = head + size - items.length; // a sum that does not fit comes back by the difference
    tail = tail < 0 ? tail + items.length : tail;
    items[tail] = item;
    if (stamps != null) {
      stamps[tail] = stamp;
    }
    size++;
    added++;
  }

  @SuppressWarnings("unchecked") // only add writes
  T poll() {
    T item = Objects.requireNonNull((T) items[head]);
    items[head] = null;
    head = head + 1 == items.length ? 0 : head + 1;
    size--;
    return item;
  }

  private void grow() {
    int length = (int) Math.min(capacity, 2L * items.length);
    @Nullable Object[] more = new Object[length];
    System.arraycopy(items, head, more, 0, items.length - head);
    System.arraycopy(items, 0, more, items.length - head, head);
    if (stamps != null) {
      long[] moreStamps = new long[length];
      System.arraycopy(stamps, head, moreStamps, 0, stamps.length - head);
      System.arraycopy(stamps, 0, moreStamps, stamps.length - head, head);
      stamps = moreStamps;
    }
    items = more;
    head = 0;
  }
}
