package dev.lifecycle;

import dev.lifecycle.internal.Backoff;
import java.time.Duration;
import java.util.Objects;

/**
 * When a service is started again after its body has ended, how long that waits, and how often it may happen. Immutable: every method returns a copy; bad
 * values are refused at once.
 *
 * <p>{@link #always}, {@link #onFailure} and {@link #never} are what Erlang/OTP calls permanent, transient and temporary; the limit is OTP's restart
 * intensity, here per service.
 */
public final class RestartPolicy {
  private static final Duration DEFAULT_INITIAL = Duration.ofMillis(100);
  private static final Duration DEFAULT_MAX = Duration.ofSeconds(5);
  private static final Duration DEFAULT_WINDOW = Duration.ofSeconds(30);

  private final When when;
  private Duration initial = DEFAULT_INITIAL;
  private Duration max = DEFAULT_MAX;
  private double jitter = 0.5;
  private int limit = 5;
  private Duration window = DEFAULT_WINDOW;

  private RestartPolicy(When when) {
    this.when = when;
  }

  private RestartPolicy copy() {
    RestartPolicy copy = new RestartPolicy(when);
    copy.initial = initial;
    copy.max = max;
    copy.jitter = jitter;
    copy.limit = limit;
    copy.window = window;
    return copy;
  }

  /** The service is started again however it ends, a normal return included. */
  public static RestartPolicy always() {
    return new RestartPolicy(When.ALWAYS);
  }

  /** The service is started again when its body has thrown; a normal return is its completion. */
  public static RestartPolicy onFailure() {
    return new RestartPolicy(When.ON_FAILURE);
  }

  /** The service is never started again. */
  public static RestartPolicy never() {
    return new RestartPolicy(When.NEVER);
  }

  /**
   * The delays before restarts: the initial one, doubled with each failure in a row up to the most; 100 ms to 5 s by default. A run that has lasted as long
   * as the window of {@link #limit} starts the row anew.
   *
   * @param initial zero or more; zero: there is never a delay
   * @param max at least the initial one
   */
  public RestartPolicy backoff(Duration initial, Duration max) {
    return backoff(initial, max, jitter);
  }

  /**
   * As {@link #backoff(Duration, Duration)}, with the part of each delay that chance may take off, so that services that failed together do not come back
   * together.
   *
   * @param jitter from 0 for none to 1 for all of it; 0.5 by default
   */
  public RestartPolicy backoff(Duration initial, Duration max, double jitter) {
    Backoff.check(initial, max, jitter);
    RestartPolicy copy = copy();
    copy.initial = initial;
    copy.max = max;
    copy.jitter = jitter;
    return copy;
  }

  /**
   * At most this many restarts within any window of that length; one more and the service has failed for good. 5 in 30 s by default.
   *
   * @param restarts 1 to 10,000; for none there is {@link #never}
   * @param window positive
   */
  public RestartPolicy limit(int restarts, Duration window) {
    Objects.requireNonNull(window, "window");
    if (restarts < 1 || restarts > 10_000) {
      throw new IllegalArgumentException("restarts must be from 1 to 10000: " + restarts);
    }
    if (window.isZero() || window.isNegative()) {
      throw new IllegalArgumentException("window must be positive: " + window);
    }
    RestartPolicy copy = copy();
    copy.limit = restarts;
    copy.window = window;
    return copy;
  }

  /** When the service is started again. */
  public When when() {
    return when;
  }

  /** The delay before the first restart of a row. */
  public Duration initialBackoff() {
    return initial;
  }

  /** The most that a delay is. */
  public Duration maxBackoff() {
    return max;
  }

  /** The part of a delay that chance may take off. */
  public double jitter() {
    return jitter;
  }

  /** How many restarts the window allows. */
  public int limit() {
    return limit;
  }

  /** The window of the limit. */
  public Duration window() {
    return window;
  }

  @Override
  public String toString() {
    return when + (when == When.NEVER ? "" : " backoff " + initial + " to " + max + " limit " + limit + " in " + window);
  }

  /** When a service is started again. */
  public enum When {
    /** However it ends. */
    ALWAYS,
    /** When it has thrown. */
    ON_FAILURE,
    /** Never. */
    NEVER
  }
}
