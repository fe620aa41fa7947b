package dev.lifecycle.internal;

import dev.lifecycle.TaskCounts;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counts of one purpose, or of all that came past the bound. Thread-safe, wait-free.
 *
 * <p>Striped by the id of the task, one cache line per stripe. Not a {@code LongAdder}: that finds its cell by a probe of the thread, which a new virtual
 * thread does not have yet, so that under contention a thousand of them meet in one cell and then pay for a probe that they use once.
 */
final class Counts {
  static final int FORKED = 0;
  static final int SUCCEEDED = 1;
  static final int FAILED = 2;
  static final int CANCELLED = 3;
  static final int REJECTED = 4;
  static final int ORPHANED = 5;

  private static final int STRIPES = 8; // a power of two
  private static final int LINE = 8; // longs in a cache line

  private final AtomicLongArray cells = new AtomicLongArray((STRIPES + 1) * LINE); // the first line is the array's header's neighbour

  void add(int count, TaskNode<?> task) {
    cells.getAndIncrement(index(count, (int) task.id() & STRIPES - 1));
  }

  void remove(int count, TaskNode<?> task) {
    cells.getAndDecrement(index(count, (int) task.id() & STRIPES - 1));
  }

  private static int index(int count, int stripe) {
    return (stripe + 1) * LINE + count;
  }

  private long sum(int count) {
    long sum = 0;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      sum += cells.get(index(count, stripe));
    }
    return sum;
  }

  TaskCounts read() {
    // The ends first: a task that ends between the two reads then counts as live, never as minus one.
    long succeeded = sum(SUCCEEDED);
    long failed = sum(FAILED);
    long cancelled = sum(CANCELLED);
    long rejected = sum(REJECTED);
    long orphaned = sum(ORPHANED);
    long forked = sum(FORKED);
    return new Read(forked, succeeded, failed, cancelled, rejected, forked - succeeded - failed - cancelled - rejected, orphaned);
  }

  private record Read(long forked, long succeeded, long failed, long cancelled, long rejected, long live, long orphaned) implements TaskCounts {}
}
