package dev.lifecycle.benchmarks.pool;

import java.util.concurrent.CountDownLatch;

/** The time in which claims count. All threads begin together. */
final class Period {
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean ended;

  void begin() {
    begun.countDown();
  }

  void end() {
    ended = true;
  }

  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  boolean isOver() {
    return ended;
  }
}
