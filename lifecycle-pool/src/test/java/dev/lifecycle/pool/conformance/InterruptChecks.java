package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Rules 5 and 6: interrupts, and what becomes of an object whose waiter gives up at that moment. */
final class InterruptChecks {
  private static final int ROUNDS = 3_000;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);
  private static final long JITTER_NANOS = TimeUnit.MICROSECONDS.toNanos(60);
  private static final Duration SHORT = Duration.ofMillis(2);

  private InterruptChecks() {}

  static String idleIsGiven(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      return ground.crew().start(() -> {
        Thread.currentThread().interrupt();
        Claim claim;
        try {
          claim = Ground.claim(pool);
        } catch (InterruptedException e) {
          throw new Violation("InterruptedException though one was idle");
        }
        boolean kept = Thread.interrupted();
        claim.close();
        Violation.unless(kept, "the flag was lost");
        return "";
      }).result();
    }
  }

  static String nothingIsClaimed(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim held = Ground.claim(pool);
      Crew.Member<Void> caller = ground.crew().start(() -> {
        Thread.currentThread().interrupt();
        try {
          pool.acquire(Duration.ofSeconds(3));
        } catch (InterruptedException e) {
          return null;
        } catch (TimedOutException e) {
          throw new Violation("waited for the timeout");
        }
        throw new Violation("two claims of one object");
      });
      caller.result();
      held.close();
      Ground.claim(pool).close();
      return "";
    }
  }

  static String interruptRacesRelease(Ground ground) throws Exception {
    return race(ground, Crew.PATIENCE, true);
  }

  static String timeoutRacesRelease(Ground ground) throws Exception {
    return race(ground, ground.atLeast(SHORT), false);
  }

  /** The first waiter gives up about when the object comes free; then either it or the second has it, and in the end it is idle. */
  private static String race(Ground ground, Duration timeout, boolean interrupting) throws Exception {
    try (Subject pool = ground.filled(1)) {
      long end = System.nanoTime() + MOST_NANOS;
      int rounds = 0;
      int gaveUp = 0;
      while (rounds < ROUNDS && System.nanoTime() < end) {
        Claim held = Ground.claim(pool);
        long start = System.nanoTime();
        Crew.Member<Boolean> first = ground.crew().start(() -> isGiven(pool, timeout));
        if (interrupting) {
          first.awaitParked();
        }
        Crew.Member<Boolean> second = ground.crew().start(() -> isGiven(pool, Crew.PATIENCE));
        if (interrupting) {
          second.awaitParked();
          interruptAround(ground, first, held);
        } else {
          LockSupport.parkNanos(timeout.toNanos() - (System.nanoTime() - start));
          pause();
          held.close();
        }
        gaveUp += first.result() ? 0 : 1;
        Violation.unless(second.result(), "an object was lost in round " + (rounds + 1));
        rounds++;
        ground.crew().sweep();
      }
      Ground.claim(pool).close();
      return rounds + " rounds, given up in " + gaveUp;
    }
  }

  /** The waiter is interrupted and the object closed by two threads that begin at one moment: a thread that had to be started first would always be late. */
  private static void interruptAround(Ground ground, Crew.Member<?> waiter, Claim held) throws Exception {
    AtomicInteger arrived = new AtomicInteger();
    Crew.Member<Void> interrupter = ground.crew().start(() -> {
      meet(arrived);
      waiter.interrupt();
      return null;
    });
    meet(arrived);
    held.close();
    interrupter.result();
  }

  private static void meet(AtomicInteger arrived) {
    arrived.incrementAndGet();
    while (arrived.get() < 2) {
      Thread.onSpinWait();
    }
    pause();
  }

  private static boolean isGiven(Subject pool, Duration timeout) throws Exception {
    try {
      Claim claim = Ground.poll(pool, timeout);
      if (claim == null) {
        return false;
      }
      // The race is about the hand-off: an interrupt that comes after it must not disturb the close.
      Thread.interrupted();
      claim.close();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static void pause() {
    long end = System.nanoTime() + ThreadLocalRandom.current().nextLong(JITTER_NANOS);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
