package dev.lifecycle.unit;

import java.util.concurrent.CountDownLatch;

/** A body that says that it has begun and then waits for leave to end. Thread-safe. */
final class BlockedBody {
  private final CountDownLatch begun;
  private final CountDownLatch leave = new CountDownLatch(1);

  BlockedBody() {
    this(1);
  }

  /** For so many threads. */
  BlockedBody(int threads) {
    begun = new CountDownLatch(threads);
  }

  /** The body; obeys interrupts. */
  void run() throws InterruptedException {
    begun.countDown();
    leave.await();
  }

  /** The body; ignores interrupts. */
  void runStubbornly() {
    begun.countDown();
    for (;;) {
      try {
        leave.await();
        return;
      } catch (InterruptedException e) {
        // that is the point
      }
    }
  }

  String call() throws InterruptedException {
    run();
    return "left";
  }

  void runUnchecked() {
    try {
      run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void awaitBegun() throws InterruptedException {
    begun.await();
  }

  void release() {
    leave.countDown();
  }
}
