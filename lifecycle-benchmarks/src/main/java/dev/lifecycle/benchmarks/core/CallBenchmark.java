package dev.lifecycle.benchmarks.core;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Timeout;
import dev.lifecycle.Scope;
import io.grpc.Context;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Row 3: a body that returns a constant, under a timeout that does not fire, on a platform thread. */
public class CallBenchmark extends NanosBenchmark {
  private static final long SECONDS = 2;
  private static final Duration TIMEOUT = Duration.ofSeconds(SECONDS);
  private static final Integer VALUE = 42;

  private ScheduledThreadPoolExecutor timer;
  private FailsafeExecutor<Integer> failsafe;
  private Callable<Integer> body;

  @Setup
  public void open() {
    timer = new ScheduledThreadPoolExecutor(1);
    // As gRPC sets up the timer that it shares between its channels.
    timer.setRemoveOnCancelPolicy(true);
    failsafe = Failsafe.with(Timeout.<Integer>builder(TIMEOUT).withInterrupt().build());
    body = () -> VALUE;
  }

  @TearDown
  public void close() {
    timer.shutdownNow();
  }

  @Benchmark
  public Integer lifecycle() throws Exception {
    return Scope.call("bench.call", TIMEOUT, scope -> body.call());
  }

  /** A deadline that callees can see. It interrupts nobody. */
  @Benchmark
  public Integer grpcContext() throws Exception {
    Context.CancellableContext context = Context.current().withDeadlineAfter(SECONDS, TimeUnit.SECONDS, timer);
    try {
      return context.call(body);
    } finally {
      context.cancel(null);
    }
  }

  /** Interrupts the caller's thread at the timeout, as we do. */
  @Benchmark
  public Integer failsafeTimeout() {
    return failsafe.get(() -> body.call());
  }

  /** Only completes a future at the timeout; the body goes on. */
  @Benchmark
  public Integer orTimeout() throws Exception {
    CompletableFuture<Integer> future = new CompletableFuture<Integer>().orTimeout(SECONDS, TimeUnit.SECONDS);
    future.complete(body.call());
    return future.join();
  }
}
