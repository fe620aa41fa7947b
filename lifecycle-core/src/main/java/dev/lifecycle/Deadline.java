package dev.lifecycle;

import dev.lifecycle.internal.SystemClock;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.Objects;

/**
 * A point on a monotonic clock by which work must have ended, or {@link #none()}.
 *
 * <p>Immutable. Arithmetic saturates: a timeout of more than about 292 years is {@code none()}.
 */
public final class Deadline {
  private static final Deadline NONE = new Deadline(MonotonicClock.NEVER, SystemClock.INSTANCE);

  private final long nanos;
  private final MonotonicClock clock;

  private Deadline(long nanos, MonotonicClock clock) {
    this.nanos = nanos;
    this.clock = clock;
  }

  /** The deadline that never comes. */
  public static Deadline none() {
    return NONE;
  }

  /**
   * The deadline {@code timeout} from now on the system's monotonic clock; already expired if the timeout is zero or negative.
   */
  public static Deadline in(Duration timeout) {
    return in(timeout, SystemClock.INSTANCE);
  }

  /** The deadline {@code timeout} from now on the given clock; already expired if the timeout is zero or negative. */
  public static Deadline in(Duration timeout, MonotonicClock clock) {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(clock, "clock");
    return at(Times.after(clock.nanoTime(), Times.toNanos(timeout)), clock);
  }

  /**
   * The deadline at a reading of the given clock.
   *
   * @param nanos a value of {@link MonotonicClock#nanoTime()}, or {@link MonotonicClock#NEVER}
   */
  public static Deadline at(long nanos, MonotonicClock clock) {
    Objects.requireNonNull(clock, "clock");
    return nanos == MonotonicClock.NEVER ? NONE : new Deadline(nanos, clock);
  }

  /**
   * The earlier of the two.
   *
   * @throws IllegalArgumentException if they are on different clocks and neither is {@link #none()}
   */
  public static Deadline min(Deadline a, Deadline b) {
    Objects.requireNonNull(a, "a");
    Objects.requireNonNull(b, "b");
    if (a.isNone()) {
      return b;
    }
    if (b.isNone()) {
      return a;
    }
    if (a.clock != b.clock) {
      throw new IllegalArgumentException("a and b are deadlines on different clocks");
    }
    return a.nanos <= b.nanos ? a : b;
  }

  /** The time left, never negative; about 292 years for {@link #none()}. */
  public Duration remaining() {
    return isNone() ? Duration.ofNanos(MonotonicClock.NEVER) : Duration.ofNanos(Math.max(0, nanos - clock.nanoTime()));
  }

  /** Whether the deadline has been reached. */
  public boolean isExpired() {
    return !isNone() && clock.nanoTime() >= nanos;
  }

  /** Whether this is {@link #none()}. */
  public boolean isNone() {
    return nanos == MonotonicClock.NEVER;
  }

  /** The reading of {@link #clock()} at which this deadline is reached; {@link MonotonicClock#NEVER} for none. */
  public long nanos() {
    return nanos;
  }

  /** The clock that this deadline is on. */
  public MonotonicClock clock() {
    return clock;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Deadline d && d.nanos == nanos && d.clock == clock;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(nanos);
  }

  @Override
  public String toString() {
    return isNone() ? "Deadline[none]" : "Deadline[in " + (nanos - clock.nanoTime()) / 1_000_000 + " ms]";
  }
}
