package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.spi.Holder;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 1: who a timeout names as the longest holders, when the look at them is not repeated for the tenth of a second after another. */
@Timeout(30)
class LongestHolderTest extends EndRulesFixture {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  @BeforeEach
  void leaveTheOriginOfTheClock() {
    pass(Duration.ofSeconds(1));
  }

  private static Lease<Thing> takenBy(String holder, ObjectPool<Thing> pool) {
    return onAThreadThatEnds(() -> {
      Thread.currentThread().setName(holder);
      return pool.acquire(LONG);
    });
  }

  private static AcquireTimeoutException timeout(ObjectPool<Thing> pool) {
    return catchThrowableOfType(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
  }

  @Test
  void aTimeoutDoesNotNameAHolderWhoseLeaseHasEndedSinceTheLastLook() {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = takenBy("holder-a", pool);
    assertThat(timeout(pool)).hasMessageContaining("holder-a");
    lease.close();
    pass(LOOK_AGAIN.minus(TICK));
    takenBy("holder-b", pool);
    AcquireTimeoutException timeout = timeout(pool);
    assertThat(timeout.getMessage()).contains("leased 1/1").doesNotContain("holder-a");
    assertThat(timeout.holders()).isEmpty();
    assertThat(timeout.inUse()).isEqualTo(1);
    pass(TICK);
    assertThat(timeout(pool)).as("looked again").hasMessageContaining("holder-b");
  }

  @Test
  void aTimeoutNamesThoseOfTheLastLookWhoHoldStill() {
    ObjectPool<Thing> pool = pool(2).build();
    Lease<Thing> ended = takenBy("holder-a", pool);
    takenBy("holder-b", pool);
    assertThat(timeout(pool).holders()).extracting(Holder::threadName).containsExactlyInAnyOrder("holder-a", "holder-b");
    ended.close();
    takenBy("holder-c", pool);
    AcquireTimeoutException timeout = timeout(pool);
    assertThat(timeout.holders()).extracting(Holder::threadName).containsExactly("holder-b");
    assertThat(timeout.getMessage()).contains("leased 2/2", "holder-b").doesNotContain("holder-a", "holder-c");
  }
}
