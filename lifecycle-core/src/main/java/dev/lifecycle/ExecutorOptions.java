package dev.lifecycle;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the tasks of a supervised executor behave. Immutable: every method returns a copy; bad values are refused at once. */
public final class ExecutorOptions {
  private static final ExecutorOptions DEFAULTS = new ExecutorOptions();

  private Ownership ownership = Ownership.BORROWED;
  private int maxConcurrent;
  private Overflow overflow = Overflow.BLOCK;
  private @Nullable Duration timeout;
  private @Nullable Interrupts interrupts;
  private @Nullable Duration expectedWithin;

  private ExecutorOptions() {}

  private ExecutorOptions(ExecutorOptions o) {
    ownership = o.ownership;
    maxConcurrent = o.maxConcurrent;
    overflow = o.overflow;
    timeout = o.timeout;
    interrupts = o.interrupts;
    expectedWithin = o.expectedWithin;
  }

  /** The defaults: a borrowed pool, no limit but the pool's own, no deadline. */
  public static ExecutorOptions defaults() {
    return DEFAULTS;
  }

  /** Who shuts the pool down; under {@link Ownership#OWNED} it is shut down when the view ends. */
  public ExecutorOptions ownership(Ownership ownership) {
    Objects.requireNonNull(ownership, "ownership");
    ExecutorOptions o = new ExecutorOptions(this);
    o.ownership = ownership;
    return o;
  }

  /**
   * At most this many bodies at once, whatever the pool allows, and what a submission beyond does.
   *
   * @param maxConcurrent at least 1
   */
  public ExecutorOptions maxConcurrent(int maxConcurrent, Overflow overflow) {
    Objects.requireNonNull(overflow, "overflow");
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent must be at least 1: " + maxConcurrent);
    }
    ExecutorOptions o = new ExecutorOptions(this);
    o.maxConcurrent = maxConcurrent;
    o.overflow = overflow;
    return o;
  }

  /**
   * Cancels each task so long after its submission, the time in a queue included; a scheduled one so long after it is due.
   *
   * @param timeout positive
   */
  public ExecutorOptions timeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
    ExecutorOptions o = new ExecutorOptions(this);
    o.timeout = timeout;
    return o;
  }

  /** Whether a cancel may interrupt the tasks; as the supervisor says, by default. */
  public ExecutorOptions interrupt(Interrupts interrupts) {
    Objects.requireNonNull(interrupts, "interrupts");
    ExecutorOptions o = new ExecutorOptions(this);
    o.interrupts = interrupts;
    return o;
  }

  /** How long a task is expected to run, positive; an older one is a suspect. Cancels nothing. */
  public ExecutorOptions expectedWithin(Duration expectedWithin) {
    Objects.requireNonNull(expectedWithin, "expectedWithin");
    if (expectedWithin.isZero() || expectedWithin.isNegative()) {
      throw new IllegalArgumentException("expectedWithin must be positive: " + expectedWithin);
    }
    ExecutorOptions o = new ExecutorOptions(this);
    o.expectedWithin = expectedWithin;
    return o;
  }

  /** Who shuts the pool down. */
  public Ownership ownership() {
    return ownership;
  }

  /** The limit; 0 for none. */
  public int maxConcurrent() {
    return maxConcurrent;
  }

  /** What a submission does at the limit. */
  public Overflow overflow() {
    return overflow;
  }

  /** The deadline of each task, if any. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Whether a cancel may interrupt; null: as the supervisor says. */
  public @Nullable Interrupts interrupts() {
    return interrupts;
  }

  /** The expected age of a task, if any. */
  public @Nullable Duration expectedWithin() {
    return expectedWithin;
  }
}
