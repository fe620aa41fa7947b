package dev.lifecycle.benchmarks.core;

import java.util.SplittableRandom;

/** The delays of row 5, the same for every side: those that are pending, and those of the calls that come and go. */
final class PendingDelays {
  private static final long MINUTE = 60_000_000_000L;
  private static final int CALLS = 1 << 12;

  private final SplittableRandom random = new SplittableRandom(35);
  private final long[] calls = new long[CALLS];
  private int next;

  /**
   * @param soon true: calls end long before anything that is pending, as requests do among jobs; false: their delays fall between the pending ones
   */
  PendingDelays(boolean soon) {
    for (int i = 0; i < CALLS; i++) {
      calls[i] = soon ? MINUTE / 2 : pending();
    }
  }

  /** The delay of one that stays: from two minutes to four hours, in nanoseconds. */
  long pending() {
    return random.nextLong(2 * MINUTE, 240 * MINUTE);
  }

  /** The delay of the next call, in nanoseconds. */
  long call() {
    return calls[next++ & CALLS - 1];
  }
}
