package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Rules 5 and 6: interrupts, and what becomes of an object whose waiter gives up at that moment. */
final class InterruptChecks {
  private static final int LEAST_ROUNDS = 20;
  private static final long JITTER_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration SHORT = Duration.ofMillis(3);

  private InterruptChecks() {}

  static String idleIsGiven(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      return ground.crew().start(() -> {
        Thread.currentThread().interrupt();
        Claim claim;
        try {
          claim = ground.claim(pool);
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
      Claim held = ground.claim(pool);
      Crew.Member<Void> caller = ground.crew().start(() -> {
        Thread.currentThread().interrupt();
        try {
          pool.acquire(ground.patience().dividedBy(2));
        } catch (InterruptedException e) {
          return null;
        } catch (TimedOutException e) {
          throw new Violation("waited for the timeout");
        }
        throw new Violation("two claims of one object");
      });
      caller.result();
      held.close();
      ground.claim(pool).close();
      return "";
    }
  }

  static String interruptRacesRelease(Ground ground) throws Exception {
    return race(ground, ground.patience(), true);
  }

  static String timeoutRacesRelease(Ground ground) throws Exception {
    return race(ground, ground.atLeast(SHORT), false);
  }

  /**
   * The first waiter gives up about when the object comes free; then either it or the second has it, and in the end it is idle. The two moments are aimed at each
   * other: after a round in which the waiter gave up the object comes earlier, else later, so that about every second round goes either way.
   */
  private static String race(Ground ground, Duration timeout, boolean interrupting) throws Exception {
    try (Subject pool = ground.filled(1)) {
      long end = System.nanoTime() + ground.raceNanos();
      Aim aim = new Aim();
      int rounds = 0;
      int gaveUp = 0;
      while (rounds < LEAST_ROUNDS || System.nanoTime() < end) {
        Claim held = ground.claim(pool);
        long start = System.nanoTime();
        Crew.Member<Boolean> first = interrupting
            ? ground.queue(pool, 1, () -> isGiven(pool, timeout)) : ground.crew().start(() -> isGiven(pool, timeout));
        Crew.Member<Boolean> second = interrupting
            ? ground.queue(pool, 2, () -> isGiven(pool, ground.patience())) : ground.crew().start(() -> isGiven(pool, ground.patience()));
        if (interrupting) {
          interruptAround(ground, first, held, aim.nanos());
        } else {
          LockSupport.parkNanos(start + timeout.toNanos() - LEAD_NANOS - System.nanoTime());
          pauseUntil(start + timeout.toNanos() + aim.nanos());
          held.close();
        }
        boolean given = first.result();
        gaveUp += given ? 0 : 1;
        aim.correct(given);
        Violation.unless(second.result(), "an object was lost in round " + (rounds + 1));
        rounds++;
        ground.crew().sweep();
      }
      ground.claim(pool).close();
      return rounds + " rounds, given up in " + gaveUp;
    }
  }

  /** When to give the object back, from the moment at which the waiter gives up; halves its step while that only overshoots. */
  private static final class Aim {
    private static final long LEAST_STEP = 4_000;

    private long shift;
    private long step = 512_000;
    private boolean before;

    long nanos() {
      return shift + ThreadLocalRandom.current().nextLong(-JITTER_NANOS, JITTER_NANOS);
    }

    void correct(boolean given) {
      if (given != before) {
        step = Math.max(LEAST_STEP, step / 2);
      }
      before = given;
      shift += given ? step : -step;
    }
  }

  /** The waiter is interrupted and the object closed by two threads that begin at one moment: a thread that had to be started first would always be late. */
  private static void interruptAround(Ground ground, Crew.Member<?> waiter, Claim held, long shift) throws Exception {
    AtomicInteger arrived = new AtomicInteger();
    Crew.Member<Void> interrupter = ground.crew().start(() -> {
      meet(arrived, -shift);
      waiter.interrupt();
      return null;
    });
    meet(arrived, shift);
    held.close();
    interrupter.result();
  }

  private static void meet(AtomicInteger arrived, long delay) {
    arrived.incrementAndGet();
    while (arrived.get() < 2) {
      Thread.onSpinWait();
    }
    pauseUntil(System.nanoTime() + delay);
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

  private static void pauseUntil(long moment) {
    while (System.nanoTime() < moment) {
      Thread.onSpinWait();
    }
  }
}
