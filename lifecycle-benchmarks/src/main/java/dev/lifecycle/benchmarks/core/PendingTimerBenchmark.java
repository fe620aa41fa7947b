package dev.lifecycle.benchmarks.core;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Row 5: schedule and cancel in a timer with 100,000 pending tasks: less than a call does, and all that a timer can. */
public class PendingTimerBenchmark extends NanosBenchmark {
  private static final Runnable NOTHING = () -> {};

  @Param("100000")
  public int pending;

  @Param({"true", "false"})
  public boolean soon;

  /** As in {@link PendingBenchmark}. */
  @Param("0")
  public int work;

  private ScheduledExecutorService timer;
  private PendingDelays delays;

  @Setup
  public void open() {
    timer = newTimer();
    delays = new PendingDelays(soon);
    for (int i = 0; i < pending; i++) {
      timer.schedule(NOTHING, delays.pending(), TimeUnit.NANOSECONDS);
    }
  }

  /** The timer to measure. */
  ScheduledExecutorService newTimer() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  @TearDown
  public void close() {
    timer.shutdownNow();
  }

  @Benchmark
  public boolean scheduleAndCancel() {
    Future<?> future = timer.schedule(NOTHING, delays.call(), TimeUnit.NANOSECONDS);
    Blackhole.consumeCPU(work);
    return future.cancel(false);
  }
}
