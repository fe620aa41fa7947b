package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.util.Objects;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/** Something of a scheduled view that is due at a reading of its clock. Equal only to itself; ordered by time, then by age, so that the order is a total one. */
interface Due extends Delayed {
  long due();

  /** Unique, and greater for what was made later. */
  long order();

  MonotonicClock clock();

  @Override
  default long getDelay(TimeUnit unit) {
    return Objects.requireNonNull(unit, "unit").convert(due() - clock().nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  default int compareTo(Delayed other) {
    if (other instanceof Due that && that.clock() == clock()) { // not by the delays: time goes on between two looks at the clock
      int byTime = Long.compare(due(), that.due());
      return byTime != 0 ? byTime : Long.compare(order(), that.order());
    }
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }
}
