package dev.lifecycle.pool.conformance;

import java.time.Duration;

/**
 * How long the checks wait for what ought to come, and look for what ought not to.
 *
 * @param patience how long a caller may take before it is taken to be stuck, and an object before it is taken to be lost
 * @param race how long to look for a rare event
 */
record Pace(Duration patience, Duration race) {
  /**
   * The pace at which a pool is judged. The patience is longer than any pause of a loaded machine; a race takes about a second, five with
   * {@code -Dlifecycle.soak=long}.
   */
  static Pace usual() {
    return new Pace(Duration.ofSeconds(5), Duration.ofMillis("long".equals(System.getProperty("lifecycle.soak")) ? 5_000 : 800));
  }
}
