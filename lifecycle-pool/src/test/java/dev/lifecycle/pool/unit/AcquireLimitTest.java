package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code maxWaiters}: how many may stand in line. */
class AcquireLimitTest extends AcquireFixture {
  @Test
  void oneMoreThanTheMaximumIsTurnedAwayAtOnceAndToldWhy() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(2).build();
    try (Lease<Thing> held = pool.acquire()) {
      long waits = pool.stats().waits();
      waitIn(pool, LONG);
      waitIn(pool, LONG);
      assertThatThrownBy(() -> pool.acquire(LONG))
          .isInstanceOf(AcquireRejectedException.class)
          .hasMessageContaining("test.things")
          .hasMessageContaining("maximum of waiters: 2");
      assertThat(pool.stats().rejections()).isEqualTo(1);
      assertThat(pool.stats().pending()).isEqualTo(2);
      assertThat(pool.stats().waits()).as("one who is turned away has not waited").isEqualTo(waits + 2);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void thoseWhoWaitKeepTheirPlacesWhenOneIsTurnedAway() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(1).build();
    Lease<Thing> held = pool.acquire();
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(AcquireRejectedException.class);
    held.close();
    waiter.value().close();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void aPlaceIsFreeAgainWhenAWaiterIsServedInterruptedTimedOutOrCancelled() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(1).build();
    Lease<Thing> held = pool.acquire();
    AcquireCaller<Lease<Thing>> served = waitIn(pool, LONG);
    held.close();
    Lease<Thing> next = served.value();
    AcquireCaller<Lease<Thing>> interrupted = waitIn(pool, LONG);
    interrupted.interrupt();
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    AcquireCaller<Lease<Thing>> timed = waitIn(pool, Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    assertThat(timed.failure()).isInstanceOf(AcquireTimeoutException.class);
    CompletableFuture<Lease<Thing>> cancelled = pool.acquireAsync(LONG);
    assertThat(cancelled).isNotDone();
    cancelled.cancel(false);
    AcquireCaller<Lease<Thing>> last = waitIn(pool, LONG);
    next.close();
    last.value().close();
    assertThat(pool.stats().rejections()).isZero();
  }

  @Test
  void aTryDoesNotWaitAndIsNotTurnedAway() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(0).build();
    assertThat(pool.tryAcquire()).isNull();
    until(() -> pool.stats().idle() == 1);
    try (Lease<Thing> held = pool.acquire(Duration.ZERO)) {
      assertThat(pool.tryAcquire()).isNull();
      assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class);
      assertThat(held.isOpen()).isTrue();
    }
    assertThat(pool.stats().rejections()).isZero();
  }

  @Test
  void withAMaximumOfNoneOnlyThoseWaitForWhomAnObjectIsBeingMade() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(0).build();
    pool.acquire(LONG).close();
    try (Lease<Thing> held = pool.acquire(LONG)) {
      assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(AcquireRejectedException.class);
      assertThat(held.isOpen()).isTrue();
    }
    pool.acquireAsync(LONG).join().close();
  }

  @Test
  void theMaximumHoldsAgainstManyThatComeAtOnce() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(5).build();
    Lease<Thing> held = pool.acquire();
    List<AcquireCaller<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      callers.add(AcquireCaller.run(() -> {
        try (Lease<Thing> lease = pool.acquire(LONG)) {
          return lease.isOpen();
        }
      }));
    }
    until(() -> pool.stats().rejections() == 35);
    assertThat(pool.stats().pending()).isEqualTo(5);
    held.close();
    assertThat(callers.stream().filter(c -> c.failure() == null)).hasSize(5);
    assertThat(callers.stream().filter(c -> c.failure() instanceof AcquireRejectedException)).hasSize(35);
  }

  @Test
  void tenThousandMayWaitByDefault() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      for (int i = 0; i < 10_000; i++) {
        pool.acquireAsync(LONG);
      }
      assertThat(pool.stats().pending()).isEqualTo(10_000);
      assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(AcquireRejectedException.class);
      assertThat(held.isOpen()).isTrue();
    }
  }
}
