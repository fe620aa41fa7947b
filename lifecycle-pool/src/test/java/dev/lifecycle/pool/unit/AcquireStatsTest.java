package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The figures of what callers do. */
class AcquireStatsTest extends AcquireFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aNewPoolHasItsLimitAndNothingElse() {
    PoolStats stats = pool(7).build().stats();
    assertThat(stats.limit()).isEqualTo(7);
    assertThat(stats.size() + stats.idle() + stats.leased() + stats.creating() + stats.pending()).isZero();
    assertThat(stats.claims() + stats.waits() + stats.timeouts() + stats.rejections() + stats.created() + stats.createFailures()).isZero();
    assertThat(stats.destroyed() + stats.destroyFailures() + stats.invalid() + stats.expired() + stats.staleCloses() + stats.leaked() + stats.revoked()).isZero();
  }

  @Test
  void theFiguresAreOfTheirMoment() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    PoolStats before = pool.stats();
    try (Lease<Thing> held = pool.acquire()) {
      assertThat(held.isOpen()).isTrue();
      assertThat(before.leased()).isZero();
      assertThat(pool.stats().leased()).isEqualTo(1);
    }
  }

  @Test
  void leasedAndIdleAddUpToTheSizeAtRest() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(3));
    Lease<Thing> one = pool.acquire();
    Lease<Thing> two = pool.acquire();
    assertThat(pool.stats().leased()).isEqualTo(2);
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().size()).isEqualTo(3);
    one.close();
    two.close();
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().idle()).isEqualTo(3);
  }

  @Test
  void whatIsBeingMadeCountsInTheSize() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.gated", () -> {
      gate.await();
      return things.make();
    }).size(3).parallelCreations(2).build();
    List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      futures.add(pool.acquireAsync(LONG));
    }
    assertThat(pool.stats().creating()).as("two at once").isEqualTo(2);
    assertThat(pool.stats().size()).isEqualTo(2);
    assertThat(pool.stats().created()).isZero();
    gate.countDown();
    futures.forEach(CompletableFuture::join);
    assertThat(pool.stats().creating()).isZero();
    assertThat(pool.stats().size()).isEqualTo(3);
    assertThat(pool.stats().created()).isEqualTo(3);
  }

  @Test
  void everyWayToALeaseIsAClaim() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquire().close();
    pool.acquire(Duration.ZERO).close();
    pool.tryAcquire().close();
    pool.acquireAsync(SECOND).join().close();
    pool.run(t -> {});
    Lease<Thing> held = pool.acquire();
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, SECOND);
    held.close();
    waiter.value().close();
    assertThat(pool.stats().claims()).isEqualTo(7);
    assertThat(pool.tryAcquire()).isNotNull();
    assertThat(pool.tryAcquire()).isNull();
    assertThat(pool.stats().claims()).isEqualTo(8);
  }

  @Test
  void claimsAreCountedThroughInvalidDetachedAndReplacedObjects() throws InterruptedException {
    ObjectPool<Thing> pool = pool(2).build();
    for (int i = 0; i < 10; i++) {
      pool.acquire().invalidate();
      pool.detach(pool.acquire());
      pool.acquire().close();
    }
    assertThat(pool.stats().claims()).isEqualTo(30);
    until(() -> pool.stats().destroyed() == 10);
    assertThat(pool.stats().claims()).isEqualTo(30);
  }

  @Test
  void aShrunkPoolAndARevokedLeaseLeaveTheClaimsAsTheyAre() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(3));
    for (Lease<Thing> lease : takeAll(pool)) {
      lease.close();
    }
    assertThat(pool.stats().claims()).isEqualTo(6);
    pool.resize(1);
    until(() -> pool.stats().size() == 1);
    assertThat(pool.stats().claims()).isEqualTo(6);
    Lease<Thing> revoked = pool.acquire();
    pool.close(); // with no grace
    assertThat(revoked.isOpen()).isFalse();
    assertThat(pool.stats().claims()).isEqualTo(7);
  }

  @Test
  void claimsAreExactAfterManyThreads() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(3));
    long before = pool.stats().claims();
    List<AcquireCaller<Boolean>> users = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(AcquireCaller.run(() -> {
        for (int n = 0; n < 10_000; n++) {
          pool.acquire(LONG).close();
        }
        return true;
      }));
    }
    users.forEach(AcquireCaller::value);
    assertThat(pool.stats().claims() - before).isEqualTo(40_000);
    assertThat(pool.stats().idle()).isEqualTo(3);
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aWaitIsCountedWhateverComesOfIt() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire();
    long before = pool.stats().waits();
    AcquireCaller<Lease<Thing>> timed = waitIn(pool, SECOND);
    assertThat(pool.stats().pending()).isEqualTo(1);
    clock.advance(SECOND);
    assertThat(timed.failure()).isInstanceOf(AcquireTimeoutException.class);
    AcquireCaller<Lease<Thing>> interrupted = waitIn(pool, SECOND);
    interrupted.interrupt();
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    pool.acquireAsync(SECOND).cancel(false);
    AcquireCaller<Lease<Thing>> served = waitIn(pool, SECOND);
    held.close();
    served.value().close();
    assertThat(pool.stats().waits() - before).isEqualTo(4);
    assertThat(pool.stats().timeouts()).isEqualTo(1);
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void anAcquireThatFindsAnIdleObjectHasNotWaited() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    long before = pool.stats().waits();
    pool.acquire().close();
    pool.acquireAsync(SECOND).join().close();
    assertThat(pool.stats().waits()).isEqualTo(before);
  }

  @Test
  void timeoutsOfThreadsAndFuturesAreCountedTriesAreNot() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Lease<Thing>> thread = waitIn(pool, SECOND);
      pool.acquireAsync(SECOND);
      clock.advance(SECOND);
      assertThat(thread.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class);
      pool.acquireAsync(Duration.ZERO);
      pool.tryAcquire();
      assertThat(pool.stats().timeouts()).isEqualTo(2);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void figuresOfTheTreeAreThoseOfTheStats() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(3));
    try (Lease<Thing> held = pool.acquire()) {
      assertThat(pool.figures().values()).containsEntry("leased", 1L).containsEntry("idle", 2L).containsEntry("limit", 3L).containsEntry("pending", 0L);
      assertThat(held.isOpen()).isTrue();
    }
    assertThat(pool.toString()).contains("test.things");
  }
}
