package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class VirtualClockTest {
  private final VirtualClock clock = new VirtualClock();

  @Test
  void itMovesOnlyWhenTold() {
    assertThat(clock.nanoTime()).isZero();
    assertThat(clock.instant()).isEqualTo(Instant.parse("2000-01-01T00:00:00Z"));
    clock.advance(Duration.ofHours(1));
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
    assertThat(clock.instant()).isEqualTo(Instant.parse("2000-01-01T01:00:00Z"));
    clock.advance(Duration.ZERO);
    assertThat(clock.nanoTime()).isEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void itRefusesToGoBack() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itRefusesToReachItsEnd() {
    clock.advance(Duration.ofNanos(1));
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(Long.MAX_VALUE - 1))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(Long.MAX_VALUE))).isInstanceOf(IllegalArgumentException.class);
    clock.advance(Duration.ofNanos(Long.MAX_VALUE - 2));
    assertThat(clock.nanoTime()).isEqualTo(MonotonicClock.NEVER - 1);
  }

  @Test
  void itPassesEveryPointAtWhichSomethingIsDueInOrder() {
    List<Long> seen = new ArrayList<>();
    List<Long> due = new ArrayList<>(List.of(3L, 7L, 20L));
    clock.follow(new MonotonicClock.Follower() {
      @Override
      public long next() {
        return due.isEmpty() ? MonotonicClock.NEVER : due.get(0);
      }

      @Override
      public void moved() {
        if (!due.isEmpty() && due.get(0) <= clock.nanoTime()) {
          seen.add(clock.nanoTime());
          due.remove(0);
        }
      }
    });
    clock.advance(Duration.ofNanos(10));
    assertThat(seen).containsExactly(3L, 7L);
    assertThat(clock.nanoTime()).isEqualTo(10);
    assertThat(clock.advanceToNextDeadline()).isTrue();
    assertThat(clock.nanoTime()).isEqualTo(20);
    assertThat(clock.advanceToNextDeadline()).isFalse();
    assertThat(clock.nanoTime()).isEqualTo(20);
  }

  @Test
  void anUnfollowedFollowerIsNotCalled() {
    AtomicLong calls = new AtomicLong();
    MonotonicClock.Follower follower = new MonotonicClock.Follower() {
      @Override
      public long next() {
        return MonotonicClock.NEVER;
      }

      @Override
      public void moved() {
        calls.incrementAndGet();
      }
    };
    assertThat(clock.follow(follower)).isTrue();
    clock.advance(Duration.ofNanos(1));
    clock.unfollow(follower);
    clock.advance(Duration.ofNanos(1));
    assertThat(calls).hasValue(1);
  }

  @Test
  void deadlinesHaveFiredWhenAdvanceReturns() {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock))) {
      Scope scope = lifecycle.open("clock.scope", o -> o.timeout(Duration.ofSeconds(1)));
      scope.fork("clock.body", ParkedBody.returning("never"));
      clock.advance(Duration.ofSeconds(1));
      assertThat(scope.info().cancelReason().at()).as("no later than the deadline").isEqualTo(clock.instant());
      scope.close();
    }
  }

  @Test
  void aThreadParkedOnTheClockWakesWhenItReadsEnough() throws InterruptedException {
    AtomicLong woken = new AtomicLong(-1);
    Thread sleeper = new Thread(() -> {
      while (clock.nanoTime() < 10) { // a park may return for no reason
        clock.parkUntil(this, 10);
      }
      woken.set(clock.nanoTime());
    });
    sleeper.start();
    Awaitility.await().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofNanos(9));
    assertThat(woken).hasValue(-1);
    clock.advance(Duration.ofNanos(1));
    sleeper.join();
    assertThat(woken).hasValue(10);
    assertThat(clock.sleepers()).isZero();
  }

  @Test
  void parkingForAPassedReadingReturnsAtOnce() {
    clock.advance(Duration.ofNanos(5));
    clock.parkUntil(this, 5);
    clock.parkUntil(this, 0);
    assertThat(clock.sleepers()).isZero();
  }
}
