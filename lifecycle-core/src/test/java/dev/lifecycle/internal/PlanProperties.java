package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

/** Plans of runs whose lengths are random, against arithmetic on the whole grid. */
class PlanProperties {
  private VirtualClock clock = new VirtualClock();

  @BeforeTry
  void startAgain() {
    clock = new VirtualClock();
  }

  private void pass(long nanos) {
    clock.advance(Duration.ofNanos(nanos));
  }

  private void passTo(long reading) {
    pass(reading - clock.nanoTime());
  }

  /** How many points of the grid are at or before this reading. */
  private static long passed(long origin, long period, long reading) {
    return reading < origin ? 0 : (reading - origin) / period + 1;
  }

  /** How long a run takes, and how late it is begun because the process was stopped. */
  record Run(long length, long late) {}

  @Provide
  Arbitrary<List<Run>> runs() {
    Arbitrary<Long> lates = Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0L)), Tuple.of(1, Arbitraries.longs().between(1, 3_000)));
    return Combinators.combine(Arbitraries.longs().between(0, 5_000), lates).as(Run::new).list().ofMinSize(1).ofMaxSize(40);
  }

  @Property(tries = 500)
  void atAFixedRateRunsAreNeverEarlyNeverOverlapAndKeepToTheGrid(
      @ForAll @LongRange(min = 0, max = 3_000) long before,
      @ForAll @LongRange(min = 0, max = 3_000) long initial,
      @ForAll @LongRange(min = 1, max = 1_000) long period,
      @ForAll("runs") List<Run> runs) {
    pass(before);
    Plan plan = Plan.fixedRate(clock, initial, period);
    long origin = before + initial;
    long planned = plan.first();
    assertThat(planned).isEqualTo(origin);
    long begun = 0; // points of the grid that had passed when the run before began
    for (Run run : runs) {
      long end = clock.nanoTime();
      long start = Math.max(planned, end) + run.late;
      assertThat((planned - origin) % period).as("it is planned for a point of the grid").isZero();
      assertThat(start == planned + run.late || start == end + run.late).as("it starts at its point, or at once after the run before").isTrue();
      passTo(start);
      assertThat(plan.recheck()).isZero();
      long points = passed(origin, period, start);
      assertThat(points).as("there is a point for it that no run before was for: it is not early, and what was missed is one run").isGreaterThan(begun);
      if (planned > end && run.late == 0) {
        assertThat(points).as("no point is left out while nothing runs").isEqualTo(begun + 1);
      }
      begun = points;

      pass(run.length);
      long missed = passed(origin, period, clock.nanoTime()) - begun;
      planned = plan.next();
      if (missed > 0) {
        assertThat(planned).as("the last of the points that have passed is run for at once").isLessThanOrEqualTo(clock.nanoTime()).isGreaterThan(clock.nanoTime() - period);
      } else {
        assertThat(planned).as("else the next run is at the next point").isEqualTo(origin + begun * period);
      }
    }
  }

  @Property(tries = 200)
  void afterAFixedDelayRunsComeThatLongAfterTheEndOfTheOneBefore(
      @ForAll @LongRange(min = 0, max = 3_000) long initial,
      @ForAll @LongRange(min = 1, max = 1_000) long delay,
      @ForAll @Size(min = 1, max = 40) List<@LongRange(min = 0, max = 5_000) Long> lengths) {
    Plan plan = Plan.fixedDelay(clock, initial, delay);
    long planned = plan.first();
    assertThat(planned).isEqualTo(clock.nanoTime() + initial);
    for (long length : lengths) {
      passTo(planned);
      pass(length);
      planned = plan.next();
      assertThat(planned).isEqualTo(clock.nanoTime() + delay);
    }
  }

  @Property(tries = 200)
  void nearTheEndOfTheClockAGridRunsOutAndNothingOverflows(
      @ForAll @LongRange(min = 1, max = 1L << 40) long left,
      @ForAll @LongRange(min = 1) long period,
      @ForAll @Size(min = 1, max = 20) List<@LongRange(min = 0, max = 1L << 34) Long> lengths) {
    pass(MonotonicClock.NEVER - 1 - left);
    Plan plan = Plan.fixedRate(clock, period, period);
    long planned = plan.first();
    for (long length : lengths) {
      assertThat(planned).isPositive();
      if (planned == MonotonicClock.NEVER || MonotonicClock.NEVER - Math.max(planned, clock.nanoTime()) <= length) {
        return;
      }
      passTo(Math.max(planned, clock.nanoTime()));
      assertThat(plan.recheck()).isZero();
      pass(length);
      long next = plan.next();
      assertThat(next).as("a plan never goes back").isGreaterThan(planned);
      planned = next;
    }
  }
}
