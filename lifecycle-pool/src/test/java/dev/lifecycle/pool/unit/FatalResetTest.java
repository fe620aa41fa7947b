package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 15 and 18, where they meet: an error of the virtual machine in a reset is not the holder's, and is not lost. */
@Timeout(30)
class FatalResetTest extends EndRulesFixture {
  @Test
  void anErrorOfTheVirtualMachineInAResetReachesTheUncaughtHandlerAndNotTheCloser() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("in the reset");
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      throw error;
    }).build();
    pool.acquire().close();
    soon().until(() -> uncaught.contains(error));
    assertThat(uncaught).containsOnlyOnce(error);
    assertThat(awaitReport(Kind.HOOK_FAILED).failure()).isSameAs(error);
    soon().until(() -> things.made.get(0).ends.get() == 1);
    try (Lease<Thing> next = pool.acquire(LONG)) {
      assertThat(next.get()).isSameAs(things.made.get(1));
    }
  }

  @Test
  void anotherThrowableInAResetIsNoneForTheUncaughtHandler() throws Exception {
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      throw new AssertionError("reset");
    }).build();
    pool.acquire().close();
    awaitReport(Kind.HOOK_FAILED);
    pool.close();
    assertThat(pool.termination().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    assertThat(uncaught).isEmpty();
  }
}
