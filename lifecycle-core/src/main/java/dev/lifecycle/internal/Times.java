package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;

/** Saturating arithmetic on clock readings. */
public final class Times {
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000;

  private Times() {}

  /** The duration in nanoseconds, {@code Long.MIN_VALUE} or {@code Long.MAX_VALUE} where it does not fit. */
  public static long toNanos(Duration duration) {
    long seconds = duration.getSeconds();
    long nanos = seconds * 1_000_000_000 + duration.getNano(); // in the outermost seconds of each end the sign tells whether it fits
    if (seconds > MAX_SECONDS || seconds > 0 && nanos < 0) {
      return Long.MAX_VALUE;
    }
    if (seconds < -MAX_SECONDS - 1 || seconds < 0 && nanos > 0) {
      return Long.MIN_VALUE;
    }
    return nanos;
  }

  /** The reading {@code nanos} after {@code now}; {@link MonotonicClock#NEVER} where that is past the end of the clock. */
  public static long after(long now, long nanos) {
    if (nanos <= 0) {
      return now; // already there: a deadline in the past is the same as one now
    }
    long then = now + nanos;
    return then < 0 ? MonotonicClock.NEVER : then;
  }
}
