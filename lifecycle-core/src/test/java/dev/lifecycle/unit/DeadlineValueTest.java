package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Deadline;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The value type that rule 35 stands on. */
@Timeout(20)
class DeadlineValueTest {
  private final VirtualClock clock = new VirtualClock();

  @Test
  void aDeadlineIsReachedExactlyWhenItsTimeIsOver() {
    Deadline deadline = Deadline.in(Duration.ofNanos(10), clock);
    clock.advance(Duration.ofNanos(9));
    assertThat(deadline.isExpired()).isFalse();
    assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
    clock.advance(Duration.ofNanos(1));
    assertThat(deadline.isExpired()).isTrue();
    assertThat(deadline.remaining()).isZero();
    clock.advance(Duration.ofNanos(5));
    assertThat(deadline.remaining()).as("never negative").isZero();
  }

  @Test
  void noneNeverComes() {
    assertThat(Deadline.none().isExpired()).isFalse();
    assertThat(Deadline.none().isNone()).isTrue();
    assertThat(Deadline.none().remaining()).isGreaterThan(Duration.ofDays(365 * 290));
    assertThat(Deadline.at(MonotonicClock.NEVER, clock)).isSameAs(Deadline.none());
  }

  @Test
  void minOfDifferentClocksIsRefusedUnlessOneIsNone() {
    Deadline here = Deadline.in(Duration.ofNanos(10), clock);
    Deadline there = Deadline.in(Duration.ofNanos(10));
    assertThatThrownBy(() -> Deadline.min(here, there)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Deadline.min(here, Deadline.none())).isSameAs(here);
    assertThat(Deadline.min(Deadline.none(), there)).isSameAs(there);
  }

  @Test
  void deadlinesAreEqualByReadingAndClock() {
    assertThat(Deadline.at(7, clock)).isEqualTo(Deadline.at(7, clock)).hasSameHashCodeAs(Deadline.at(7, clock));
    assertThat(Deadline.at(7, clock)).isNotEqualTo(Deadline.at(8, clock)).isNotEqualTo(Deadline.at(7, new VirtualClock()));
  }
}
