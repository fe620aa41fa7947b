package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** What a check stands on: the pool's adapter, the check's threads, and the ways in which checks open and use a pool. */
record Ground(PoolAdapter adapter, Crew crew) {
  private static final long POLL_NANOS = 20_000;

  /** An open pool whose objects exist and are idle, so that no creation takes part in what is measured. */
  Subject filled(int size) throws Exception {
    return filled(size, false);
  }

  /** The same, perhaps one whose newcomers queue. */
  Subject filled(int size, boolean fair) throws Exception {
    Subject pool = adapter.open(new PoolAdapter.Setup(size, fair, Thing::new));
    List<Claim> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(claim(pool));
    }
    for (Claim claim : all) {
      claim.close();
    }
    return pool;
  }

  /** The timeout, or the shortest that the pool's users can ask for if that is longer. */
  Duration atLeast(Duration timeout) {
    Duration shortest = adapter.shortestTimeout();
    return timeout.compareTo(shortest) < 0 ? shortest : timeout;
  }

  /** An object that must come. */
  Claim claim(Subject pool) throws Exception {
    try {
      return pool.acquire(patience());
    } catch (TimedOutException e) {
      throw new Violation("an object was lost");
    }
  }

  /** An object, or null where none came within the timeout. */
  static Claim poll(Subject pool, Duration timeout) throws Exception {
    try {
      return pool.acquire(timeout);
    } catch (TimedOutException e) {
      return null;
    }
  }

  /** Starts a thread that waits in the pool, and returns when it does: when it is parked, and so many wait as far as the pool counts them. */
  <T> Crew.Member<T> queue(Subject pool, int waiters, Callable<T> body) throws Exception {
    Crew.Member<T> member = crew.start(body);
    member.awaitParked();
    long end = System.nanoTime() + patience().toNanos();
    while (waiting(pool, waiters) < waiters) {
      Violation.unless(System.nanoTime() < end, "a caller waits and is not counted");
      LockSupport.parkNanos(POLL_NANOS);
    }
    return member;
  }

  private static int waiting(Subject pool, int otherwise) {
    try {
      return pool.waiters();
    } catch (NotOfferedException e) {
      return otherwise;
    }
  }

  /** That so many objects can be claimed at once and no more: one more means that one has two owners, one less that one was lost. */
  void idleAre(Subject pool, int expected) throws Exception {
    List<Claim> claims = new ArrayList<>();
    Claim next = null;
    do {
      next = poll(pool, atLeast(Duration.ofMillis(100)));
      if (next != null) {
        claims.add(next);
      }
    } while (next != null && claims.size() <= expected);
    Violation.unless(claims.size() == expected, "then " + claims.size() + " claims at once where " + expected + " were possible");
    for (Claim claim : claims) {
      claim.close();
    }
  }

  /** How long what ought to come may take. */
  Duration patience() {
    return crew.pace().patience();
  }

  /** How long to look for a rare event. */
  long raceNanos() {
    return crew.pace().race().toNanos();
  }
}
