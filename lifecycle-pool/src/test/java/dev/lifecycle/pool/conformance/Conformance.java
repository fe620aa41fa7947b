package dev.lifecycle.pool.conformance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Runs the checks. Each takes a few seconds at most, a minute where the pool hangs in it. */
public final class Conformance {
  private static final Duration WHOLE_CHECK = Duration.ofMinutes(1);
  private static final int WARM_UP = 400_000;
  private static final int BATCHES = 50;
  private static final int BATCH = 10_000;

  private Conformance() {}

  /** How a kind of pool does by a rule. Never throws what the pool threw. */
  public static Outcome of(PoolAdapter adapter, Rule rule) throws InterruptedException {
    return of(adapter, rule, Pace.usual());
  }

  /** The same at another pace. */
  static Outcome of(PoolAdapter adapter, Rule rule, Pace pace) throws InterruptedException {
    try (Crew outer = new Crew(pace); Crew crew = new Crew(pace)) {
      String detail = outer.start(() -> rule.check().on(new Ground(adapter, crew))).result(WHOLE_CHECK, "hung");
      return new Outcome(Outcome.Verdict.PASS, detail);
    } catch (NotOfferedException e) {
      return new Outcome(Outcome.Verdict.NOT_OFFERED, e.getMessage());
    } catch (Violation e) {
      return new Outcome(Outcome.Verdict.FAIL, e.getMessage());
    } catch (Exception | Error e) {
      // The checks let through what a pool throws where it should not: that is how it failed.
      return new Outcome(Outcome.Verdict.FAIL, "threw " + brief(e));
    }
  }

  /**
   * Rule 27, which is printed and not judged here: what an acquire and its close allocate in one warm thread. The least of several batches, since a pool may
   * do some housekeeping in its callers now and then.
   *
   * @return bytes per acquire and close
   */
  public static double bytesPerClaim(PoolAdapter adapter) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Crew crew = new Crew(Pace.usual()); Subject pool = new Ground(adapter, crew).filled(1)) {
      repeat(pool, WARM_UP);
      long least = Long.MAX_VALUE;
      for (int i = 0; i < BATCHES; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(pool, BATCH);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      return (double) least / BATCH;
    }
  }

  /** An exception in a few words: its type, and the first line of its message. */
  static String brief(Throwable e) {
    String name = e.getClass().getSimpleName();
    String message = e.getMessage();
    return message == null ? name : name + ": " + message.lines().findFirst().orElse("");
  }

  private static void repeat(Subject pool, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      pool.acquireAndClose();
    }
  }
}
