package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A virtual clock that shows when something is due next, and whose time of day can be set as an operator would. Thread-safe. */
final class WatchedClock implements MonotonicClock {
  private final VirtualClock clock = new VirtualClock();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private volatile Duration set = Duration.ZERO;

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public Instant instant() {
    return clock.instant().plus(set);
  }

  @Override
  public void parkUntil(Object blocker, long nanos) {
    clock.parkUntil(blocker, nanos);
  }

  @Override
  public boolean follow(Follower follower) {
    followers.add(follower);
    return clock.follow(follower);
  }

  @Override
  public void unfollow(Follower follower) {
    followers.remove(follower);
    clock.unfollow(follower);
  }

  void advance(Duration time) {
    clock.advance(time);
  }

  /** Moves the clock to this reading. */
  void advanceTo(Duration reading) {
    clock.advance(reading.minusNanos(clock.nanoTime()));
  }

  /** Sets the time of day forward, or back by a negative duration. */
  void setWall(Duration by) {
    set = set.plus(by);
  }

  /** Waits until what is due next is due at this reading. */
  void awaitDue(Duration reading) {
    Soon.asserted(() -> assertThat(next()).as("the next reading at which something is due").isEqualTo(reading.toNanos()));
  }

  /** Waits until nothing is due, ever. */
  void awaitNothingDue() {
    Soon.asserted(() -> assertThat(next()).isEqualTo(NEVER));
  }

  /** Waits until something is due, and says how far away it is. */
  Duration awaitDue() {
    Soon.until(() -> next() != NEVER);
    return Duration.ofNanos(next() - nanoTime());
  }

  boolean isNothingDue() {
    return next() == NEVER;
  }

  private long next() {
    return followers.stream().mapToLong(Follower::next).min().orElse(NEVER);
  }
}
