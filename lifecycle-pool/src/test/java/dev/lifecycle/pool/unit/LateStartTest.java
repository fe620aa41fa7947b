package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules 12 and 17, where a work is decided on before the close and started after it, so that the cancel of the close comes too early for it. */
class LateStartTest {
  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger checked = new AtomicInteger();
  private final ObjectPool<Integer> pool =
      ObjectPool.in(Owner.of(room), "late.start", made::incrementAndGet)
          .size(1)
          .validate(object -> checked.incrementAndGet() > 0)
          .validateAfterIdle(Duration.ZERO)
          .build();

  @Test
  void aCreationThatIsStartedAfterTheCloseMakesNothing() {
    room.beforeStart(pool::initiateClose);
    pool.acquireAsync(Duration.ofSeconds(1));
    room.runAll();
    assertThat(made).hasValue(0);
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void aCheckThatIsStartedAfterTheCloseAsksNothing() {
    pool.tryAcquire();
    room.runAll();
    room.beforeStart(pool::initiateClose);
    pool.acquireAsync(Duration.ofSeconds(1));
    room.runAll();
    assertThat(checked).hasValue(0);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }
}
