package dev.lifecycle.benchmarks.core;

import dev.lifecycle.Context;
import dev.lifecycle.Scope;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What a loop pays for asking whether it is cancelled: {@code Context.current()} and {@code isCancelled()}, inside a task. */
public class ContextProbeBenchmark extends NanosBenchmark {
  private static final int ASKED = 100_000;
  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final Callable<Integer> ASK_CONTEXT = ContextProbeBenchmark::askContext;
  private static final Callable<Integer> ASK_THREAD = ContextProbeBenchmark::askThread;

  /** In a forked task of a scope without a deadline. */
  @Benchmark
  @OperationsPerInvocation(ASKED)
  public Integer inTask() throws InterruptedException {
    return inTask(ASK_CONTEXT);
  }

  /** In a forked task of a scope with a deadline, which the question must compare with the clock. */
  @Benchmark
  @OperationsPerInvocation(ASKED)
  public Integer inTaskWithDeadline() throws InterruptedException {
    return Scope.call("bench.probe", TIMEOUT, scope -> {
      var task = scope.fork("bench.asking", ASK_CONTEXT);
      scope.join();
      return task.resultNow();
    });
  }

  /** In the body of a call, on the caller's platform thread. */
  @Benchmark
  @OperationsPerInvocation(ASKED)
  public Integer inCallBody() throws InterruptedException {
    return Scope.call("bench.probe", o -> o, scope -> askContext());
  }

  /** What code without us asks. */
  @Benchmark
  @OperationsPerInvocation(ASKED)
  public Integer interruptFlag() throws InterruptedException {
    return inTask(ASK_THREAD);
  }

  private static Integer inTask(Callable<Integer> question) throws InterruptedException {
    try (Scope scope = Scope.open("bench.probe")) {
      var task = scope.fork("bench.asking", question);
      scope.join();
      return task.resultNow();
    }
  }

  private static int askContext() {
    int yes = 0;
    for (int i = 0; i < ASKED; i++) {
      if (Context.current().isCancelled()) {
        yes++;
      }
    }
    return yes;
  }

  private static int askThread() {
    int yes = 0;
    for (int i = 0; i < ASKED; i++) {
      if (Thread.currentThread().isInterrupted()) {
        yes++;
      }
    }
    return yes;
  }
}
