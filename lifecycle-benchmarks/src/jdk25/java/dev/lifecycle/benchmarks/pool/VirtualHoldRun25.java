package dev.lifecycle.benchmarks.pool;

import java.time.Duration;

/** Row 4: ten thousand virtual threads and fifty objects, held for as long as a short query takes, or not at all. */
public class VirtualHoldRun25 extends HoldRun {
  @Override
  Load load(String key) {
    return new Load(10_000, 50, key.contains(".bare.") ? Duration.ZERO : Duration.ofNanos(100_000));
  }

  @Override
  Thread newThread(Runnable body) {
    return Thread.ofVirtual().unstarted(body);
  }
}
