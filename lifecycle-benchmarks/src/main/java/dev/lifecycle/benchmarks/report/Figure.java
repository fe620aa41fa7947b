package dev.lifecycle.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * What was measured for one benchmark, one sample per iteration, in the order in which they were taken. A measure that was not taken has no samples.
 *
 * @param taken the samples of each measure that was taken
 */
public record Figure(Map<Measure, List<Double>> taken) {
  /** Nothing was measured. */
  public static final Figure NONE = new Figure(Map.of());

  /** Copies the map and the lists. */
  public Figure {
    Map<Measure, List<Double>> copy = new EnumMap<>(Measure.class);
    taken.forEach((measure, samples) -> copy.put(measure, List.copyOf(samples)));
    taken = Collections.unmodifiableMap(copy);
  }

  /**
   * A figure of the two measures that JMH takes.
   *
   * @param nanos nanoseconds per operation
   * @param bytes bytes per operation
   */
  public Figure(List<Double> nanos, List<Double> bytes) {
    this(Map.of(Measure.NANOS, nanos, Measure.BYTES, bytes));
  }

  /** The samples of one measure. */
  public List<Double> samples(Measure measure) {
    return taken.getOrDefault(measure, List.of());
  }

  /** Whether this measure was taken. */
  public boolean has(Measure measure) {
    return !samples(measure).isEmpty();
  }

  /** The median of the samples: a pause of the machine in one iteration does not move it. NaN without samples. */
  public double median(Measure measure) {
    double[] sorted = samples(measure).stream().mapToDouble(Double::doubleValue).toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** This figure followed by another one of the same benchmark. */
  public Figure and(Figure later) {
    Map<Measure, List<Double>> both = new EnumMap<>(Measure.class);
    both.putAll(taken);
    later.taken.forEach((measure, samples) -> both.merge(measure, samples, Figure::concat));
    return new Figure(both);
  }

  /** The slower of two runs of the same benchmark; the other one if one was not measured. */
  public Figure orSlower(Figure other) {
    return median(Measure.NANOS) >= other.median(Measure.NANOS) || !other.has(Measure.NANOS) ? this : other;
  }

  /**
   * What one more operation costs: the difference between a run with many and one with none, divided by how many.
   *
   * @param none the run with no operations
   * @param many how many operations this run has, positive
   */
  public Figure perOperation(Figure none, int many) {
    DoubleBinaryOperator slope = (with, without) -> (with - without) / many;
    return new Figure(pairs(samples(Measure.NANOS), none.samples(Measure.NANOS), slope), pairs(samples(Measure.BYTES), none.samples(Measure.BYTES), slope));
  }

  /** What is left when the median of the base is taken off every sample. */
  public Figure above(Figure base) {
    Map<Measure, List<Double>> left = new EnumMap<>(Measure.class);
    taken.forEach((measure, samples) -> left.put(measure, samples.stream().map(sample -> sample - base.median(measure)).toList()));
    return new Figure(left);
  }

  /** Combines the samples taken at the same place in the order; surplus samples of the longer list are left out. */
  static List<Double> pairs(List<Double> left, List<Double> right, DoubleBinaryOperator operator) {
    List<Double> combined = new ArrayList<>();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      combined.add(operator.applyAsDouble(left.get(i), right.get(i)));
    }
    return combined;
  }

  private static List<Double> concat(List<Double> first, List<Double> second) {
    List<Double> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
