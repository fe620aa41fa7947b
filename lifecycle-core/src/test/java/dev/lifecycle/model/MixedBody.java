package dev.lifecycle.model;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A task of {@link ShutdownTotalsProperties}: what it does when it is let go, and when it is interrupted. */
final class MixedBody implements Callable<String> {
  enum Kind {
    /** Ends by itself in the drain. */
    DRAINS,
    /** Fails by itself in the drain. */
    FAILS_IN_DRAIN,
    /** Ends with the first interrupt. */
    OBEYS,
    /** Throws something else at the first interrupt. */
    FAILS,
    /** Returns a value at the first interrupt. */
    RETURNS,
    /** Ends with the second interrupt, at the end of the grace. */
    LATE,
    /** Ends with none. */
    STUCK
  }

  final Kind kind;
  final AtomicInteger interrupts = new AtomicInteger();
  final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);

  MixedBody(Kind kind) {
    this.kind = kind;
  }

  boolean drains() {
    return kind == Kind.DRAINS || kind == Kind.FAILS_IN_DRAIN;
  }

  /** Whether it outlives the first interrupt. */
  boolean isStubborn() {
    return kind == Kind.LATE || kind == Kind.STUCK;
  }

  void letGo() {
    leave.countDown();
  }

  @Override
  public String call() throws InterruptedException {
    begun.countDown();
    for (;;) {
      try {
        leave.await();
        if (kind == Kind.FAILS_IN_DRAIN) {
          throw new IllegalStateException("in the drain");
        }
        return "let go";
      } catch (InterruptedException e) {
        int n = interrupts.incrementAndGet();
        switch (kind) {
          case FAILS -> throw new IllegalStateException("at the interrupt");
          case RETURNS -> {
            return "interrupted";
          }
          case LATE -> {
            if (n == 2) {
              throw e;
            }
          }
          case STUCK -> {}
          default -> throw e;
        }
      }
    }
  }
}
