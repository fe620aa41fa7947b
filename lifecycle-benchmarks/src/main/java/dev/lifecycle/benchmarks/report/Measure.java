package dev.lifecycle.benchmarks.report;

/** What is compared. */
public enum Measure {
  /** Nanoseconds per operation. */
  NANOS(Unit.NANOS),
  /** Bytes allocated, or held, per operation. */
  BYTES(Unit.BYTES),
  /** The wait that only one in a thousand exceeds, in nanoseconds. */
  RARE_WAIT(Unit.NANOS),
  /** The longest wait of all, in nanoseconds. */
  LONGEST_WAIT(Unit.NANOS),
  /** How often the thread that got the least was served. */
  LEAST_CLAIMS(Unit.COUNT),
  /** How often the thread that got the most was served. */
  MOST_CLAIMS(Unit.COUNT),
  /** The least divided by the most: 1 where all got the same, 0 where one got nothing. Taken together with the two. */
  LEAST_TO_MOST(Unit.SHARE);

  /** What a number of a measure counts. */
  enum Unit { NANOS, BYTES, COUNT, SHARE }

  private final Unit unit;

  Measure(Unit unit) {
    this.unit = unit;
  }

  Unit unit() {
    return unit;
  }
}
