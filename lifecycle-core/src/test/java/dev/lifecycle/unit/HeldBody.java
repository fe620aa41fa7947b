package dev.lifecycle.unit;

import dev.lifecycle.Action;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** A body that says when it has begun and then stays until it is let go, or until it is interrupted if it listens. */
final class HeldBody implements Callable<String>, Action {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final boolean deaf;

  private HeldBody(boolean deaf) {
    this.deaf = deaf;
  }

  /** Ends with an InterruptedException when interrupted. */
  static HeldBody listening() {
    return new HeldBody(false);
  }

  /** Ignores interrupts. */
  static HeldBody deaf() {
    return new HeldBody(true);
  }

  @Override
  public String call() throws InterruptedException {
    begun.countDown();
    while (true) {
      try {
        gate.await();
        return "held";
      } catch (InterruptedException e) {
        if (!deaf) {
          throw e;
        }
      }
    }
  }

  @Override
  public void run() throws InterruptedException {
    call();
  }

  void awaitBegun() throws InterruptedException {
    begun.await();
  }

  boolean hasBegun() {
    return begun.getCount() == 0;
  }

  void letGo() {
    gate.countDown();
  }
}
