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
  /** How often the thread that got the most was served, divided by how often the one that got the least was. */
  MOST_TO_LEAST(Unit.TIMES);

  /** What a number of a measure counts. */
  enum Unit { NANOS, BYTES, TIMES }

  private final Unit unit;

  Measure(Unit unit) {
    this.unit = unit;
  }

  Unit unit() {
    return unit;
  }
}
