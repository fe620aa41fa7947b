package dev.lifecycle.benchmarks.core;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/** Row 6: {@code shutdownNow} of a thread-per-task executor, to its termination. */
public class CancelExecutorBenchmark25 extends OneShotBenchmark {
  private ExecutorService executor;

  @Setup(Level.Invocation)
  public void park() throws InterruptedException {
    ParkedTasks parked = new ParkedTasks(tasks);
    executor = Executors.newVirtualThreadPerTaskExecutor();
    for (int i = 0; i < tasks; i++) {
      executor.submit(parked);
    }
    parked.awaitParked();
  }

  @Benchmark
  public boolean shutdownNow() throws InterruptedException {
    executor.shutdownNow();
    return executor.awaitTermination(1, TimeUnit.MINUTES);
  }
}
