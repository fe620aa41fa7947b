package dev.lifecycle.benchmarks.core;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Row 6: from the cancel of a scope with parked tasks to the end of the last one. */
public class CancelBenchmark extends OneShotBenchmark {
  private Lifecycle lifecycle;
  private Scope scope;

  @Setup(Level.Trial)
  public void openLifecycle() {
    lifecycle = Lifecycle.create(o -> o.name("bench").maxThreads(tasks + 1));
  }

  @Setup(Level.Invocation)
  public void park() throws InterruptedException {
    ParkedTasks parked = new ParkedTasks(tasks);
    scope = lifecycle.open("bench.cancel");
    for (int i = 0; i < tasks; i++) {
      scope.fork("bench.parked", parked);
    }
    parked.awaitParked();
  }

  @TearDown(Level.Trial)
  public void closeLifecycle() {
    lifecycle.close();
  }

  @Benchmark
  public void lifecycle() {
    scope.cancel("measured");
    scope.close();
  }
}
