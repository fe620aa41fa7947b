package dev.lifecycle.casestudies.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Plain statistics of measured values. */
public final class Statistics {
  private Statistics() {}

  /**
   * The percentile by the nearest rank, without interpolation: a value that was really measured.
   *
   * @param percent above 0, at most 100
   * @return NaN if there are no values
   */
  public static double percentile(List<Double> values, double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException("percent must be above 0 and at most 100: " + percent);
    }
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(percent / 100 * sorted.size()) - 1);
  }

  /** The middle value. */
  public static double median(List<Double> values) {
    return percentile(values, 50);
  }

  /** The largest value; NaN if there are none. */
  public static double max(List<Double> values) {
    return percentile(values, 100);
  }

  /** The percentile of each window of time, at the middle of the window; windows without a point are left out. */
  public static List<Point> windows(List<Point> points, double windowSeconds, double percent) {
    TreeMap<Long, List<Double>> windows = new TreeMap<>();
    for (Point p : points) {
      windows.computeIfAbsent((long) Math.floor(p.seconds() / windowSeconds), w -> new ArrayList<>()).add(p.value());
    }
    return windows.entrySet().stream()
        .map(w -> new Point((w.getKey() + 0.5) * windowSeconds, percentile(w.getValue(), percent)))
        .toList();
  }
}
