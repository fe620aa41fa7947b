package dev.lifecycle;

import dev.lifecycle.internal.Backoff;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * When the action of {@link Supervisor#every} runs, and what a run that throws means for the next. Runs never overlap; ticks that pass while one runs, or
 * while the process is stopped, become one. Immutable: every method returns a copy; bad values are refused at once.
 */
public final class Schedule {
  private final Kind kind;
  private final Duration interval;
  private final @Nullable UnaryOperator<@Nullable ZonedDateTime> times;
  private final @Nullable ZoneId zone;
  private @Nullable Duration initialDelay;
  private OnFailure onFailure = OnFailure.CONTINUE;
  private Duration initialBackoff = Duration.ZERO;
  private Duration maxBackoff = Duration.ZERO;
  private boolean carriesContext;

  private Schedule(Kind kind, Duration interval, @Nullable UnaryOperator<@Nullable ZonedDateTime> times, @Nullable ZoneId zone) {
    this.kind = kind;
    this.interval = interval;
    this.times = times;
    this.zone = zone;
  }

  private Schedule copy() {
    Schedule copy = new Schedule(kind, interval, times, zone);
    copy.initialDelay = initialDelay;
    copy.onFailure = onFailure;
    copy.initialBackoff = initialBackoff;
    copy.maxBackoff = maxBackoff;
    copy.carriesContext = carriesContext;
    return copy;
  }

  /**
   * So long after the end of each run. The first run comes one delay after the start, unless {@link #initialDelay} says otherwise.
   *
   * @param delay at least one millisecond
   */
  public static Schedule fixedDelay(Duration delay) {
    return new Schedule(Kind.FIXED_DELAY, checked("delay", delay), null, null);
  }

  /**
   * At multiples of the period from the first run on. A run that is late, because the one before took longer, starts at once, and the next keeps to the grid:
   * missed ticks become one. The first run comes one period after the start, unless {@link #initialDelay} says otherwise.
   *
   * @param period at least one millisecond
   */
  public static Schedule fixedRate(Duration period) {
    return new Schedule(Kind.FIXED_RATE, checked("period", period), null, null);
  }

  /**
   * At the times of day that a function gives, such as that of a cron library: it is asked with the present, and after each run with the time of its end, and
   * returns the next one, later than what it was given, or null when there is none. What it throws, or a time that is not later, ends the schedule as failed;
   * the first time it is {@link Supervisor#every} that throws.
   *
   * <p>The wall clock is read when a time is computed and again when it should have come, so that a clock that was set back runs nothing early (one that is
   * set forward meanwhile is noticed by the run after);
   * nor anything again, since the function is never asked with a time before that of the last run. It is not asked by two threads at once, and may block.
   *
   * @param zone the time zone in which the function is asked
   */
  public static Schedule times(ZoneId zone, UnaryOperator<@Nullable ZonedDateTime> next) {
    return new Schedule(Kind.TIMES, Duration.ZERO, Objects.requireNonNull(next, "next"), Objects.requireNonNull(zone, "zone"));
  }

  private static Duration checked(String name, Duration interval) {
    Objects.requireNonNull(interval, name);
    if (interval.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(name + " must be at least one millisecond: " + interval);
    }
    return interval;
  }

  /**
   * How long after the start the first run comes.
   *
   * @param delay zero or more
   * @throws IllegalStateException if the schedule is one of times, which say themselves when the first is
   */
  public Schedule initialDelay(Duration delay) {
    Objects.requireNonNull(delay, "delay");
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    if (kind == Kind.TIMES) {
      throw new IllegalStateException("a schedule of times has no initial delay");
    }
    Schedule copy = copy();
    copy.initialDelay = delay;
    return copy;
  }

  /**
   * After a run that threw the next one waits at least so long: the initial delay, doubled with each failure in a row up to the most, half of it at random.
   * Without this the schedule goes on as if nothing had happened.
   *
   * @param initial zero or more
   * @param max at least the initial one
   */
  public Schedule backoffOnFailure(Duration initial, Duration max) {
    Backoff.check(initial, max, 0);
    Schedule copy = copy();
    copy.onFailure = OnFailure.BACKOFF;
    copy.initialBackoff = initial;
    copy.maxBackoff = max;
    return copy;
  }

  /** A run that throws fails the supervisor: everything in it is cancelled, and its {@code join} and {@code close} throw {@link TaskFailedException}. */
  public Schedule failScopeOnFailure() {
    Schedule copy = copy();
    copy.onFailure = OnFailure.FAIL_SCOPE;
    return copy;
  }

  /** Every run sees the context that the supervisor's carriers find on the thread that calls {@code every}; without this a run sees none. */
  public Schedule carryContext() {
    Schedule copy = copy();
    copy.carriesContext = true;
    return copy;
  }

  /** The kind. */
  public Kind kind() {
    return kind;
  }

  /** The delay or period; zero for times. */
  public Duration interval() {
    return interval;
  }

  /** The delay of the first run, if one was given. */
  public @Nullable Duration initialDelay() {
    return initialDelay;
  }

  /** The function of a schedule of times. */
  public @Nullable UnaryOperator<@Nullable ZonedDateTime> times() {
    return times;
  }

  /** The zone of a schedule of times. */
  public @Nullable ZoneId zone() {
    return zone;
  }

  /** What a run that threw means. */
  public OnFailure onFailure() {
    return onFailure;
  }

  /** The first delay of a backoff. */
  public Duration initialBackoff() {
    return initialBackoff;
  }

  /** The most that a delay of a backoff is. */
  public Duration maxBackoff() {
    return maxBackoff;
  }

  /** Whether the runs see the context of the thread that made the schedule. */
  public boolean isCarryingContext() {
    return carriesContext;
  }

  @Override
  public String toString() {
    return kind == Kind.TIMES ? "times in " + zone : kind + " " + interval;
  }

  /** The kinds of schedule. More may be added: give a {@code switch} a default. */
  public enum Kind {
    /** See {@link Schedule#fixedDelay}. */
    FIXED_DELAY,
    /** See {@link Schedule#fixedRate}. */
    FIXED_RATE,
    /** See {@link Schedule#times}. */
    TIMES
  }

  /** What a run that threw means. More may be added: give a {@code switch} a default. */
  public enum OnFailure {
    /** It is reported and the schedule goes on. */
    CONTINUE,
    /** It is reported and the next run waits longer. */
    BACKOFF,
    /** The supervisor fails. */
    FAIL_SCOPE
  }
}
