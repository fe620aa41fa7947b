package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a check stands on: the pool's adapter, the check's threads, and the ways in which checks open and use a pool. */
record Ground(PoolAdapter adapter, Crew crew) {
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
  static Claim claim(Subject pool) throws Exception {
    try {
      return pool.acquire(Crew.PATIENCE);
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

  /** Claims what is idle for as long as something is, and says how many that were: more than there are objects if one has two owners. */
  int claimAll(Subject pool, int most) throws Exception {
    int count = 0;
    while (count < most && poll(pool, atLeast(Duration.ofMillis(100))) != null) {
      count++;
    }
    return count;
  }
}
