package dev.lifecycle.benchmarks.report;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line and what came out of it. The value is that of the medians; the spread is the lowest and the highest value over the pairs of iterations at the
 * same place in the order, so that it shows what a less lucky run may give.
 *
 * @param line the comparison
 * @param ours our figure
 * @param peer the peer's, null for an absolute goal
 * @param value the ratio, difference or figure that the goal is about; NaN if something was not measured
 * @param low the lowest value of a pair
 * @param high the highest value of a pair
 * @param verdict whether the goal is met
 */
public record Outcome(Line line, @Nullable Figure ours, @Nullable Figure peer, double value, double low, double high, Verdict verdict) {
  /** Whether a goal is met. */
  public enum Verdict {
    /** Met. */
    MET,
    /** Missed. */
    MISSED,
    /** There was no goal. */
    INFO,
    /** One of the two was not measured: it failed, or this JDK does not have it. */
    ABSENT
  }

  /** Judges one line by the figures of one run. */
  public static Outcome of(Line line, Map<String, Figure> figures) {
    Figure ours = figures.get(line.ours());
    Figure peer = line.peer() == null ? ours : figures.get(line.peer());
    if (ours == null || peer == null || !ours.has(line.measure()) || !peer.has(line.measure())) {
      return new Outcome(line, ours, line.peer() == null ? null : peer, Double.NaN, Double.NaN, Double.NaN, Verdict.ABSENT);
    }
    Goal goal = line.goal();
    double value = goal.value(ours.median(line.measure()), peer.median(line.measure()));
    List<Double> values = Figure.pairs(ours.samples(line.measure()), peer.samples(line.measure()), goal::value);
    // Bytes come in whole ones; a fraction is what the profiler saw outside the operation.
    boolean whole = line.measure() == Measure.BYTES && goal.kind() != Goal.Kind.RATIO;
    Verdict verdict = goal.isNone() ? Verdict.INFO : goal.isMetBy(whole ? Math.rint(value) : value) ? Verdict.MET : Verdict.MISSED;
    return new Outcome(line, ours, line.peer() == null ? null : peer, value, Collections.min(values), Collections.max(values), verdict);
  }
}
