package dev.lifecycle.pool.objects;

import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Spans of time in nanoseconds that do not overflow. */
final class Spans {
  private Spans() {}

  /** The duration in nanoseconds, at the end of the range where it does not fit. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** The reading of the clock that long after now; never, where that is past its end. */
  static long after(long now, long nanos) {
    long then = now + Math.max(0, nanos);
    return then < 0 ? MonotonicClock.NEVER : then;
  }

  /** Something between {@code (1 - jitter)} times the span and the span. */
  static long jittered(long span, double jitter) {
    return span == Long.MAX_VALUE ? span : span - (long) (span * jitter * ThreadLocalRandom.current().nextDouble());
  }

  /** In words, such as 1.5 s. */
  static String words(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }
}
