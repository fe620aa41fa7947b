package dev.lifecycle.unit;

import java.util.concurrent.CountDownLatch;

/** A body that holds something until it is told. */
final class BlockedOn {
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  void hold(AutoCloseable what) throws InterruptedException {
    held.countDown();
    go.await();
  }

  void awaitHeld() throws InterruptedException {
    held.await();
  }

  void release() {
    go.countDown();
  }
}
