package dev.lifecycle.unit;

import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A thread that forks into a scope at its limit and waits there. */
final class BlockedFork<T> {
  private final Thread thread;
  private volatile Task<T> task;
  private volatile RuntimeException failure;
  private volatile boolean flag;

  private BlockedFork(Scope scope, String purpose, Callable<T> body) {
    thread = new Thread(() -> {
      try {
        task = scope.fork(purpose, body);
      } catch (RuntimeException e) {
        failure = e;
      }
      flag = Thread.currentThread().isInterrupted();
    });
  }

  /** Starts the thread and returns when it is blocked. */
  static <T> BlockedFork<T> of(Scope scope, String purpose, Callable<T> body) {
    BlockedFork<T> fork = new BlockedFork<>(scope, purpose, body);
    fork.thread.start();
    Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).pollDelay(0, TimeUnit.MILLISECONDS).until(() -> fork.thread.getState() == Thread.State.WAITING);
    return fork;
  }

  void interrupt() {
    thread.interrupt();
  }

  void awaitEnd() throws InterruptedException {
    thread.join(10_000);
    if (thread.isAlive()) {
      throw new AssertionError("the fork still waits");
    }
  }

  Task<T> task() throws InterruptedException {
    awaitEnd();
    return task;
  }

  RuntimeException failure() throws InterruptedException {
    awaitEnd();
    return failure;
  }

  boolean flagAtTheEnd() throws InterruptedException {
    awaitEnd();
    return flag;
  }
}
