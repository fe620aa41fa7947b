package dev.lifecycle.unit;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A body that parks until it is let go, and tells that it has begun. */
final class ParkedBody<T> implements Callable<T> {
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final T value;
  private final boolean stubborn;
  private volatile boolean interrupted;

  private ParkedBody(T value, boolean stubborn) {
    this.value = value;
    this.stubborn = stubborn;
  }

  /** Ends when interrupted. */
  static <T> ParkedBody<T> returning(T value) {
    return new ParkedBody<>(value, false);
  }

  /** Goes on when interrupted, and returns its value once it is let go. */
  static <T> ParkedBody<T> stubborn(T value) {
    return new ParkedBody<>(value, true);
  }

  @Override
  public T call() throws InterruptedException {
    entered.countDown();
    for (;;) {
      try {
        release.await();
        return value;
      } catch (InterruptedException e) {
        interrupted = true;
        if (!stubborn) {
          throw e;
        }
      }
    }
  }

  /** Waits until the body runs. */
  ParkedBody<T> awaitEntered() throws InterruptedException {
    if (!entered.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the body has not begun");
    }
    return this;
  }

  boolean hasEntered() {
    return entered.getCount() == 0;
  }

  boolean wasInterrupted() {
    return interrupted;
  }

  void release() {
    release.countDown();
  }
}
