package dev.lifecycle.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * "Speed" in the contract: what a claim allocates, in a JVM of its own with the flags that a JVM has if nobody sets any. No other test can spoil what its compiler has seen,
 * and no flag of ours helps. Bytes, not times: a slow machine only warms up longer.
 */
@Timeout(120)
class AllocationGateTest {
  /** What the rest of the thread allocates now and then, spread over the operations. */
  private static final double NOISE = 0.1;
  private static final int LEASE = 32;
  private static final int OBJECT = 16;

  private Process child;

  @AfterEach
  void leavesNoProcess() {
    if (child != null) {
      child.destroyForcibly();
    }
  }

  private double bytesPerOperation(String what, int promised) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    child = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), AllocationGate.class.getName(), what, String.valueOf(promised + NOISE))
        .redirectErrorStream(true).start();
    String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(child.waitFor()).as("exit of the child, which said: %s", out).isZero();
    String[] result = out.split(" ");
    double bytes = Double.parseDouble(result[0]);
    System.out.printf("allocation gate on %s, %s: %.3f B per operation, promised %d, after %s%n", Runtime.version(), what, bytes, promised,
        Duration.ofMillis(Long.parseLong(result[1])));
    return bytes;
  }

  @Test
  void anAcquireAndItsCloseInATryWithResourcesAllocateNothing() throws Exception {
    assertThat(bytesPerOperation("closed", 0)).isLessThan(NOISE);
  }

  @Test
  void aLeaseThatEscapesCostsAtMost32Bytes() throws Exception {
    assertThat(bytesPerOperation("escaping", LEASE)).isLessThan(LEASE + NOISE);
  }

  /** Whoever breaks the gate itself learns it here: one object of 16 bytes per operation must not pass for nothing. */
  @Test
  void anObjectPerOperationIsSeen() throws Exception {
    assertThat(bytesPerOperation("control", OBJECT)).isBetween(OBJECT - NOISE, OBJECT + NOISE);
  }
}
