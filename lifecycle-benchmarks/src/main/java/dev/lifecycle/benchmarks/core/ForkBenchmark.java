package dev.lifecycle.benchmarks.core;

import dev.lifecycle.Scope;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Rows 1 and 2: open a scope, fork, join, close; here with the peers that Java 17 has. All sides share one body that captures nothing, so that what is
 * measured is the fork and not the caller's lambda. With no tasks at all it measures what a scope costs by itself.
 */
public class ForkBenchmark extends NanosBenchmark {
  static final Integer VALUE = 42;
  static final Callable<Integer> BODY = () -> VALUE;

  @Param("100")
  public int tasks;

  private ExecutorService pool;

  @Setup
  public void openPool() {
    pool = Executors.newCachedThreadPool();
  }

  @TearDown
  public void closePool() {
    pool.shutdownNow();
  }

  @Benchmark
  public void lifecycle() throws InterruptedException {
    try (Scope scope = Scope.open("bench.fork")) {
      for (int i = 0; i < tasks; i++) {
        scope.fork("bench.task", BODY);
      }
      scope.join();
    }
  }

  /** A pool that outlives the operation, as code before virtual threads had it. */
  @Benchmark
  public List<Future<Integer>> cachedPool() throws InterruptedException {
    return pool.invokeAll(Collections.nCopies(tasks, BODY));
  }

  /** On the common pool: no thread per task, so the cheapest and the least like the others. */
  @Benchmark
  public void completableFuture() {
    CompletableFuture<?>[] futures = new CompletableFuture<?>[tasks];
    for (int i = 0; i < tasks; i++) {
      futures[i] = CompletableFuture.supplyAsync(() -> VALUE);
    }
    CompletableFuture.allOf(futures).join();
  }
}
