package dev.lifecycle.internal;

import dev.lifecycle.TaskCounts;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** An interned purpose: its name, its counts, and the factory of the virtual threads that carry its name. */
final class Purpose {
  final String name;
  final Counts counts;
  final @Nullable ThreadFactory threads;

  Purpose(String name, Counts counts) {
    this.name = name;
    this.counts = counts;
    this.threads = VirtualThreads.factory(name);
  }

  @Override
  public String toString() {
    return name;
  }

  /** The counts of one purpose, or of all that came past the bound. Thread-safe. */
  static final class Counts {
    final LongAdder forked = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder orphaned = new LongAdder();

    TaskCounts read() {
      // The ends first: a task that ends between the two reads then counts as live, never as minus one.
      long s = succeeded.sum();
      long f = failed.sum();
      long c = cancelled.sum();
      long r = rejected.sum();
      long o = orphaned.sum();
      long all = forked.sum();
      return new Read(all, s, f, c, r, all - s - f - c - r, o);
    }
  }

  private record Read(long forked, long succeeded, long failed, long cancelled, long rejected, long live, long orphaned) implements TaskCounts {}
}
