package dev.lifecycle.benchmarks.conformance;

import java.time.Duration;

/** A timeout as interfaces take it that count in units: what does not fit becomes the longest that does, as their users would write it. */
final class Timeouts {
  private Timeouts() {}

  static long nanos(Duration timeout) {
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : timeout.toNanos();
  }

  static long millis(Duration timeout) {
    return timeout.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : timeout.toMillis();
  }
}
