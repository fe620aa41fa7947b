package dev.lifecycle.casestudies.connections;

import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.Paced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/**
 * Whether a pool starves anybody. Threads claim, hold and let go in a loop, more of them than there are objects, so that some always wait. Each comes back as soon
 * as it has let go: who is passed over once is passed over again, and a pool that serves the newest first leaves the oldest waiting to the end.
 *
 * <p>What is judged are shares, not times: a busy machine slows all threads alike.
 */
public final class Pressure {
  /** A fair line gives each thread nearly the same; what is missing to one is for machines that do not. */
  private static final double LEAST_EVENNESS = 0.5;

  /** A fair line serves everybody a hundred times and more in a run; who starves waits for most of it. */
  private static final double MOST_OF_THE_RUN = 0.25;

  private final Callable<? extends AutoCloseable> claim;
  private final Duration hold;
  private final CountDownLatch go = new CountDownLatch(1);
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  private Pressure(Callable<? extends AutoCloseable> claim, Duration hold) {
    this.claim = claim;
    this.hold = hold;
  }

  /**
   * Blocks for the time of a run, and until its threads have ended.
   *
   * @param claim claims an object, for as long as it takes; its close lets it go
   * @param threads that claim; more than there are objects
   * @param hold how long each keeps an object, longer than it takes to claim one
   * @param length of the run
   * @throws InterruptedException if interrupted; the threads are told to end
   */
  public static Shares run(Callable<? extends AutoCloseable> claim, int threads, Duration hold, Duration length) throws InterruptedException {
    return new Pressure(claim, hold).run(threads, length);
  }

  private Shares run(int number, Duration length) throws InterruptedException {
    List<Share> shares = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Share share = new Share();
      Thread thread = new Thread(() -> claimUntilOver(share), "case-request");
      shares.add(share);
      threads.add(thread);
      thread.start();
    }
    go.countDown();
    try {
      Paced.pause(length);
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      throw e;
    } finally {
      over = true;
      threads.forEach(Ending::await); // who waits is served now, and only then knows how long it was
    }
    return new Shares(length, shares.stream().mapToLong(s -> s.claims).toArray(), shares.stream().mapToLong(s -> s.waited).sum(),
        shares.stream().mapToLong(s -> s.longest).max().orElse(0), List.copyOf(failures));
  }

  private void claimUntilOver(Share share) {
    try {
      go.await();
      while (!over) {
        long start = System.nanoTime();
        try (AutoCloseable claimed = claim.call()) {
          share.add(System.nanoTime() - start, !over);
          Paced.pause(hold);
        }
      }
    } catch (Exception e) {
      failures.add(e);
    }
  }

  /** What one thread got; written by it alone, read when it has ended. */
  private static final class Share {
    private long claims;
    private long waited;
    private long longest;

    /** A claim that came when all was over shows how long its thread had waited, but is no part of its share. */
    private void add(long nanos, boolean inTime) {
      longest = Math.max(longest, nanos);
      waited += nanos;
      if (inTime) {
        claims++;
      }
    }
  }

  /**
   * What the threads got.
   *
   * @param length of the run
   * @param claims of each thread
   * @param waited by all together, in nanoseconds
   * @param longest wait of any, in nanoseconds
   * @param failures of claims; each ended its thread
   */
  public record Shares(Duration length, long[] claims, long waited, long longest, List<Throwable> failures) {
    /** The fewest claims of a thread by the most. */
    public double evenness() {
      long most = LongStream.of(claims).max().orElse(0);
      return most == 0 ? 0 : (double) LongStream.of(claims).min().orElse(0) / most;
    }

    /** The longest wait by the length of the run. */
    public double longestOfTheRun() {
      return (double) longest / length.toNanos();
    }

    /** What must hold for nobody to have starved. */
    public List<Check> checks() {
      return List.of(
          Check.exactly("claims that failed under pressure: 0", failures.size(), 0),
          new Check("under pressure, the fewest claims of a thread by the most: at least " + LEAST_EVENNESS, String.format(Locale.ROOT, "%.2f", evenness()),
              evenness() >= LEAST_EVENNESS),
          new Check("under pressure, the longest wait by the length of the run: at most " + MOST_OF_THE_RUN,
              String.format(Locale.ROOT, "%.4f", longestOfTheRun()), longestOfTheRun() <= MOST_OF_THE_RUN));
    }

    @Override
    public String toString() {
      long all = LongStream.of(claims).sum();
      return String.format(Locale.ROOT, "%d claims, from %d to %d of a thread; mean wait %.2f ms, longest %.2f ms", all, LongStream.of(claims).min().orElse(0),
          LongStream.of(claims).max().orElse(0), all == 0 ? 0 : waited / 1e6 / all, longest / 1e6);
    }
  }
}
