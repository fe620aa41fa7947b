package dev.lifecycle.spi;

import java.time.Instant;

/**
 * The source of time for everything that waits or expires. Readings are nanoseconds since a fixed start of the clock: they never decrease, begin at
 * zero or above and stay below {@link #NEVER}, so that plain comparison is safe.
 *
 * <p>Implementations are thread-safe. {@code dev.lifecycle.junit.VirtualClock} is one that tests advance by hand.
 */
public interface MonotonicClock {
  /** A reading that never comes. */
  long NEVER = Long.MAX_VALUE;

  /** The current reading, in nanoseconds. */
  long nanoTime();

  /** The time of day that goes with the reading: for people and records, never for arithmetic. */
  Instant instant();

  /**
   * Parks the calling thread until this clock reads at least {@code nanos}, or it is unparked or interrupted, or for no reason, as
   * {@link java.util.concurrent.locks.LockSupport#parkNanos(Object, long)} does. Does not throw and does not clear the interrupt flag.
   *
   * @param blocker what the thread waits for, shown in thread dumps
   * @param nanos a reading, or {@link #NEVER}
   */
  void parkUntil(Object blocker, long nanos);

  /**
   * Takes a follower if this clock is moved by hand; a clock that runs by itself returns false and the caller waits with a thread of its own.
   *
   * @return whether the clock will call the follower
   */
  default boolean follow(Follower follower) {
    return false;
  }

  /** Lets a follower go; no-op if it is not followed. */
  default void unfollow(Follower follower) {}

  /** Something that must act when a hand-moved clock has moved. */
  interface Follower {
    /** The earliest reading at which the follower has something to do; {@link MonotonicClock#NEVER} if none. */
    long next();

    /** Does what is due, on the thread that moved the clock. */
    void moved();
  }
}
