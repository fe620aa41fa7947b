package dev.lifecycle.casestudies.report;

import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Recorder;
import dev.lifecycle.casestudies.measure.Sample;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * One chart: the same figure of both sides over time.
 *
 * @param title what is drawn
 * @param unit of the values; empty for a count
 * @param asFound the hand-written side
 * @param withLifecycle our side
 */
public record Plot(String title, String unit, List<Point> asFound, List<Point> withLifecycle) {
  /** A value of the samples. */
  public static Plot ofSamples(String title, String unit, Recorder found, Recorder ours, ToDoubleFunction<Sample> value) {
    return new Plot(title, unit, found.series(value), ours.series(value));
  }

  /** What every case draws: live work, threads, heap, descriptors. */
  public static List<Plot> standard(String work, Recorder found, Recorder ours) {
    return List.of(
        ofSamples("Live " + work, "", found, ours, Sample::live),
        ofSamples("Live threads", "", found, ours, Sample::threads),
        new Plot("Heap after a collection", "MB", found.heaps(), ours.heaps()),
        ofSamples("Open descriptors", "", found, ours, Sample::descriptors));
  }

  /** For the page: {@code 0.1,0.2,0.3}. */
  static String seconds(List<Point> points) {
    return points.stream().map(p -> number(p.seconds())).collect(Collectors.joining(","));
  }

  /** For the page: the values, as {@link #seconds}. */
  static String values(List<Point> points) {
    return points.stream().map(p -> number(p.value())).collect(Collectors.joining(","));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
