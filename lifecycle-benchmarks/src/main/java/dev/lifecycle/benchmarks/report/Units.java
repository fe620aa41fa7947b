package dev.lifecycle.benchmarks.report;

import java.util.Locale;

/** Numbers as the table shows them. */
final class Units {
  private static final String ABSENT = "-";

  private Units() {}

  /** Nanoseconds in the unit that gives one to three digits before the point. */
  static String nanos(double nanos) {
    if (Double.isNaN(nanos)) {
      return ABSENT;
    }
    double size = Math.abs(nanos);
    if (size < 1_000) {
      return decimal(nanos) + " ns";
    }
    if (size < 1_000_000) {
      return decimal(nanos / 1_000) + " us";
    }
    return size < 1_000_000_000 ? decimal(nanos / 1_000_000) + " ms" : decimal(nanos / 1_000_000_000) + " s";
  }

  /** Bytes, whole ones: fractions come from allocations outside the operation. */
  static String bytes(double bytes) {
    if (Double.isNaN(bytes)) {
      return ABSENT;
    }
    return String.format(Locale.ROOT, "%,d B", Math.round(bytes));
  }

  /** A count; the median of two may be halfway between them. */
  private static String count(double count) {
    return Double.isNaN(count) ? ABSENT : String.format(Locale.ROOT, "%,d", Math.round(count));
  }

  /** A part of one. The zero that is added turns what rounds to less than nothing into nothing. */
  private static String share(double share) {
    return Double.isNaN(share) ? ABSENT : String.format(Locale.ROOT, "%.2f", Math.rint(share * 100) / 100 + 0.0);
  }

  static String of(Measure measure, double value) {
    return switch (measure.unit()) {
      case NANOS -> nanos(value);
      case BYTES -> bytes(value);
      case COUNT -> count(value);
      case SHARE -> share(value);
    };
  }

  /** A ratio: two digits after the point, three for small ones. */
  static String ratio(double ratio) {
    if (Double.isNaN(ratio)) {
      return ABSENT;
    }
    if (Double.isInfinite(ratio)) {
      return "infinite";
    }
    return String.format(Locale.ROOT, ratio < 0.095 ? "%.3fx" : "%.2fx", ratio);
  }

  static String value(Goal.Kind kind, Measure measure, double value) {
    return switch (kind) {
      case RATIO -> ratio(value);
      case MORE -> value > 0 ? "+" + of(measure, value) : of(measure, value);
      case ABSOLUTE -> of(measure, value);
    };
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 100 ? "%.1f" : "%.0f", value);
  }
}
