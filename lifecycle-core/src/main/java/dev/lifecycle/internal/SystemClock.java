package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The process's monotonic clock, counted from the first use of this class so that readings start near zero. */
public enum SystemClock implements MonotonicClock {
  /** The only one. */
  INSTANCE;

  private final long origin = System.nanoTime();

  @Override
  public long nanoTime() {
    return System.nanoTime() - origin;
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public void parkUntil(Object blocker, long nanos) {
    if (nanos == NEVER) {
      LockSupport.park(blocker);
    } else {
      long left = nanos - nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(blocker, left);
      }
    }
  }
}
