package dev.lifecycle.concurrent;

import dev.lifecycle.spi.MonotonicClock;
import java.util.function.BooleanSupplier;

/** Waiting on the clock of a lifecycle, so that tests need not sleep. */
final class Pause {
  private Pause() {}

  /**
   * Waits until the clock reads {@code until} or the condition holds; who makes it hold unparks the thread.
   *
   * @throws InterruptedException if interrupted before or while waiting, unless the condition holds
   */
  static void until(MonotonicClock clock, long until, BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (clock.nanoTime() >= until) {
        return;
      }
      clock.parkUntil(condition, until);
    }
  }
}
