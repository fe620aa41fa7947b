package dev.lifecycle.unit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The pools that applications have. */
enum PoolKind {
  FIXED,
  SINGLE,
  CACHED,
  FORK_JOIN,
  SCHEDULED,
  /** One thread and no queue: what comes while it is busy runs on the thread that submits it. */
  CALLER_RUNS,
  VIRTUAL_PER_TASK;

  ExecutorService make() {
    return switch (this) {
      case FIXED -> Executors.newFixedThreadPool(4);
      case SINGLE -> Executors.newSingleThreadExecutor();
      case CACHED -> Executors.newCachedThreadPool();
      case FORK_JOIN -> new ForkJoinPool(4);
      case SCHEDULED -> Executors.newScheduledThreadPool(2);
      case CALLER_RUNS -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
      case VIRTUAL_PER_TASK -> virtual();
    };
  }

  private static ExecutorService virtual() {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
    try {
      return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
