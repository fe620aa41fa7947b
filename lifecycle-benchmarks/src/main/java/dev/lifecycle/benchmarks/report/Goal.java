package dev.lifecycle.benchmarks.report;

/**
 * What a line of the table asks for.
 *
 * @param kind how ours is set against the peer's
 * @param limit the highest value that meets the goal; infinite if there is none
 */
public record Goal(Kind kind, double limit) {
  /** How two figures become one value. */
  public enum Kind {
    /** Ours divided by the peer's. */
    RATIO,
    /** Ours minus the peer's. */
    MORE,
    /** Ours alone. */
    ABSOLUTE
  }

  /** At most this many times the peer's. */
  public static Goal ratio(double limit) {
    return new Goal(Kind.RATIO, limit);
  }

  /** At most this much more than the peer's. */
  public static Goal more(double limit) {
    return new Goal(Kind.MORE, limit);
  }

  /** At most this much. */
  public static Goal absolute(double limit) {
    return new Goal(Kind.ABSOLUTE, limit);
  }

  /** Shown for information, met by anything. */
  public static Goal none(Kind kind) {
    return new Goal(kind, Double.POSITIVE_INFINITY);
  }

  /** Whether the line is shown for information only. */
  public boolean isNone() {
    return Double.isInfinite(limit);
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
