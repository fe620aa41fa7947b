package dev.lifecycle.pool.objects;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots, and the search for a free one.
 *
 * <p>The array is replaced, in turns, when the pool is resized: it grows by new slots, and shrinks by empty ones, which stay empty since only slots of the
 * current array are filled. A search in an array that was replaced finds what is free there all the same, or misses the newest slots, and then its caller takes
 * a turn and looks again.
 *
 * <p>A search begins at a place that is hashed from the thread's id, so that threads meet at one slot only when there are more of them than slots or by bad
 * luck, and a thread that comes again finds the object whose memory it has in its cache. No thread-local is needed for that.
 */
final class Table<T> {
  private volatile Slot<?>[] slots = new Slot<?>[0]; // of T: an array of a generic class cannot be made

  /** A free slot, claimed for the current thread; null if there is none that can be given without a look at it. */
  @Nullable Slot<T> claim(Thread self, long now) {
    Slot<?>[] all = slots;
    int n = all.length;
    int at = start(self.getId(), n);
    for (int i = 0; i < n; i++) {
      Slot<T> slot = slot(all, at);
      if (slot.tryClaim(self, now)) {
        return slot;
      }
      if (++at == n) {
        at = 0;
      }
    }
    return null;
  }

  /** Spreads neighbouring ids over 0 to n, by the golden ratio and without a division. */
  private static int start(long id, int n) {
    int hash = (int) id * 0x9E3779B9;
    return (int) ((hash & 0xFFFFFFFFL) * n >>> 32);
  }

  @SuppressWarnings("unchecked") // every element is a Slot<T>
  private Slot<T> slot(Slot<?>[] all, int at) {
    return (Slot<T>) all[at];
  }

  int length() {
    return slots.length;
  }

  /** The slots of this moment, in no array of anybody else. */
  List<Slot<T>> all() {
    Slot<?>[] all = slots;
    List<Slot<T>> list = new ArrayList<>(all.length);
    for (int i = 0; i < all.length; i++) {
      list.add(slot(all, i));
    }
    return list;
  }

  Slot<T> get(int at) {
    return slot(slots, at);
  }

  int count(int state) {
    Slot<?>[] all = slots;
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (slot(all, i).is(state)) {
        count++;
      }
    }
    return count;
  }

  /** The sum of the generations. */
  long generations() {
    Slot<?>[] all = slots;
    long sum = 0;
    for (int i = 0; i < all.length; i++) {
      sum += Slot.generation(slot(all, i).word());
    }
    return sum;
  }

  // ---- in turns

  void grow(Exchange<T> exchange, int length) {
    Slot<?>[] old = slots;
    if (length > old.length) {
      Slot<?>[] all = Arrays.copyOf(old, length);
      for (int i = old.length; i < length; i++) {
        all[i] = new Slot<>(exchange, exchange.nextIndex());
      }
      slots = all;
    }
  }

  /** Drops empty slots until this many are left, if that many are empty; returns the sum of their generations. */
  long shrink(int length) {
    Slot<?>[] old = slots;
    int surplus = old.length - length;
    if (surplus <= 0) {
      return 0;
    }
    long gone = 0;
    List<Slot<T>> kept = new ArrayList<>(old.length);
    for (int i = 0; i < old.length; i++) {
      Slot<T> slot = slot(old, i);
      if (surplus > 0 && slot.is(Slot.EMPTY)) {
        surplus--;
        gone += Slot.generation(slot.word());
      } else {
        kept.add(slot);
      }
    }
    if (kept.size() < old.length) {
      slots = kept.toArray(new Slot<?>[0]);
    }
    return gone;
  }
}
