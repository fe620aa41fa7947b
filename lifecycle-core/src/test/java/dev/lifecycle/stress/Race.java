package dev.lifecycle.stress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Lets actors meet again and again, on threads that live for the whole race, and judges every round.
 *
 * <p>A round has a fresh state. The actors are released together, each then waits a random moment of its own, so that over the rounds every order of their
 * steps comes up; when all have ended, the referee judges the state. The first violation ends the race. It is one too if an actor throws, if a round does
 * not end, or if an actor begins a round with its interrupt flag set: whatever was sent to a body must not outlive it.
 *
 * <p>{@link #run} is for the real thing: a second or so in every build, ten million rounds by {@code -Dlifecycle.soak=long} (then with
 * {@code -Djunit.jupiter.execution.timeout.mode=disabled}). {@link #hunt} is for a seeded bug, which it must find: as many rounds as it takes, up to a bound.
 */
public final class Race<S> {
  private static final boolean LONG = "long".equals(System.getProperty("lifecycle.soak"));
  private static final long ROUNDS = LONG ? 10_000_000 : 20_000;
  private static final long NANOS = LONG ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(1_200);
  private static final long MOST_HUNTED = 200_000;
  private static final long HUNT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STUCK = TimeUnit.SECONDS.toNanos(20);

  /** What an actor does in a round. */
  @FunctionalInterface
  public interface Act<S> {
    /** Acts on the state of the round. */
    void run(S state) throws Exception;
  }

  /** Finds what is wrong with the state after a round: null if nothing is. */
  @FunctionalInterface
  public interface Judge<S> {
    /** Judges the state of a round that has ended. */
    String violation(S state) throws Exception;
  }

  /** How a race ended. The violation is null if there was none. */
  public record Result(long rounds, String violation, long millis) {}

  private final Callable<S> rounds;
  private final List<Act<S>> acts = new ArrayList<>();
  private Judge<S> judge = state -> null;
  private boolean slowInterrupts;

  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicReference<String> failure = new AtomicReference<>();
  private volatile int released;
  private volatile boolean over;
  private volatile S state;

  private Race(Callable<S> rounds) {
    this.rounds = rounds;
  }

  /** A race whose rounds begin in the states that this makes. */
  public static <S> Race<S> of(Callable<S> rounds) {
    return new Race<>(rounds);
  }

  /** Adds an actor. */
  public Race<S> actor(Act<S> act) {
    acts.add(act);
    return this;
  }

  /** Says what must hold after a round. */
  public Race<S> judge(Judge<S> j) {
    judge = j;
    return this;
  }

  /** Makes every interrupt of an actor's thread take a while to land, as if its sender had been preempted: widens the windows of the real engine. */
  public Race<S> slowInterrupts() {
    slowInterrupts = true;
    return this;
  }

  /** Races the real thing. */
  public Result run() {
    return race(ROUNDS, NANOS);
  }

  /** Races a seeded bug until it shows. */
  public Result hunt() {
    return race(MOST_HUNTED, HUNT_NANOS);
  }

  private Result race(long mostRounds, long nanos) {
    List<Racer> racers = new ArrayList<>();
    for (int i = 0; i < acts.size(); i++) {
      Racer racer = new Racer(i);
      racers.add(racer);
      racer.start();
    }
    long start = System.nanoTime();
    long n = 0;
    try {
      while (n < mostRounds && System.nanoTime() - start < nanos && failure.get() == null) {
        n++;
        round(racers);
      }
    } finally {
      over = true;
      released++;
    }
    return new Result(n, failure.get(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  private void round(List<Racer> racers) {
    S s;
    try {
      s = rounds.call();
    } catch (Exception e) {
      fail("the round could not be set up: " + describe(e));
      return;
    }
    state = s;
    arrived.set(0);
    ended.set(0);
    released++; // only the referee writes
    if (!await(() -> ended.get() == acts.size(), STUCK)) {
      StringBuilder stacks = new StringBuilder("the round has not ended:");
      racers.forEach(r -> stacks.append("\n  ").append(r.getName()).append(' ').append(Arrays.toString(r.getStackTrace())));
      fail(stacks.toString());
      return;
    }
    try {
      String violation = judge.violation(s);
      if (violation != null) {
        fail(violation);
      }
    } catch (Exception | AssertionError e) {
      fail(describe(e));
    }
  }

  private void fail(String violation) {
    failure.compareAndSet(null, violation);
  }

  private static String describe(Throwable t) {
    return t + " at " + Arrays.stream(t.getStackTrace()).limit(12).toList();
  }

  /** Waits until the condition holds; for actors that need another one's step first. */
  public static void until(BooleanSupplier condition) {
    if (!await(condition, STUCK)) {
      throw new AssertionError("waited in vain");
    }
  }

  /** Spins a little, then yields, then naps: the counterpart may not be scheduled. */
  private static boolean await(BooleanSupplier condition, long nanos) {
    long start = 0;
    for (int i = 0; !condition.getAsBoolean(); i++) {
      if (i < 200) {
        Thread.onSpinWait();
      } else if (i < 1_000) {
        Thread.yield();
      } else {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > nanos) {
          return false;
        }
        LockSupport.parkNanos(20_000);
      }
    }
    return true;
  }

  /** Passes a random time: mostly well under a microsecond, at times some tens of them, now and then the rest of the time slice. */
  public static void dawdle() {
    long x = random();
    if ((x & 63) == 0) {
      Thread.yield();
    }
    int most = 1 << ((x >>> 8) % 10);
    for (long i = (x >>> 16) & (most - 1); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** Passes up to twenty microseconds: the window of a seeded bug. */
  public static void linger() {
    long until = System.nanoTime() + random() % 20_000;
    do {
      Thread.yield();
    } while (System.nanoTime() < until);
  }

  private static long random() {
    long x = System.nanoTime() * 0x9E3779B97F4A7C15L + Thread.currentThread().getId() * 0xBF58476D1CE4E5B9L;
    x ^= x >>> 32;
    x *= 0x94D049BB133111EBL;
    return (x ^ x >>> 29) >>> 1;
  }

  private final class Racer extends Thread {
    private final int index;

    Racer(int index) {
      super("racer-" + index);
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void interrupt() {
      if (slowInterrupts) {
        dawdle();
        super.interrupt();
        dawdle();
      } else {
        super.interrupt();
      }
    }

    @Override
    public void run() {
      for (int round = 1; ; round++) {
        int r = round;
        while (!await(() -> released >= r, Long.MAX_VALUE)) {}
        if (over) {
          return;
        }
        if (Thread.interrupted()) {
          fail("actor " + index + " begins a round with its interrupt flag set");
        }
        arrived.incrementAndGet();
        if (await(() -> arrived.get() >= acts.size(), STUCK)) {
          act();
        }
        ended.incrementAndGet();
      }
    }

    private void act() {
      dawdle();
      try {
        acts.get(index).run(state);
      } catch (Throwable t) {
        fail("actor " + index + " threw " + describe(t));
      }
    }
  }
}
