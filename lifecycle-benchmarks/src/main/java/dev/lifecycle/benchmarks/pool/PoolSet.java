package dev.lifecycle.benchmarks.pool;

import static dev.lifecycle.benchmarks.pool.Contender.COMMONS;
import static dev.lifecycle.benchmarks.pool.Contender.HIKARI_BAG;
import static dev.lifecycle.benchmarks.pool.Contender.HIKARI_SOURCE;
import static dev.lifecycle.benchmarks.pool.Contender.JETTY;
import static dev.lifecycle.benchmarks.pool.Contender.LIFECYCLE;
import static dev.lifecycle.benchmarks.pool.Contender.QUEUE;
import static dev.lifecycle.benchmarks.pool.Contender.STORMPOT;
import static dev.lifecycle.benchmarks.pool.Contender.STORMPOT_ETERNAL;
import static dev.lifecycle.benchmarks.pool.Contender.STORMPOT_VIRTUAL;
import static dev.lifecycle.benchmarks.pool.Contender.VIBUR;
import static dev.lifecycle.benchmarks.pool.Contender.VIBUR_LEASED;
import static dev.lifecycle.benchmarks.report.Goal.Kind.ABSOLUTE;
import static dev.lifecycle.benchmarks.report.Goal.Kind.MORE;
import static dev.lifecycle.benchmarks.report.Goal.Kind.RATIO;
import static dev.lifecycle.benchmarks.report.Measure.BYTES;
import static dev.lifecycle.benchmarks.report.Measure.LEAST_TO_MOST;
import static dev.lifecycle.benchmarks.report.Measure.LONGEST_WAIT;
import static dev.lifecycle.benchmarks.report.Measure.NANOS;
import static dev.lifecycle.benchmarks.report.Measure.RARE_WAIT;

import dev.lifecycle.benchmarks.BenchmarkSet;
import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Goal;
import dev.lifecycle.benchmarks.report.Line;
import dev.lifecycle.benchmarks.report.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The set {@code pool}: the rows of the object pool's speed table, and which peer each goal is about. */
public final class PoolSet implements BenchmarkSet {
  private static final String HERE = PoolSet.class.getPackageName() + '.';
  private static final List<Contender> ALONE = List.of(LIFECYCLE, HIKARI_BAG, HIKARI_SOURCE, STORMPOT, STORMPOT_ETERNAL, COMMONS, VIBUR, JETTY, QUEUE);
  private static final List<Contender> TOGETHER =
      List.of(LIFECYCLE, HIKARI_SOURCE, VIBUR_LEASED, HIKARI_BAG, STORMPOT, STORMPOT_ETERNAL, COMMONS, VIBUR, JETTY, QUEUE);
  /** Those that spread their threads over the objects, and are fast or slow by how the identities of the threads fall. */
  private static final Set<Contender> STRIPED = Set.of(LIFECYCLE, HIKARI_BAG, HIKARI_SOURCE, STORMPOT, STORMPOT_ETERNAL, JETTY);
  private static final int FORKS = 10;
  /** Those that can wait. */
  private static final List<Contender> WAITING = List.of(LIFECYCLE, HIKARI_BAG, HIKARI_SOURCE, STORMPOT, COMMONS, VIBUR, QUEUE);
  private static final List<Contender> VIRTUAL = List.of(LIFECYCLE, HIKARI_BAG, HIKARI_SOURCE, STORMPOT_VIRTUAL, COMMONS, VIBUR, QUEUE);
  private static final List<Integer> THREADS = List.of(2, 8);

