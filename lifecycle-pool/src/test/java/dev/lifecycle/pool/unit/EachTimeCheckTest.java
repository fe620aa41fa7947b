package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How long an object has been idle, when others write that between the reading of a clock and its use: rule 16b, and rule 8 for the age of an object. */
class EachTimeCheckTest {
  private static final Duration TICK_OF_THE_COARSE_CLOCK = Duration.ofMillis(5);

  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final AtomicInteger checks = new AtomicInteger();

  private ObjectPool<Object> pool(Duration validateAfterIdle, Duration maxIdle) {
    ObjectPoolBuilder<Object> builder = ObjectPool.in(Owner.of(room), "each.time", Object::new).size(1).jitter(0);
    return builder.validate(object -> checks.incrementAndGet() > 0).validateAfterIdle(validateAfterIdle).maxIdle(maxIdle).build();
  }

  private Lease<Object> first(ObjectPool<Object> pool) {
    CompletableFuture<Lease<Object>> future = pool.acquireAsync(Duration.ofSeconds(1));
    room.runAll();
    return future.join();
  }

  /** Has the lease come back, later, after somebody has read the clock and before that one looks at the slots. */
  private void closeAfterTheReading(Lease<Object> lease) {
    room.afterCoarseTime(() -> {
      room.advance(TICK_OF_THE_COARSE_CLOCK);
      lease.close();
    });
  }

  @Test
  void aTryThatReadTheClockBeforeTheObjectCameBackGetsNothingUnasked() {
    ObjectPool<Object> pool = pool(Duration.ZERO, Duration.ofMinutes(1));
    closeAfterTheReading(first(pool));
    assertThat(pool.tryAcquire()).isNull();
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void anObjectIsYoungEnoughForItsIdleTimeThoughTheClockWasReadBeforeItCameBack() {
    ObjectPool<Object> pool = pool(Duration.ofSeconds(1), Duration.ofMinutes(1));
    closeAfterTheReading(first(pool));
    assertThat(pool.tryAcquire()).isNotNull();
    assertThat(checks).hasValue(0);
  }

  /** The second close has seen the lease open, and dawdles before it reads the clock, for as long as the object lies idle. */
  private ObjectPool<Object> idleUnderAStaleClose(Duration idle) {
    ObjectPool<Object> pool = pool(Duration.ofSeconds(1), Duration.ofMinutes(1));
    Lease<Object> lease = first(pool);
    room.atCoarseTime(() -> {
      lease.close();
      room.advance(idle);
    });
    lease.close();
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
    return pool;
  }

  @Test
  void aStaleCloseDoesNotLetAnObjectPassUnasked() {
    ObjectPool<Object> pool = idleUnderAStaleClose(Duration.ofMillis(999));
    room.advance(Duration.ofMillis(1));
    assertThat(pool.tryAcquire()).isNull();
    room.runAll();
    assertThat(checks).hasValue(1);
  }

  @Test
  void aStaleCloseDoesNotLetAnObjectOutliveItsIdleTime() {
    ObjectPool<Object> pool = idleUnderAStaleClose(Duration.ofMillis(59_500));
    room.advance(Duration.ofMillis(500));
    assertThat(pool.tryAcquire()).isNull();
    room.runAll();
    assertThat(pool.stats().expired()).isEqualTo(1);
    assertThat(checks).hasValue(0);
  }
}
