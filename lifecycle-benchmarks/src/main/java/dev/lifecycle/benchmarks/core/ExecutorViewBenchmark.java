package dev.lifecycle.benchmarks.core;

import dev.lifecycle.Scope;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Row 4: a pool of two threads, bare and as a scope's executor view. A submit and get waits for two thread switches, whose noise hides what the view
 * adds to the time; the batch shows that, the single task shows the bytes of a future.
 */
public class ExecutorViewBenchmark extends NanosBenchmark {
  private static final int BATCH = 1_000;

  private ExecutorService pool;
  private Scope scope;
  private ExecutorService view;

  @Setup
  public void open() {
    pool = Executors.newFixedThreadPool(2);
    scope = Scope.open("bench.view", o -> o.executor(pool));
    view = scope.asExecutor("bench.view-task");
  }

  @TearDown
  public void close() {
    view.shutdown();
    scope.close();
    pool.shutdownNow();
  }

  @Benchmark
  public Integer submitToView() throws Exception {
    return view.submit(ForkBenchmark.BODY).get();
  }

  @Benchmark
  public Integer submitToPool() throws Exception {
    return pool.submit(ForkBenchmark.BODY).get();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batchOnView() throws InterruptedException {
    batch(view);
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void batchOnPool() throws InterruptedException {
    batch(pool);
  }

  private static void batch(Executor executor) throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(BATCH);
    Runnable body = latch::countDown;
    for (int i = 0; i < BATCH; i++) {
      executor.execute(body);
    }
    latch.await();
  }
}
