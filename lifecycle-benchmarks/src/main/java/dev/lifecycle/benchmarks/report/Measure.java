package dev.lifecycle.benchmarks.report;

/** What is compared. */
public enum Measure {
  /** Nanoseconds per operation. */
  NANOS,
  /** Bytes allocated, or held, per operation. */
  BYTES
}