  private static final String CLAIM = "acquire + close, 16 objects, ";
  private static final String HELD = "8 threads, 4 objects, 0.2 ms hold";
  private static final String VIRTUAL_HELD = "10,000 virtual threads, 50 objects, 0.1 ms hold";
  private static final String VIRTUAL_BARE = "10,000 virtual threads, 50 objects, no hold";
  private static final String HAND_OVER = "acquire on one thread, close on another";

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    present(ALONE).forEach(contender -> trials.add(claim("claim1.", contender)));
    for (int threads : THREADS) {
      for (Contender contender : present(TOGETHER)) {
        Trial trial = claim("claim" + threads + '.', contender).onThreads(threads);
        trials.add(STRIPED.contains(contender) ? trial.inForks(FORKS) : trial);
      }
    }
    present(WAITING).forEach(contender -> trials.add(Trial.of("hold." + contender.key(), HERE + "HoldRun", "")));
    for (String load : List.of("virtual.held.", "virtual.bare.")) {
      present(VIRTUAL).forEach(contender -> trials.add(Trial.of(load + contender.key(), HERE + "VirtualHoldRun25", "")));
    }
    trials.add(Trial.of("handover.none", HERE + "HandOverBenchmark", "queueAlone"));
    for (Contender contender : present(WAITING)) {
      trials.add(new Trial("handover." + contender.key(), HERE + "HandOverBenchmark", "claimed", Map.of("pool", contender.key())));
    }
    return trials;
  }

  private static List<Contender> present(List<Contender> contenders) {
    return contenders.stream().filter(Contender::isPresent).toList();
  }

  private static Trial claim(String key, Contender contender) {
    return Trial.of(key + contender.key(), HERE + (contender.isOf25() ? "ClaimBenchmark25" : "ClaimBenchmark"), contender.key());
  }

  @Override
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (Contender peer : peers(ALONE)) {
      Goal goal = peer == HIKARI_BAG ? Goal.ratio(0.85) : peer == STORMPOT ? Goal.ratio(0.50) : Goal.none(RATIO);
      lines.add(line(CLAIM + "1 thread", "claim1.", peer, NANOS, goal));
    }
    lines.add(new Line(CLAIM + "1 thread", "claim1." + LIFECYCLE.key(), null, "", BYTES, Goal.absolute(0)));
    THREADS.forEach(threads -> lines.addAll(together(threads)));
    lines.addAll(scarce(HELD, "hold.", WAITING, Goal.ratio(1.0), Goal.ratio(0.25), Goal.absoluteAtLeast(0.9)));
    lines.addAll(rareWaits(VIRTUAL_HELD, "virtual.held.", Goal.ratio(1.0)));
    lines.addAll(scarce(VIRTUAL_HELD, "virtual.held.", VIRTUAL, Goal.ratio(1 / 0.9), Goal.ratio(1.0), Goal.none(ABSOLUTE)));
    lines.addAll(rareWaits(VIRTUAL_BARE, "virtual.bare.", Goal.none(RATIO)));
    lines.addAll(scarce(VIRTUAL_BARE, "virtual.bare.", VIRTUAL, Goal.none(RATIO), Goal.none(RATIO), Goal.none(ABSOLUTE)));
    for (Contender peer : peers(WAITING)) {
      lines.add(line(HAND_OVER, "handover.", peer, NANOS, Goal.none(RATIO)));
    }
    lines.add(new Line(HAND_OVER, "handover." + LIFECYCLE.key(), "handover.none", "the queue between them alone", NANOS, Goal.none(RATIO)));
    return lines;
  }

  /**
   * The goal is about peers that serve the oldest waiter first and survive a stale close. As they come, only HikariCP's data source does both. It adds to each claim
   * what JDBC asks for, so Vibur with the handle that it lacks stands beside it, as the bare pool that it would take; without a goal, since nobody ships it.
   */
  private static List<Line> together(int threads) {
    int processors = Runtime.getRuntime().availableProcessors();
    String row = CLAIM + threads + " threads" + (threads > processors ? " (preemption on " + processors + " processors, not scaling)" : "");
    String key = "claim" + threads + '.';
    List<Line> lines = new ArrayList<>();
    for (Contender peer : peers(TOGETHER)) {
      lines.add(line(row, key, peer, NANOS, peer == HIKARI_SOURCE ? Goal.ratio(1.0) : Goal.none(RATIO)));
    }
    for (Contender peer : peers(TOGETHER)) {
      if (STRIPED.contains(peer)) {
        lines.add(new Line(row + ", slowest JVM of each", key + LIFECYCLE.key() + ".worst", key + peer.key() + ".worst", peer.label(), NANOS, Goal.none(RATIO)));
      }
    }
    return lines;
  }

  private static List<Line> scarce(String row, String key, List<Contender> contenders, Goal perClaim, Goal longest, Goal shares) {
    List<Line> lines = new ArrayList<>();
    peers(contenders).forEach(peer -> lines.add(line(row + ": time per claim of all", key, peer, NANOS, perClaim)));
    peers(contenders).forEach(peer -> lines.add(line(row + ": longest wait", key, peer, LONGEST_WAIT, longest)));
    String least = row + ": claims of a thread, least of most";
    lines.add(new Line(least, key + LIFECYCLE.key(), null, "", LEAST_TO_MOST, shares));
    // The difference: a ratio to a peer that left a thread without would say nothing.
    peers(contenders).forEach(peer -> lines.add(line(least, key, peer, LEAST_TO_MOST, Goal.none(MORE))));
    return lines;
  }

  private static List<Line> rareWaits(String row, String key, Goal goal) {
    return peers(VIRTUAL).stream().map(peer -> line(row + ": wait at 99.9 %", key, peer, RARE_WAIT, goal)).toList();
  }

  private static List<Contender> peers(List<Contender> contenders) {
    return contenders.stream().filter(contender -> contender != LIFECYCLE).toList();
  }

  private static Line line(String row, String key, Contender peer, Measure measure, Goal goal) {
    return new Line(row, key + LIFECYCLE.key(), key + peer.key(), peer.label(), measure, goal);
  }
}
