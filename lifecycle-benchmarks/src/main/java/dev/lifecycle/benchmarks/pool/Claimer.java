package dev.lifecycle.benchmarks.pool;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread of a timed run: claims, holds, releases, until the period is over. Without a hold it yields after each release: a virtual thread that never
 * blocks would keep its carrier to the end, and the run would be about as many threads as there are processors.
 */
final class Claimer<C> implements Runnable {
  private final Side<C> side;
  private final long hold;
  private final Period period;
  private final Waits waits = new Waits();
  private Throwable failure;

  Claimer(Side<C> side, Duration hold, Period period) {
    this.side = side;
    this.hold = hold.toNanos();
    this.period = period;
  }

  @Override
  public void run() {
    try {
      period.awaitBegin();
      while (!period.isOver()) {
        claimOnce();
      }
    } catch (Throwable t) {
      failure = t;
    }
  }

  /** A wait that ends after the period counts as a wait and not as a claim: who starved to the end is seen. */
  private void claimOnce() throws Exception {
    long begin = System.nanoTime();
    C claim = side.acquire();
    long now = System.nanoTime();
    waits.add(now - begin, claim != null && !period.isOver());
    if (claim == null) {
      return;
    }
    if (hold > 0) {
      // A permit that a wait left behind ends a park at once.
      for (long left = hold; left > 0; left = now + hold - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
    side.release(claim);
    if (hold == 0) {
      Thread.yield();
    }
  }

  /** What this thread met with, once it has ended. */
  Waits waits() {
    if (failure != null) {
      throw new IllegalStateException("a thread of the run failed", failure);
    }
    return waits;
  }
}
