package dev.lifecycle.benchmarks.core;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Tasks that park until they are interrupted; all of them are parked before a measurement begins. */
final class ParkedTasks implements Callable<Integer> {
  /** From the countdown to the park is a few instructions, but with fewer processors than tasks some wait for their turn. */
  private static final long SETTLE_MILLIS = 50;

  private final CountDownLatch begun;

  ParkedTasks(int tasks) {
    begun = new CountDownLatch(tasks);
  }

  @Override
  public Integer call() throws InterruptedException {
    begun.countDown();
    while (!Thread.interrupted()) {
      LockSupport.park();
    }
    throw new InterruptedException();
  }

  void awaitParked() throws InterruptedException {
    begun.await();
    Thread.sleep(SETTLE_MILLIS);
  }
}
