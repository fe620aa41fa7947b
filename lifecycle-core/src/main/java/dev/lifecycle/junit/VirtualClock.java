package dev.lifecycle.junit;

import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that moves only when told, so that tests of deadlines and timeouts need not sleep. Give it to a lifecycle with
 * {@code Lifecycle.create(o -> o.clock(clock))}.
 *
 * <p>{@link #advance} passes every point at which something is due, in order: deadlines have fired and their scopes are cancelled when it returns, and
 * threads that waited for the clock have been woken. What those threads then do, interrupts and hooks included, happens on their own time: wait for its
 * effect, not for the clock.
 *
 * <p>Thread-safe; advances by several threads happen one after the other.
 */
public final class VirtualClock implements MonotonicClock {
  private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final List<Sleeper> sleepers = new ArrayList<>(); // guarded by itself
  private final Object advancing = new Object();
  private volatile long now;

  /** A clock that reads zero, on the first of January 2000. */
  public VirtualClock() {}

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant instant() {
    return START.plusNanos(now);
  }

  @Override
  public void parkUntil(Object blocker, long nanos) {
    if (nanos <= now) {
      return;
    }
    Sleeper sleeper = new Sleeper(Thread.currentThread(), nanos);
    synchronized (sleepers) {
      sleepers.add(sleeper);
    }
    try {
      if (nanos > now) { // the clock may have moved before it could see the sleeper
        LockSupport.park(blocker);
      }
    } finally {
      synchronized (sleepers) {
        sleepers.remove(sleeper);
      }
    }
  }

  @Override
  public boolean follow(Follower follower) {
    return followers.add(Objects.requireNonNull(follower, "follower"));
  }

  @Override
  public void unfollow(Follower follower) {
    followers.remove(follower);
  }

  /**
   * Moves the clock on.
   *
   * @param time zero or more
   * @throws IllegalArgumentException if negative, or past the end of the clock, which is 292 years
   */
  public void advance(Duration time) {
    if (Objects.requireNonNull(time, "time").isNegative()) {
      throw new IllegalArgumentException("time must not be negative: " + time);
    }
    synchronized (advancing) {
      if (time.compareTo(Duration.ofNanos(NEVER - now)) >= 0) { // a reading of NEVER is no reading
        throw new IllegalArgumentException("time must not reach the end of the clock: " + time);
      }
      long target = now + time.toNanos();
      for (long next = next(); next <= target; next = next()) {
        moveTo(Math.max(now, next));
      }
      moveTo(target);
    }
  }

  /**
   * Moves the clock to the earliest point at which something is due.
   *
   * @return false if nothing is, and the clock has not moved
   */
  public boolean advanceToNextDeadline() {
    synchronized (advancing) {
      long next = next();
      if (next == NEVER) {
        return false;
      }
      moveTo(Math.max(now, next));
      return true;
    }
  }

  /** How many threads wait for this clock to reach a point, for tests that must not advance before one does. */
  public int sleepers() {
    synchronized (sleepers) {
      return (int) sleepers.stream().filter(s -> s.until != NEVER).count();
    }
  }

  private long next() {
    long next = NEVER;
    for (Follower follower : followers) {
      next = Math.min(next, follower.next());
    }
    synchronized (sleepers) {
      for (Sleeper sleeper : sleepers) {
        if (!sleeper.woken) {
          next = Math.min(next, sleeper.until);
        }
      }
    }
    return next;
  }

  private void moveTo(long to) {
    now = to;
    for (Follower follower : followers) {
      follower.moved();
    }
    synchronized (sleepers) {
      for (Sleeper sleeper : sleepers) {
        if (sleeper.until <= to && !sleeper.woken) {
          sleeper.woken = true;
          LockSupport.unpark(sleeper.thread);
        }
      }
    }
  }

  private static final class Sleeper {
    final Thread thread;
    final long until;
    boolean woken;

    Sleeper(Thread thread, long until) {
      this.thread = thread;
      this.until = until;
    }
  }
}
