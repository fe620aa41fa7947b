package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Rules 7 to 10: the end of a claim. */
final class CloseChecks {
  private static final int REPEATS = 100;
  private static final int THREADS = 4;
  private static final int OBJECTS = 2;
  private static final int STALE = 8;
  private static final String TWO_OWNERS = "one object had two owners";

  private CloseChecks() {}

  static String secondCloseDoesNothing(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim claim = ground.claim(pool);
      claim.close();
      claim.close();
      ground.idleAre(pool, 1);
      return "";
    }
  }

  static String secondCloseIsCounted(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      long before = pool.staleCloses();
      Claim claim = ground.claim(pool);
      claim.close();
      claim.close();
      long counted = pool.staleCloses() - before;
      Violation.unless(counted == 1, "counted " + counted);
      return "";
    }
  }

  static String staleClose(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim stale = ground.claim(pool);
      stale.close();
      Claim owner = ground.claim(pool);
      Violation.unless(owner.thing() == stale.thing(), "the object was replaced");
      for (int i = 0; i < REPEATS; i++) {
        closeStale(stale);
      }
      Violation.unless(Ground.poll(pool, ground.atLeast(Duration.ofMillis(100))) == null, TWO_OWNERS);
      owner.close();
      ground.claim(pool).close();
      return REPEATS + " stale closes";
    }
  }

  static String staleClosesOfManyThreads(Ground ground) throws Exception {
    try (Subject pool = ground.filled(OBJECTS)) {
      long end = System.nanoTime() + ground.raceNanos();
      List<Crew.Member<Integer>> users = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        users.add(ground.crew().start(() -> useAndRepeatCloses(pool, end)));
      }
      int claims = 0;
      for (Crew.Member<Integer> user : users) {
        claims += user.result(Duration.ofSeconds(30), "a caller was stuck");
      }
      ground.idleAre(pool, OBJECTS);
      return claims + " claims";
    }
  }

  static String useAfterClose(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim claim = ground.claim(pool);
      claim.use();
      claim.close();
      return failsToUse(claim);
    }
  }

  static String useAfterInvalidate(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim claim = ground.claim(pool);
      claim.use();
      claim.invalidate();
      return failsSoon(claim, ground.patience());
    }
  }

  static String anotherThreadCloses(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      Claim claim = ground.claim(pool);
      ground.crew().start(() -> {
        claim.close();
        return null;
      }).result();
      ground.idleAre(pool, 1);
      return "";
    }
  }

  static String manyClosedElsewhere(Ground ground) throws Exception {
    try (Subject pool = ground.filled(OBJECTS)) {
      BlockingQueue<Optional<Claim>> onTheWay = new ArrayBlockingQueue<>(OBJECTS + 1);
      Crew.Member<Integer> closer = ground.crew().start(() -> {
        int closed = 0;
        for (Optional<Claim> next = onTheWay.take(); next.isPresent(); next = onTheWay.take()) {
          Violation.unless(next.get().thing().leave(onTheWay), TWO_OWNERS);
          next.get().close();
          closed++;
        }
        return closed;
      });
      long end = System.nanoTime() + ground.raceNanos();
      while (System.nanoTime() < end) {
        Claim claim = ground.claim(pool);
        Violation.unless(claim.thing().enter(onTheWay), TWO_OWNERS);
        onTheWay.put(Optional.of(claim));
      }
      onTheWay.put(Optional.empty());
      int closed = closer.result();
      ground.idleAre(pool, OBJECTS);
      return closed + " claims";
    }
  }

  /** Claims, uses and closes, and now and then closes again what it closed some claims ago, which others have by then. */
  private static int useAndRepeatCloses(Subject pool, long end) throws Exception {
    Deque<Claim> closed = new ArrayDeque<>();
    int claims = 0;
    while (System.nanoTime() < end) {
      Claim claim = Ground.poll(pool, Duration.ofSeconds(1));
      if (claim == null) {
        continue;
      }
      claims++;
      Object use = new Object();
      Violation.unless(claim.thing().enter(use), TWO_OWNERS);
      for (Claim stale : closed) {
        closeStale(stale);
      }
      Violation.unless(claim.thing().leave(use), TWO_OWNERS);
      try {
        claim.close();
      } catch (Exception e) {
        throw new Violation("the owner's own close threw " + Conformance.brief(e));
      }
      closed.add(claim);
      if (closed.size() > STALE) {
        closed.remove();
      }
    }
    return claims;
  }

  /** That it complains is for rule 7; here it is only about the new owner. */
  private static void closeStale(Claim stale) {
    try {
      stale.close();
    } catch (Exception e) {
      Violation.unless(!(e instanceof InterruptedException), "interrupted");
    }
  }

  /** A pool may end the object in the background, and with it its use. */
  private static String failsSoon(Claim claim, Duration patience) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return failsToUse(claim);
      } catch (Violation e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(1);
      }
    }
  }

  private static String failsToUse(Claim claim) {
    try {
      claim.use();
    } catch (NotOfferedException e) {
      throw e;
    } catch (Exception e) {
      return e.getClass().getSimpleName();
    }
    throw new Violation("the object is still there");
  }
}
