package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.internal.Backoff;
import dev.lifecycle.internal.Times;
import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The arithmetic of backoff, against exact arithmetic, for every length of time and every number of failures. */
class BackoffProperties {
  private static final long MAX_NANOS = Long.MAX_VALUE;

  /** From nothing to the longest duration there is, with both ends and the edge of a long of nanoseconds likely. */
  @Provide
  Arbitrary<Duration> durations() {
    return Arbitraries.frequencyOf(
        Tuple.of(4, Arbitraries.longs().between(0, MAX_NANOS).map(Duration::ofNanos)),
        Tuple.of(3, Arbitraries.longs().between(0, 100_000_000_000L).map(Duration::ofNanos)),
        Tuple.of(1, Arbitraries.longs().between(0, Long.MAX_VALUE).map(s -> Duration.ofSeconds(s, 999_999_999))),
        Tuple.of(1, Arbitraries.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofNanos(MAX_NANOS), Duration.ofNanos(MAX_NANOS).plusNanos(1))));
  }

  private static Backoff backoff(Duration a, Duration b, double jitter) {
    return new Backoff(min(a, b), max(a, b), jitter);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? b : a;
  }

  @Property
  void withoutJitterADelayIsExactlyTheInitialOneDoubledAndCapped(
      @ForAll("durations") Duration a, @ForAll("durations") Duration b, @ForAll @IntRange(min = 1, max = 130) int failures,
      @ForAll @DoubleRange(min = 0, max = 1) double random) {
    BigInteger exact = BigInteger.valueOf(Times.toNanos(min(a, b))).shiftLeft(failures - 1).min(BigInteger.valueOf(Times.toNanos(max(a, b))));
    assertThat(backoff(a, b, 0).delayNanos(failures, random)).isEqualTo(exact.longValueExact());
  }

  @Property
  void noDelayIsNegativeOrAboveTheCapOrLessThanWhatJitterLeaves(
      @ForAll("durations") Duration a, @ForAll("durations") Duration b, @ForAll @IntRange(min = 1) int failures,
      @ForAll @DoubleRange(min = 0, max = 1) double jitter, @ForAll @DoubleRange(min = 0, max = 1) double random) {
    long full = backoff(a, b, 0).delayNanos(failures, 0);
    long delay = backoff(a, b, jitter).delayNanos(failures, random);
    assertThat(delay).isBetween(0L, full);
    assertThat((double) delay).isGreaterThanOrEqualTo(full * (1 - jitter) * (1 - 1e-9) - 1);
    assertThat(full).isLessThanOrEqualTo(Times.toNanos(max(a, b)));
  }

  @Property
  void withTheSameDrawDelaysNeverShrinkFromFailureToFailureAndReachTheCap(
      @ForAll("durations") Duration a, @ForAll("durations") Duration b, @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE - 1) int failures,
      @ForAll @DoubleRange(min = 0, max = 1) double jitter, @ForAll @DoubleRange(min = 0, max = 1) double random) {
    Backoff backoff = backoff(a, b, jitter);
    assertThat(backoff.delayNanos(failures + 1, random)).isGreaterThanOrEqualTo(backoff.delayNanos(failures, random));
    long cap = min(a, b).isZero() ? 0 : Times.toNanos(max(a, b));
    assertThat(backoff.delayNanos(Integer.MAX_VALUE, 0)).isEqualTo(cap);
  }

  @Property
  void withoutAnInitialDelayThereIsNone(
      @ForAll("durations") Duration max, @ForAll @IntRange(min = 1) int failures, @ForAll @DoubleRange(min = 0, max = 1) double jitter) {
    assertThat(new Backoff(Duration.ZERO, max, jitter).delayNanos(failures, 0)).isZero();
  }

  @Example
  void jitterTakesOffItsPartOfTheDrawAndFullJitterAllOfIt() {
    Backoff half = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), 0.5);
    assertThat(half.delayNanos(1, 0)).isEqualTo(100_000_000);
    assertThat(half.delayNanos(1, 1)).isEqualTo(50_000_000);
    assertThat(half.delayNanos(3, 0.5)).isEqualTo(300_000_000);
    assertThat(half.delayNanos(40, 1)).isEqualTo(2_500_000_000L);
    assertThat(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), 1).delayNanos(7, 1)).isZero();
    assertThat(half).hasToString("Backoff[PT0.1S to PT5S, jitter 0.5]");
  }

  @Example
  void badValuesAreRefusedByNameAndValue() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Backoff(second.negated(), second, 0)).isInstanceOf(IllegalArgumentException.class).hasMessage("initial must not be negative: PT-1S");
    assertThatThrownBy(() -> new Backoff(second, second.minusNanos(1), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max must not be less than initial, which is PT1S: PT0.999999999S");
    for (double jitter : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> new Backoff(second, second, jitter)).isInstanceOf(IllegalArgumentException.class).hasMessage("jitter must be within 0 and 1: " + jitter);
    }
    assertThatThrownBy(() -> new Backoff(null, second, 0)).isInstanceOf(NullPointerException.class).hasMessage("initial");
    assertThatThrownBy(() -> new Backoff(second, null, 0)).isInstanceOf(NullPointerException.class).hasMessage("max");
    Backoff backoff = new Backoff(second, second, 0);
    assertThatThrownBy(() -> backoff.delayNanos(0, 0)).isInstanceOf(IllegalArgumentException.class).hasMessage("failures must be at least 1: 0");
    assertThatThrownBy(() -> backoff.delayNanos(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class).hasMessage("random01 must be within 0 and 1: NaN");
    assertThatThrownBy(() -> backoff.delayNanos(1, -1e-9)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("random01 must be");
  }
}
