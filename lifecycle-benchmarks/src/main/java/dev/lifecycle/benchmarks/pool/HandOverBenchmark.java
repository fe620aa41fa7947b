package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.benchmarks.core.NanosBenchmark;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Row 5: {@value #CLAIMS} claims on one thread, each released on another, which it reaches through a queue that blocks; nanoseconds per claim. The queue alone
 * is measured too, since it costs more than most pools do.
 */
public class HandOverBenchmark extends NanosBenchmark {
  static final int CLAIMS = 20_000;
  private static final Object ALONE = new Object();

  @Param("16")
  public int objects;

  /** The key of a contender; empty for none. */
  @Param("")
  public String pool;

  private Side<?> side;

  @Setup
  public void open() throws Exception {
    side = pool.isEmpty() ? null : Contender.of(pool).open(objects);
  }

  @TearDown
  public void close() throws Exception {
    if (side != null) {
      side.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(CLAIMS)
  public void claimed() throws Exception {
    handOver(side);
  }

  @Benchmark
  @OperationsPerInvocation(CLAIMS)
  public void queueAlone() throws Exception {
    BlockingQueue<Object> queue = new ArrayBlockingQueue<>(objects);
    CompletableFuture<Void> other = onAnotherThread(queue::take);
    for (int i = 0; i < CLAIMS; i++) {
      queue.put(ALONE);
    }
    other.join();
  }

  /** The queue has room for every object, so that only the pool makes anybody wait for one. */
  private <C> void handOver(Side<C> from) throws Exception {
    BlockingQueue<C> queue = new ArrayBlockingQueue<>(objects);
    CompletableFuture<Void> other = onAnotherThread(() -> from.release(queue.take()));
    for (int i = 0; i < CLAIMS; i++) {
      C claim = from.acquire();
      if (claim == null) {
        other.orTimeout(0, TimeUnit.SECONDS).join(); // says why it released nothing
        throw new IllegalStateException("no object came back");
      }
      queue.put(claim);
    }
    other.join();
  }

  /** Does it as often as there are claims. */
  private static CompletableFuture<Void> onAnotherThread(Step step) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    new Thread(() -> {
      try {
        for (int i = 0; i < CLAIMS; i++) {
          step.run();
        }
        end.complete(null);
      } catch (Throwable t) {
        end.completeExceptionally(t);
      }
    }, "bench.other").start();
    return end;
  }

  private interface Step {
    void run() throws Exception;
  }
}
