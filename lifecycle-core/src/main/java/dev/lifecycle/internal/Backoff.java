package dev.lifecycle.internal;

import java.time.Duration;
import java.util.Objects;

/**
 * How long to wait after so many failures: doubling from the initial delay up to a cap, then shortened by a random part, so that those who failed together
 * do not come back together. The idea is that of exponential backoff with jitter as in "Exponential Backoff And Jitter" (Brooker, AWS Architecture Blog, 2015):
 * a jitter of 1 is its "full jitter", one of 0.5 its "equal jitter". The cap holds with jitter too, since jitter only shortens.
 *
 * <p>Immutable, and free of randomness of its own: the caller draws the number. All arithmetic saturates; a duration of more than about 292 years counts as
 * that long.
 */
public final class Backoff {
  private final long initial;
  private final long max;
  private final double jitter;

  /**
   * A backoff.
   *
   * @param initial the delay after the first failure, before jitter; zero: there is never a delay
   * @param max the most that any delay is, at least the initial one
   * @param jitter which part of a delay may be taken off at random, from 0 for none to 1 for all of it
   * @throws IllegalArgumentException if the initial delay is negative, the most is less than it, or the jitter is not within 0 and 1
   */
  public Backoff(Duration initial, Duration max, double jitter) {
    check(initial, max, jitter);
    this.initial = Times.toNanos(initial);
    this.max = Times.toNanos(max);
    this.jitter = jitter;
  }

  /** Refuses what the constructor would. */
  public static void check(Duration initial, Duration max, double jitter) {
    Objects.requireNonNull(initial, "initial");
    Objects.requireNonNull(max, "max");
    if (initial.isNegative()) {
      throw new IllegalArgumentException("initial must not be negative: " + initial);
    }
    if (max.compareTo(initial) < 0) {
      throw new IllegalArgumentException("max must not be less than initial, which is " + initial + ": " + max);
    }
    if (!(jitter >= 0 && jitter <= 1)) { // this way round NaN is refused too
      throw new IllegalArgumentException("jitter must be within 0 and 1: " + jitter);
    }
  }

  /**
   * The delay in nanoseconds: {@code min(max, initial * 2^(failures - 1))}, times a factor from {@code 1 - jitter} to 1.
   *
   * @param failures how many failures there have been in a row, at least 1
   * @param random01 a number drawn uniformly from 0 to 1, such as {@code ThreadLocalRandom.current().nextDouble()}; 0 takes nothing off
   * @return zero or more, at most the cap
   * @throws IllegalArgumentException if there has been no failure, or the number is not within 0 and 1
   */
  public long delayNanos(int failures, double random01) {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be at least 1: " + failures);
    }
    if (!(random01 >= 0 && random01 <= 1)) {
      throw new IllegalArgumentException("random01 must be within 0 and 1: " + random01);
    }
    int doublings = Math.min(failures - 1, Long.SIZE - 1); // no long doubles more often; and a shift by 64 would be one by 0
    long full = initial == 0 ? 0 : initial > max >> doublings ? max : initial << doublings;
    return Math.max(0, full - (long) (full * (jitter * random01))); // past 2^53 the product may round to more than the whole
  }

  @Override
  public String toString() {
    return "Backoff[" + Duration.ofNanos(initial) + " to " + Duration.ofNanos(max) + ", jitter " + jitter + ']';
  }
}
