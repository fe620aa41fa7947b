package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rules 3 and 4: who gets an object that comes free.
 *
 * <p>Overtakes are counted exactly. The pool has one object; a waiter is seen parked while the object is held and nobody else waits; only then do newcomers
 * begin. So each claim of theirs before the waiter's is an overtake, and none can be mistaken for one, since nobody claims while the waiter holds the object.
 */
final class OrderChecks {
  private static final int WAITERS = 6;
  private static final int ORDER_ROUNDS = 10;
  private static final int NEWCOMERS = 3;
  private static final int LOSSES = 4;
  private static final Duration STARVED = Duration.ofSeconds(2);

  private OrderChecks() {}

  /** How a newcomer asks. */
  private interface Asking {
    Claim ask(Subject pool) throws Exception;
  }

  static String oldestFirst(Ground ground) throws Exception {
    try (Subject pool = ground.filled(1)) {
      for (int round = 0; round < ORDER_ROUNDS; round++) {
        Claim held = ground.claim(pool);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Crew.Member<Void>> waiters = new ArrayList<>();
        for (int i = 1; i <= WAITERS; i++) {
          int number = i;
          waiters.add(ground.queue(pool, number, () -> {
            Claim claim = ground.claim(pool);
            served.add(number);
            claim.close();
            return null;
          }));
        }
        held.close();
        for (Crew.Member<Void> waiter : waiters) {
          waiter.result();
        }
        Violation.unless(isAscending(served), "served in the order " + served);
        ground.crew().sweep();
      }
      return "";
    }
  }

  static String fairNewcomersQueue(Ground ground) throws Exception {
    return overtakes(ground, true, pool -> Ground.poll(pool, asking(ground)), 0);
  }

  static String fairTriesQueue(Ground ground) throws Exception {
    return overtakes(ground, true, Subject::tryAcquire, 0);
  }

  static String newcomers(Ground ground) throws Exception {
    return overtakes(ground, false, pool -> Ground.poll(pool, asking(ground)), LOSSES + NEWCOMERS);
  }

  static String tries(Ground ground) throws Exception {
    return overtakes(ground, false, Subject::tryAcquire, LOSSES + NEWCOMERS);
  }

  /** Short of the patience, so that who is not served in the end says so before it is taken to be stuck. */
  private static Duration asking(Ground ground) {
    return ground.patience().dividedBy(5);
  }

  private static String overtakes(Ground ground, boolean fair, Asking asking, int bound) throws Exception {
    try (Subject pool = ground.filled(1, fair)) {
      long end = System.nanoTime() + ground.raceNanos();
      int worst = 0;
      int rounds = 0;
      while (System.nanoTime() < end) {
        worst = Math.max(worst, new Round(ground, pool, asking).run());
        rounds++;
        ground.crew().sweep();
      }
      String seen = "at most " + worst + " in " + rounds + " rounds";
      Violation.unless(worst <= bound, seen);
      return seen;
    }
  }

  /** One waiter, and newcomers until it is served. */
  private static final class Round {
    private final Ground ground;
    private final Subject pool;
    private final Asking asking;
    private final AtomicInteger overtakes = new AtomicInteger();
    private final AtomicBoolean served = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();

    Round(Ground ground, Subject pool, Asking asking) {
      this.ground = ground;
      this.pool = pool;
      this.asking = asking;
    }

    int run() throws Exception {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch begin = new CountDownLatch(1);
      List<Crew.Member<Void>> newcomers = new ArrayList<>();
      // The first newcomer is the holder: it closes and asks again at once, on the thread that just gave the object back.
      newcomers.add(ground.crew().start(() -> {
        Claim claim = ground.claim(pool);
        held.countDown();
        begin.await();
        claim.close();
        ask();
        return null;
      }));
      Violation.unless(held.await(ground.patience().toMillis(), TimeUnit.MILLISECONDS), "an object was lost");
      Crew.Member<Void> waiter = ground.queue(pool, 1, () -> {
        Claim claim = ground.claim(pool);
        served.set(true);
        claim.close();
        return null;
      });
      for (int i = 1; i < NEWCOMERS; i++) {
        newcomers.add(ground.crew().start(() -> {
          begin.await();
          ask();
          return null;
        }));
      }
      long start = System.nanoTime();
      begin.countDown();
      try {
        waiter.result(STARVED, "starved");
      } catch (Violation e) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        throw new Violation(overtakes.get() == 0
            ? "the waiter was never served" : "overtaken " + overtakes + " times in " + millis + " ms, then not served yet");
      } finally {
        over.set(true);
      }
      for (Crew.Member<Void> newcomer : newcomers) {
        newcomer.result();
      }
      return overtakes.get();
    }

    private void ask() throws Exception {
      while (!served.get() && !over.get()) {
        Claim claim = asking.ask(pool);
        if (claim != null) {
          if (!served.get()) {
            overtakes.incrementAndGet();
          }
          claim.close();
        } else {
          Thread.onSpinWait();
        }
      }
    }
  }

  private static boolean isAscending(List<Integer> served) {
    return served.size() == WAITERS && served.stream().sorted().toList().equals(served);
  }
}
