package dev.lifecycle.flow;

import dev.lifecycle.spi.ResourceFigures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a buffer counts. Written under its lock, read by anybody without: each figure is right at some moment, and they add up when nothing moves, as
 * {@code put = taken + dropped + discarded + size}.
 */
final class Tally {
  private final AtomicLong put = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong discarded = new AtomicLong();

  /** The lock orders the writers, so no atomic addition is needed. */
  private static void add(AtomicLong counter, long more) {
    counter.lazySet(counter.getPlain() + more);
  }

  void put(long elements) {
    add(put, elements);
  }

  void taken(long elements) {
    add(taken, elements);
  }

  void dropped() {
    add(dropped, 1);
  }

  void rejected() {
    add(rejected, 1);
  }

  void discarded(long elements) {
    add(discarded, elements);
  }

  /** Elements that are in the ring. The counters of what left are read first, so that the difference is not negative; at most the capacity. */
  int size(int capacity) {
    long out = taken.get() + dropped.get() + discarded.get();
    return (int) Math.max(0, Math.min(capacity, put.get() - out));
  }

  Map<String, Long> values(int capacity) {
    Map<String, Long> values = new LinkedHashMap<>();
    values.put("size", (long) size(capacity));
    values.put("capacity", (long) capacity);
    values.put("put", put.get());
    values.put("taken", taken.get());
    values.put("dropped", dropped.get());
    values.put("rejected", rejected.get());
    values.put("discarded", discarded.get());
    return values;
  }

  ResourceFigures figures(int capacity) {
    return ResourceFigures.of(values(capacity));
  }
}
