package dev.lifecycle.internal;

import dev.lifecycle.Schedule;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * When the next run of something periodic is due, as a reading of the clock: {@link MonotonicClock#NEVER} if that is past its end, {@link #NONE} if there is no
 * next run. Asked by one thread at a time.
 */
abstract class Plan {
  /** No reading. */
  static final long NONE = -1;

  final MonotonicClock clock;

  private Plan(MonotonicClock clock) {
    this.clock = clock;
  }

  /** Before the first run. */
  abstract long first();

  /** After a run that has just ended. */
  abstract long next();

  /** At or after the reading that was planned: 0 to run now, for all that has been missed until now; else the reading at which to look again. */
  long recheck() {
    return 0;
  }

  static Plan of(Schedule schedule, MonotonicClock clock) {
    long interval = Times.toNanos(schedule.interval());
    long initial = schedule.initialDelay() == null ? interval : Times.toNanos(schedule.initialDelay());
    return switch (schedule.kind()) {
      case FIXED_DELAY -> fixedDelay(clock, initial, interval);
      case FIXED_RATE -> fixedRate(clock, initial, interval);
      case TIMES -> new OfTimes(clock, Objects.requireNonNull(schedule.zone()), Objects.requireNonNull(schedule.times()));
    };
  }

  static Plan fixedDelay(MonotonicClock clock, long initial, long delay) {
    return new Plan(clock) {
      @Override
      long first() {
        return Times.after(clock.nanoTime(), initial);
      }

      @Override
      long next() {
        return Times.after(clock.nanoTime(), delay);
      }
    };
  }

  /**
   * Keeps to the grid of the first run: of the points that have passed only the last counts, so a late run starts at once and a missed one is not made up for.
   */
  static Plan fixedRate(MonotonicClock clock, long initial, long period) {
    return new Plan(clock) {
      private long planned;

      @Override
      long first() {
        planned = Times.after(clock.nanoTime(), initial);
        return planned;
      }

      @Override
      long next() {
        long now = clock.nanoTime();
        long next = Times.after(planned, period);
        if (next > now) {
          planned = next;
        } else {
          skipTo(now);
        }
        return planned;
      }

      @Override
      long recheck() {
        skipTo(clock.nanoTime()); // a run that comes late, because the process was stopped or a backoff was longer, is that of the last point too
        return 0;
      }

      private void skipTo(long now) {
        planned += (now - planned) / period * period;
      }
    };
  }

  /** Times of day. The wall clock may be set while one is waited for, so it is looked at again when the time should have come. */
  private static final class OfTimes extends Plan {
    private final ZoneId zone;
    private final UnaryOperator<@Nullable ZonedDateTime> times;
    private @Nullable ZonedDateTime planned;

    OfTimes(MonotonicClock clock, ZoneId zone, UnaryOperator<@Nullable ZonedDateTime> times) {
      super(clock);
      this.zone = zone;
      this.times = times;
    }

    @Override
    long first() {
      return next();
    }

    @Override
    long next() {
      ZonedDateTime now = clock.instant().atZone(zone);
      ZonedDateTime last = planned;
      ZonedDateTime from = last != null && last.isAfter(now) ? last : now; // a clock that was set back does not repeat what has been
      ZonedDateTime next = times.apply(from);
      if (next == null) {
        return NONE;
      }
      if (!next.isAfter(from)) {
        throw new IllegalStateException("the times of the schedule gave " + next + " after " + from + ", which is not later");
      }
      planned = next;
      return reading(next.toInstant());
    }

    @Override
    long recheck() {
      Instant then = Objects.requireNonNull(planned).toInstant();
      return clock.instant().isBefore(then) ? reading(then) : 0;
    }

    private long reading(Instant then) {
      return Times.after(clock.nanoTime(), nanosBetween(clock.instant(), then));
    }

    private static long nanosBetween(Instant from, Instant to) {
      return Times.toNanos(Duration.between(from, to));
    }
  }
}
