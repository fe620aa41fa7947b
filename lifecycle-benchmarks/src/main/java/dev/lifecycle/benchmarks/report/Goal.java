package dev.lifecycle.benchmarks.report;

/**
 * What a line of the table asks for.
 *
 * @param kind how ours is set against the peer's
 * @param bound on which side of the limit the goal is met
 * @param limit the value that just meets the goal; infinite if there is none
 */
public record Goal(Kind kind, Bound bound, double limit) {
  /** How two figures become one value. */
  public enum Kind {
    /** Ours divided by the peer's. */
    RATIO,
    /** Ours minus the peer's. */
    MORE,
    /** Ours alone. */
    ABSOLUTE
  }

  /** The side of a limit. */
  public enum Bound {
    /** The limit and less. */
    AT_MOST,
    /** The limit and more. */
    AT_LEAST
  }

  /** At most this many times the peer's. */
  public static Goal ratio(double limit) {
    return new Goal(Kind.RATIO, Bound.AT_MOST, limit);
  }

  /** At most this much more than the peer's. */
  public static Goal more(double limit) {
    return new Goal(Kind.MORE, Bound.AT_MOST, limit);
  }

  /** At most this much. */
  public static Goal absolute(double limit) {
    return new Goal(Kind.ABSOLUTE, Bound.AT_MOST, limit);
  }

  /** At least this much. */
  public static Goal absoluteAtLeast(double limit) {
    return new Goal(Kind.ABSOLUTE, Bound.AT_LEAST, limit);
  }

  /** Shown for information, met by anything. */
  public static Goal none(Kind kind) {
    return new Goal(kind, Bound.AT_MOST, Double.POSITIVE_INFINITY);
  }

  /** Whether the line is shown for information only. */
  public boolean isNone() {
    return Double.isInfinite(limit);
  }

  /** Whether a value is on the right side. */
  boolean isMetBy(double value) {
    return bound == Bound.AT_MOST ? value <= limit : value >= limit;
  }

  /** The value of one pair of samples. */
  double value(double ours, double peer) {
    return switch (kind) {
      case RATIO -> ours / peer;
      case MORE -> ours - peer;
      case ABSOLUTE -> ours;
    };
  }
}
