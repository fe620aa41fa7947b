package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Rules 1 and 2: how long an acquire waits, and what it says then. */
final class WaitChecks {
  private static final int TRIES = 7;
  private static final Duration TIMEOUT = Duration.ofMillis(50);
  private static final double SLACK_MILLIS = 50;

  private WaitChecks() {}

  static String idleIsGivenAtOnce(Ground ground) throws Exception {
    try (Subject pool = ground.filled(2)) {
      double[] millis = new double[TRIES];
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        Claim claim = ground.claim(pool);
        millis[i] = millisSince(start);
        claim.close();
      }
      return within(SLACK_MILLIS, millis);
    }
  }

  static String timeoutIsNeverEarly(Ground ground) throws Exception {
    double[] late = lateness(ground);
    Violation.unless(late[0] >= 0, String.format("%.3f ms early", -late[0]));
    return "";
  }

  static String timeoutIsNotLate(Ground ground) throws Exception {
    return within(SLACK_MILLIS, lateness(ground));
  }

  static String timeoutTellsTheFigures(Ground ground) throws Exception {
    TimedOutException.Told told = told(ground);
    String seen = told.size() + ", " + told.inUse() + ", " + told.waiting();
    Violation.unless(told.size() == 2 && told.inUse() == 2 && told.waiting() == 1, "told " + seen + " for 2, 2, 1");
    return "";
  }

  static String timeoutTellsWhoHolds(Ground ground) throws Exception {
    TimedOutException.Told told = told(ground);
    if (told.holders() == null) {
      throw new NotOfferedException("does not know");
    }
    Violation.unless(!told.holders().isEmpty(), "names nobody");
    return "";
  }

  static String creationFailureIsTold(Ground ground) throws Exception {
    IllegalStateException failure = new IllegalStateException("factory");
    PoolAdapter.Setup setup = new PoolAdapter.Setup(1, false, () -> {
      throw failure;
    });
    try (Subject pool = ground.adapter().open(setup)) {
      Crew.Member<Claim> caller = ground.crew().start(() -> pool.acquire(ground.atLeast(Duration.ofMillis(500))));
      try {
        caller.result();
        throw new Violation("gave an object that was never made");
      } catch (Violation e) {
        throw e;
      } catch (Exception e) {
        Violation.unless(isCausedBy(e, failure), "says nothing of it");
        return "";
      }
    }
  }

  static String zeroIsATry(Ground ground) throws Exception {
    return isATry(ground, Duration.ZERO);
  }

  static String lessThanZeroIsATry(Ground ground) throws Exception {
    return isATry(ground, Duration.ofMillis(-1));
  }

  static String hugeDoesNotOverflow(Ground ground) throws Exception {
    Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
    try (Subject pool = ground.filled(1)) {
      pool.acquire(huge).close();
      Claim held = ground.claim(pool);
      Crew.Member<Claim> waiter = ground.queue(pool, 1, () -> pool.acquire(huge));
      held.close();
      waiter.result().close();
      return "";
    }
  }

  private static String isATry(Ground ground, Duration timeout) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim idle = ground.crew().start(() -> Ground.poll(pool, timeout)).result();
      Violation.unless(idle != null, "does not give an idle object");
      double[] millis = new double[TRIES];
      for (int i = 0; i < TRIES; i++) {
        millis[i] = ground.crew().start(() -> vainWait(pool, timeout)).result(ground.patience(), "waits");
      }
      idle.close();
      return within(SLACK_MILLIS, millis);
    }
  }

  /** By how many milliseconds timeouts come late, the earliest first. */
  private static double[] lateness(Ground ground) throws Exception {
    Duration timeout = ground.atLeast(TIMEOUT);
    double asked = timeout.toNanos() / 1e6;
    try (Subject pool = ground.filled(1)) {
      Claim held = ground.claim(pool);
      double[] late = new double[TRIES];
      for (int i = 0; i < TRIES; i++) {
        late[i] = ground.crew().start(() -> vainWait(pool, timeout)).result() - asked;
      }
      held.close();
      Arrays.sort(late);
      return late;
    }
  }

  /** How many milliseconds an acquire waits for an object that somebody else holds. */
  private static double vainWait(Subject pool, Duration timeout) throws Exception {
    long start = System.nanoTime();
    Claim none = Ground.poll(pool, timeout);
    double took = millisSince(start);
    Violation.unless(none == null, "two claims of one object");
    return took;
  }

  private static TimedOutException.Told told(Ground ground) throws Exception {
    try (Subject pool = ground.filled(2)) {
      Claim first = ground.claim(pool);
      Claim second = ground.claim(pool);
      Crew.Member<Claim> other = ground.queue(pool, 1, () -> ground.claim(pool));
      try {
        ground.crew().start(() -> pool.acquire(ground.atLeast(TIMEOUT))).result();
        throw new Violation("two claims of one object");
      } catch (TimedOutException e) {
        return e.told();
      } finally {
        first.close();
        second.close();
        other.result().close();
      }
    }
  }

  private static String within(double bound, double[] millis) {
    Arrays.sort(millis);
    double median = millis[millis.length / 2];
    String seen = String.format("median %.1f ms, worst %.1f ms", median, millis[millis.length - 1]);
    Violation.unless(median <= bound, seen);
    return seen;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }

  private static boolean isCausedBy(Throwable e, Throwable failure) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t == failure) {
        return true;
      }
    }
    return false;
  }
}
