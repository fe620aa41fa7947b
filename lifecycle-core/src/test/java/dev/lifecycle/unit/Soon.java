package dev.lifecycle.unit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Awaitility that looks often: what is awaited here happens on a library thread, within microseconds as a rule. */
final class Soon {
  private Soon() {}

  static void until(Callable<Boolean> condition) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
  }

  static void asserted(ThrowingRunnable assertion) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).untilAsserted(assertion);
  }
}
