package dev.lifecycle.casestudies.measure;

import java.util.List;
import java.util.Locale;

/**
 * Whether a series stays level: the median of its last quarter against the median of its second quarter. The first quarter is warm-up.
 *
 * @param before the median of the second quarter
 * @param after the median of the last quarter
 */
public record Flatness(double before, double after) {
  /** Compares the quarters of a series. */
  public static Flatness of(List<Point> series) {
    if (series.size() < 4) {
      throw new IllegalArgumentException("needs at least 4 points: " + series.size());
    }
    int quarter = series.size() / 4;
    return new Flatness(median(series.subList(quarter, 2 * quarter)), median(series.subList(series.size() - quarter, series.size())));
  }

  private static double median(List<Point> part) {
    return Statistics.median(part.stream().map(Point::value).toList());
  }

  /**
   * Whether the series has not grown by more than this share and this amount together.
   *
   * @param share 0.1 for 10 %
   * @param slack in the unit of the series: the noise of a small value
   */
  public boolean holds(double share, double slack) {
    return after <= before * (1 + share) + slack;
  }

  /** {@code 12 -> 13}, rounded. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.0f -> %.0f", before, after);
  }
}
