package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Measure;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;

/** Every single wait of one thread: no histogram, so that the longest is exact. Confined to that thread until it has ended. */
final class Waits {
  private static final int INITIAL = 64;
  private static final double RARE = 0.999;

  private long[] nanos = new long[INITIAL];
  private int count;
  private int claims;

  /**
   * @param wait how long it took, in nanoseconds
   * @param counts whether it led to a claim within the period
   */
  void add(long wait, boolean counts) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = wait;
    if (counts) {
      claims++;
    }
  }

  /**
   * What the threads of a run met with, taken together.
   *
   * @param period how long the run took, in nanoseconds
   */
  static Figure figure(List<Waits> threads, long period) {
    LongSummaryStatistics shares = threads.stream().mapToLong(thread -> thread.claims).summaryStatistics();
    long[] all = threads.stream().flatMapToLong(thread -> Arrays.stream(thread.nanos, 0, thread.count)).sorted().toArray();
    return new Figure(Map.of(
        Measure.NANOS, List.of((double) period / shares.getSum()),
        Measure.RARE_WAIT, List.of((double) all[(int) Math.ceil(RARE * all.length) - 1]),
        Measure.LONGEST_WAIT, List.of((double) all[all.length - 1]),
        Measure.LEAST_CLAIMS, List.of((double) shares.getMin()),
        Measure.MOST_CLAIMS, List.of((double) shares.getMax()),
        Measure.LEAST_TO_MOST, List.of((double) shares.getMin() / shares.getMax())));
  }
}
