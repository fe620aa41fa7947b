package dev.lifecycle.benchmarks.core;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;

/** Row 5: the delay scheduler that {@code ForkJoinPool} has since 25. */
public class PendingForkJoinBenchmark25 extends PendingTimerBenchmark {
  @Override
  ScheduledExecutorService newTimer() {
    return new ForkJoinPool(2);
  }
}
