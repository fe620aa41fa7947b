package dev.lifecycle.benchmarks.core;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.concurrent.StructuredTaskScope.Subtask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

/**
 * Row 6: {@code StructuredTaskScope} has no method that cancels; a joiner can ask for it at the end of a task. One task more than the parked ones waits for
 * the measurement to begin and ends at once. {@code close} returns after the last end.
 */
public class CancelScopeBenchmark25 extends OneShotBenchmark {
  private CountDownLatch trigger;
  private StructuredTaskScope<Integer, Void> scope;

  @Setup(Level.Invocation)
  public void park() throws InterruptedException {
    ParkedTasks parked = new ParkedTasks(tasks);
    CountDownLatch begin = new CountDownLatch(1);
    trigger = begin;
    scope = StructuredTaskScope.open(new CancelAtFirstEnd());
    for (int i = 0; i < tasks; i++) {
      scope.fork(parked);
    }
    scope.fork(() -> {
      begin.await();
      return 0;
    });
    parked.awaitParked();
  }

  @Benchmark
  public void structuredTaskScope() throws InterruptedException {
    trigger.countDown();
    scope.join();
    scope.close();
  }

  private static final class CancelAtFirstEnd implements Joiner<Integer, Void> {
    @Override
    public boolean onComplete(Subtask<? extends Integer> ended) {
      return true;
    }

    @Override
    public Void result() {
      return null;
    }
  }
}
