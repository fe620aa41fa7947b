package dev.lifecycle.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * What was measured for one benchmark, one sample per iteration, in the order in which they were taken. A measure that was not taken has no samples.
 *
 * @param nanos nanoseconds per operation
 * @param bytes bytes per operation
 */
public record Figure(List<Double> nanos, List<Double> bytes) {
  /** Copies the lists. */
  public Figure {
    nanos = List.copyOf(nanos);
    bytes = List.copyOf(bytes);
  }

  /** The samples of one measure. */
  public List<Double> samples(Measure measure) {
    return measure == Measure.NANOS ? nanos : bytes;
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
    List<Double> allNanos = new ArrayList<>(nanos);
    allNanos.addAll(later.nanos);
    List<Double> allBytes = new ArrayList<>(bytes);
    allBytes.addAll(later.bytes);
    return new Figure(allNanos, allBytes);
  }

  /**
   * What one more operation costs: the difference between a run with many and one with none, divided by how many.
   *
   * @param none the run with no operations
   * @param many how many operations this run has, positive
   */
  public Figure perOperation(Figure none, int many) {
    DoubleBinaryOperator slope = (with, without) -> (with - without) / many;
    return new Figure(pairs(nanos, none.nanos, slope), pairs(bytes, none.bytes, slope));
  }

  /** What is left when the median of the base is taken off every sample. */
  public Figure above(Figure base) {
    double baseNanos = base.median(Measure.NANOS);
    double baseBytes = base.median(Measure.BYTES);
    return new Figure(nanos.stream().map(n -> n - baseNanos).toList(), bytes.stream().map(b -> b - baseBytes).toList());
  }

  /** Combines the samples taken at the same place in the order; surplus samples of the longer list are left out. */
  static List<Double> pairs(List<Double> left, List<Double> right, DoubleBinaryOperator operator) {
    List<Double> combined = new ArrayList<>();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      combined.add(operator.applyAsDouble(left.get(i), right.get(i)));
    }
    return combined;
  }
}
