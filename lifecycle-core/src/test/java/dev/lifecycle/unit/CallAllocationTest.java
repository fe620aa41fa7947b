package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "Speed" in the contract: what a call allocates. The least of many batches counts, since the compiler may work in any of them. */
@Timeout(60)
class CallAllocationTest {
  private static final long MOST_BYTES = 160;
  private static final int BATCH = 5_000;
  private static final int BATCHES = 60;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Scope.Body<String, RuntimeException> BODY = scope -> "value";

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Operation {
    Object run() throws InterruptedException;
  }

  private double leastBytes(Operation operation) throws InterruptedException {
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    Object last = null;
    for (int batch = 0; batch < BATCHES; batch++) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < BATCH; i++) {
        last = operation.run();
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    assertThat(last).isEqualTo("value");
    return (double) least / BATCH;
  }

  @Test
  void aCallWithATimeoutThatDoesNotFireAllocatesAtMost160Bytes() throws Exception {
    double bytes = leastBytes(() -> Scope.call("allocation", TIMEOUT, BODY));
    assertThat(bytes).as("bytes per call on %s", Runtime.version()).isLessThanOrEqualTo(MOST_BYTES);
  }

  @Test
  void aCallNestedInACallAllocatesNoMore() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.name("allocation"))) {
      double bytes = lifecycle.call("outer", TIMEOUT, outer -> leastBytes(() -> Scope.call("inner", TIMEOUT, BODY)));
      assertThat(bytes).as("bytes per nested call on %s", Runtime.version()).isLessThanOrEqualTo(MOST_BYTES);
    }
  }
}
