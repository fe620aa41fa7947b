package dev.lifecycle.benchmarks.core;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.ThreadFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Rows 1 and 2: the peers on virtual threads. */
public class ForkBenchmark25 extends NanosBenchmark {
  private static final ThreadFactory PLAIN = Thread.ofVirtual().factory();
  private static final ThreadFactory NAMED = Thread.ofVirtual().name("bench.task").factory();

  @Param("100")
  public int tasks;

  /** The least one can do: threads and a latch. Keeps nothing, tracks nothing, loses every exception. */
  @Benchmark
  public int bareThreads() throws InterruptedException {
    return run(PLAIN);
  }

  /** The same with the name that our tasks' threads have. */
  @Benchmark
  public int namedThreads() throws InterruptedException {
    return run(NAMED);
  }

  @Benchmark
  public void structuredTaskScope() throws InterruptedException {
    try (var scope = StructuredTaskScope.open()) {
      for (int i = 0; i < tasks; i++) {
        scope.fork(ForkBenchmark.BODY);
      }
      scope.join();
    }
  }

  @Benchmark
  public List<Future<Integer>> threadPerTaskExecutor() throws InterruptedException {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      return executor.invokeAll(Collections.nCopies(tasks, ForkBenchmark.BODY));
    }
  }

  private int run(ThreadFactory threads) throws InterruptedException {
    int[] sum = new int[1];
    CountDownLatch latch = new CountDownLatch(tasks);
    Runnable body = () -> {
      sum[0] = value();
      latch.countDown();
    };
    for (int i = 0; i < tasks; i++) {
      threads.newThread(body).start();
    }
    latch.await();
    return sum[0];
  }

  private static int value() {
    try {
      return ForkBenchmark.BODY.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
