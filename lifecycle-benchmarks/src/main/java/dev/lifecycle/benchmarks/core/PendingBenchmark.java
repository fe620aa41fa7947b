package dev.lifecycle.benchmarks.core;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Row 5: a whole call with a timeout while 100,000 other scopes with a live task each wait for their deadlines. */
public class PendingBenchmark extends NanosBenchmark {
  private static final Integer VALUE = 42;

  @Param("100000")
  public int pending;

  @Param({"true", "false"})
  public boolean soon;

  /** How long the body takes, in JMH's tokens; 1,000 are about 1.5 us. */
  @Param("0")
  public int work;

  private final List<Scope> scopes = new ArrayList<>();
  private Lifecycle lifecycle;
  private PendingDelays delays;

  @Setup
  public void open() {
    lifecycle = Lifecycle.create(o -> o.name("bench"));
    delays = new PendingDelays(soon);
    for (int i = 0; i < pending; i++) {
      Duration timeout = Duration.ofNanos(delays.pending());
      Scope scope = lifecycle.open("bench.pending", o -> o.timeout(timeout));
      scope.adopt("bench.never", new CompletableFuture<Integer>());
      scopes.add(scope);
    }
  }

  @TearDown
  public void close() {
    scopes.forEach(Scope::close);
    lifecycle.close();
  }

  /** The work alone. */
  @Benchmark
  public void nothing() {
    Blackhole.consumeCPU(work);
  }

  @Benchmark
  public Integer lifecycle() throws InterruptedException {
    return lifecycle.call("bench.call", Duration.ofNanos(delays.call()), scope -> {
      Blackhole.consumeCPU(work);
      return VALUE;
    });
  }
}
