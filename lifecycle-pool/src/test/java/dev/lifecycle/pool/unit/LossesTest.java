package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Rule 4 step by step: a newcomer comes each time between the release and its offer to the first in line, which the race meets too seldom to count on. */
class LossesTest {
  private static final int LOSSES = 4;

  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final ObjectPool<Object> pool = ObjectPool.in(Owner.of(room), "losses", Object::new).size(1).build();

  /** The lease of a newcomer that comes while this one is closed; null if it got nothing. */
  private Lease<Object> closeUnderANewcomer(Lease<Object> lease) {
    AtomicReference<Lease<Object>> newcomer = new AtomicReference<>();
    room.atCoarseTime(() -> newcomer.set(pool.tryAcquire()));
    lease.close();
    return newcomer.get();
  }

  @Test
  void afterFourLossesTheFirstInLineIsGivenTheObjectDirectly() {
    pool.tryAcquire();
    room.runAll();
    Lease<Object> lease = pool.tryAcquire();
    CompletableFuture<Lease<Object>> waiter = pool.acquireAsync(Duration.ofSeconds(1));
    for (int i = 0; i < LOSSES; i++) {
      lease = closeUnderANewcomer(lease);
      assertThat(lease).as("the newcomer after %s losses", i).isNotNull();
      assertThat(pool.stats().pending()).isEqualTo(1);
    }
    assertThat(closeUnderANewcomer(lease)).as("the newcomer after %s losses", LOSSES).isNull();
    room.runAll();
    assertThat(waiter).isCompleted();
  }
}
