package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Deadline;
import dev.lifecycle.internal.Times;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Rule 35: arithmetic on deadlines is safe at both ends of the clock. Checked against exact arithmetic. */
class DeadlineProperties {
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

  private final VirtualClock clock = new VirtualClock();

  private static long clamp(BigInteger exact) {
    return exact.min(MAX).max(MIN).longValueExact();
  }

  private static BigInteger exact(Duration duration) {
    return BigInteger.valueOf(duration.getSeconds()).multiply(BigInteger.valueOf(1_000_000_000)).add(BigInteger.valueOf(duration.getNano()));
  }

  @Property
  void nanosOfAnyDurationAreExactOrSaturate(@ForAll long seconds, @ForAll @IntRange(max = 999_999_999) int nanos) {
    Duration duration = Duration.ofSeconds(seconds, nanos);
    assertThat(Times.toNanos(duration)).isEqualTo(clamp(exact(duration)));
  }

  @Property
  void nanosOfADurationNearTheEndsOfALongAreExactOrSaturate(
      @ForAll @LongRange(min = 9_223_372_035L, max = 9_223_372_038L) long seconds, @ForAll @IntRange(max = 999_999_999) int nanos, @ForAll boolean negative) {
    Duration duration = Duration.ofSeconds(negative ? -seconds : seconds, nanos);
    assertThat(Times.toNanos(duration)).isEqualTo(clamp(exact(duration)));
  }

  @Property
  void aReadingAfterATimeIsExactOrNever(@ForAll @LongRange(min = 0) long now, @ForAll long nanos) {
    BigInteger exact = BigInteger.valueOf(now).add(BigInteger.valueOf(Math.max(0, nanos)));
    assertThat(Times.after(now, nanos)).isEqualTo(clamp(exact)).isGreaterThanOrEqualTo(now);
  }

  @Property
  void aDeadlineIsExpiredExactlyIfItsTimeoutIsNotPositive(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE - 1) long now, @ForAll long seconds) {
    VirtualClock moved = new VirtualClock();
    moved.advance(Duration.ofNanos(now));
    Deadline deadline = Deadline.in(Duration.ofSeconds(seconds), moved);
    assertThat(deadline.isExpired()).isEqualTo(seconds <= 0);
    assertThat(deadline.remaining()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(deadline.remaining()).isLessThanOrEqualTo(seconds <= 0 ? Duration.ZERO : deadline.isNone() ? Duration.ofNanos(Long.MAX_VALUE) : Duration.ofSeconds(seconds));
    assertThat(deadline.toString()).startsWith("Deadline[");
  }

  @Property
  void minIsTheEarlierOneCommutativeAndNeverLaterThanEither(@ForAll @LongRange(min = 0) long a, @ForAll @LongRange(min = 0) long b) {
    Deadline one = Deadline.at(a, clock);
    Deadline two = Deadline.at(b, clock);
    assertThat(Deadline.min(one, two).nanos()).isEqualTo(Math.min(a, b));
    assertThat(Deadline.min(one, two)).isEqualTo(Deadline.min(two, one));
    assertThat(Deadline.min(one, Deadline.none())).isEqualTo(one);
    assertThat(one.isNone()).isEqualTo(a == MonotonicClock.NEVER);
  }
}
