package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code acquireAsync}: in line without a thread. */
class AcquireAsyncTest extends AcquireFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** What the future failed with; waits until it has. */
  private static Throwable failure(CompletableFuture<?> future) {
    return future.handle((value, failure) -> failure).orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void aFutureGetsAnIdleObject() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    try (Lease<Thing> lease = pool.acquireAsync(SECOND).join()) {
      assertThat(lease.get()).isSameAs(things.made.get(0));
    }
  }

  @Test
  void aFutureGetsAnObjectThatIsMadeForIt() {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> lease = pool.acquireAsync(SECOND).join()) {
      assertThat(lease.get()).isSameAs(things.made.get(0));
    }
  }

  @Test
  void aFutureWaitsWithoutBlockingItsCaller() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
    assertThat(future).isNotDone();
    assertThat(pool.stats().pending()).isEqualTo(1);
    held.close();
    future.join().close();
    assertThat(pool.stats().pending()).isZero();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void aFutureDoesNotMindTheInterruptFlag() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    Thread.currentThread().interrupt();
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
    assertThat(Thread.interrupted()).isTrue();
    held.close();
    future.join().close();
  }

  @Test
  void aFutureCompletesOnAThreadOfThePool() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    CompletableFuture<Thread> ran = pool.acquireAsync(SECOND).thenApply(lease -> {
      lease.close();
      return Thread.currentThread();
    });
    AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
      held.close();
      return true;
    });
    closer.value();
    assertThat(ran.join()).isNotIn(Thread.currentThread(), closer.thread());
  }

  @Test
  void whatHangsOnAFutureDelaysNeitherWhoClosedNorWhoWaits() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(2).build();
    Lease<Thing> one = pool.acquire(SECOND);
    Lease<Thing> two = pool.acquire(SECOND);
    CompletableFuture<Boolean> hung = pool.acquireAsync(SECOND).thenApply(lease -> {
      try (lease) {
        return gate.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        return false;
      }
    });
    CompletableFuture<Lease<Thing>> next = pool.acquireAsync(SECOND);
    one.close();
    two.close();
    next.join().close();
    assertThat(hung).isNotDone();
    gate.countDown();
    assertThat(hung.join()).isTrue();
  }

  @Test
  void aFutureTimesOutAtItsTimeoutAndNotANanosecondBefore() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire(SECOND)) {
      CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
      clock.advance(SECOND.minusNanos(1));
      assertThat(future).isNotDone();
      assertThat(pool.stats().pending()).isEqualTo(1);
      clock.advance(Duration.ofNanos(1));
      assertThat(pool.stats().pending()).as("out of line when the clock has moved").isZero();
      assertThat(failure(future)).isInstanceOf(AcquireTimeoutException.class).hasMessageContaining("1s");
      assertThat(pool.stats().timeouts()).isEqualTo(1);
      assertThat(held.isOpen()).isTrue();
    }
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void aFutureWithNoTimeIsATry() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    long waits = pool.stats().waits();
    for (Duration none : new Duration[] {Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
      Lease<Thing> lease = pool.acquireAsync(none).join();
      CompletableFuture<Lease<Thing>> refused = pool.acquireAsync(none);
      assertThat(refused).as("at once").isCompletedExceptionally();
      assertThat(failure(refused)).isInstanceOf(AcquireTimeoutException.class);
      lease.close();
    }
    assertThat(pool.stats().waits()).isEqualTo(waits);
    assertThat(pool.stats().timeouts()).isZero();
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aHugeTimeoutDoesNotOverflow() throws InterruptedException {
    clock.advance(LONG);
    ObjectPool<Thing> pool = pool(1).build();
    for (Duration huge : new Duration[] {Duration.ofSeconds(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE - 1)}) {
      Lease<Thing> held = pool.acquire(SECOND);
      CompletableFuture<Lease<Thing>> future = pool.acquireAsync(huge);
      clock.advance(Duration.ofSeconds(30));
      assertThat(future).isNotDone();
      held.close();
      future.join().close();
    }
  }

  @Test
  void aFutureFailsWhenThePoolIsClosedWhileItWaits() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
    pool.initiateClose();
    assertThat(failure(future)).isInstanceOf(PoolClosedException.class);
    held.close();
  }

  @Test
  void aFutureFailsAtOnceIfThePoolIsClosed() {
    ObjectPool<Thing> pool = pool(1).build();
    pool.close();
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
    assertThat(future).isCompletedExceptionally();
    assertThat(failure(future)).isInstanceOf(PoolClosedException.class);
  }

  @Test
  void aFutureCountsAmongTheWaiters() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).maxWaiters(2).build();
    try (Lease<Thing> held = pool.acquire(SECOND)) {
      pool.acquireAsync(LONG);
      pool.acquireAsync(LONG);
      CompletableFuture<Lease<Thing>> third = pool.acquireAsync(LONG);
      assertThat(third).isCompletedExceptionally();
      assertThat(failure(third)).isInstanceOf(AcquireRejectedException.class);
      assertThatThrownBy(() -> pool.acquire(SECOND)).isInstanceOf(AcquireRejectedException.class);
      assertThat(pool.stats().pending()).isEqualTo(2);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void aCancelledFutureLeavesTheLineAtOnce() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(SECOND);
    AcquireCaller<Lease<Thing>> next = waitIn(pool, SECOND);
    future.cancel(false);
    assertThat(pool.stats().pending()).isEqualTo(1);
    held.close();
    next.value().close();
    clock.advance(SECOND);
    assertThat(pool.stats().timeouts()).as("it did not wait for its timeout").isZero();
  }

  @Test
  void aFutureThatSomebodyElseCompletedLeavesTheLine() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    pool.acquireAsync(SECOND).complete(null);
    pool.acquireAsync(SECOND).completeExceptionally(new IllegalStateException("changed my mind"));
    assertThat(pool.stats().pending()).isZero();
    CompletableFuture<Lease<Thing>> timed = pool.acquireAsync(SECOND).orTimeout(1, TimeUnit.NANOSECONDS);
    failure(timed);
    until(() -> pool.stats().pending() == 0);
    held.close();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void anObjectThatIsMadeForACancelledFutureIsKeptForTheNext() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.gated", () -> {
      gate.await();
      return things.make();
    }).size(1).build();
    pool.acquireAsync(SECOND).cancel(false);
    gate.countDown();
    until(() -> pool.stats().idle() == 1);
    pool.acquire(Duration.ZERO).close();
  }

  @Test
  void theLeaseOfAFutureMayBeClosedAnywhere() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    Lease<Thing> lease = pool.acquireAsync(SECOND).join();
    AcquireCaller.run(() -> {
      lease.close();
      lease.close();
      return true;
    }).value();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
  }

  @Test
  void aNullTimeoutIsNamed() {
    ObjectPool<Thing> pool = pool(1).build();
    assertThatThrownBy(() -> pool.acquireAsync(null)).isInstanceOf(NullPointerException.class).hasMessageContaining("timeout");
  }
}
