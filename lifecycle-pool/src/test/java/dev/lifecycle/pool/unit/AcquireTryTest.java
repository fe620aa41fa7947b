package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@code tryAcquire}. */
class AcquireTryTest extends AcquireFixture {
  @Test
  void aTryGivesAnIdleObject() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    try (Lease<Thing> lease = pool.tryAcquire()) {
      assertThat(lease.get()).isSameAs(things.made.get(0));
      assertThat(pool.tryAcquire()).isNull();
    }
    assertThat(pool.stats().timeouts()).isZero();
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aTryThatFindsNothingBeginsToMakeOneForWhoeverComesNext() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.gated", () -> {
      gate.await();
      return things.make();
    }).size(4).parallelCreations(4).build();
    for (int i = 0; i < 10; i++) {
      assertThat(pool.tryAcquire()).as("does not block").isNull();
    }
    assertThat(pool.stats().creating()).as("one, however many tried").isEqualTo(1);
    gate.countDown();
    until(() -> pool.stats().idle() == 1);
    try (Lease<Thing> lease = pool.tryAcquire()) {
      assertThat(lease).isNotNull();
    }
  }

  @Test
  void aTryMakesNothingPastTheSize() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      assertThat(pool.tryAcquire()).isNull();
      assertThat(pool.stats().size()).isEqualTo(1);
      assertThat(pool.stats().creating()).isZero();
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void anObjectThatNeedsACheckIsNotGivenButChecked() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger checks = new AtomicInteger();
    ObjectPool<Thing> pool = filled(pool(1).validateAfterIdle(Duration.ofSeconds(1)).validate(t -> {
      checks.incrementAndGet();
      gate.await();
      return true;
    }));
    clock.advance(Duration.ofSeconds(1).minusNanos(1));
    pool.tryAcquire().close(); // unasked
    assertThat(checks).hasValue(0);
    clock.advance(Duration.ofSeconds(1));
    assertThat(pool.tryAcquire()).as("does not block").isNull();
    assertThat(pool.tryAcquire()).isNull();
    gate.countDown();
    until(() -> pool.stats().idle() == 1);
    assertThat(checks).hasValue(1);
    try (Lease<Thing> lease = pool.tryAcquire()) {
      assertThat(lease).isNotNull();
    }
  }

  @Test
  void aTryDoesNotMindTheInterruptFlag() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    Thread.currentThread().interrupt();
    try (Lease<Thing> lease = pool.tryAcquire()) {
      assertThat(lease).isNotNull();
      assertThat(pool.tryAcquire()).isNull();
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aTryOnAClosedPoolThrows() {
    ObjectPool<Thing> pool = pool(1).build();
    pool.initiateClose();
    assertThatThrownBy(pool::tryAcquire).isInstanceOf(PoolClosedException.class).hasMessageContaining("test.things");
  }
}
