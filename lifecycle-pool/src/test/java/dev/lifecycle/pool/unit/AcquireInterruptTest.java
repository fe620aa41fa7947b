package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Rules 5 and 6: interrupts, and what comes at the same moment as an object. */
class AcquireInterruptTest extends AcquireFixture {
  private static final int ROUNDS = 500;
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void withTheFlagSetAnIdleObjectIsStillGivenAndTheFlagStays() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    Thread.currentThread().interrupt();
    try (Lease<Thing> lease = pool.acquire(LONG)) {
      assertThat(lease.isOpen()).isTrue();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
    try (Lease<Thing> lease = pool.acquire()) {
      assertThat(lease.isOpen()).isTrue();
    }
    try (Lease<Thing> lease = pool.acquire(Duration.ZERO)) {
      assertThat(lease.isOpen()).isTrue();
    }
    assertThat(pool.<Integer, RuntimeException>call(t -> t.number)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void withTheFlagSetAndNothingIdleItThrowsAndClaimsNothing() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire(LONG)) {
      long waits = pool.stats().waits();
      long claims = pool.stats().claims();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(InterruptedException.class).hasMessageContaining("test.things");
      assertThat(Thread.currentThread().isInterrupted()).as("told, so cleared").isFalse();
      assertThat(pool.stats().pending()).isZero();
      assertThat(pool.stats().waits()).isEqualTo(waits);
      assertThat(pool.stats().claims()).isEqualTo(claims);
      assertThat(held.isOpen()).isTrue();
    }
    pool.acquire(Duration.ZERO).close();
  }

  @Test
  void withTheFlagSetAndNothingIdleItThrowsAlsoWithNoTimeToWait() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire(LONG)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void anInterruptWhileWaitingThrowsAndClaimsNothing() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(LONG);
    long claims = pool.stats().claims();
    AcquireCaller<Lease<Thing>> caller = waitIn(pool, LONG);
    caller.interrupt();
    assertThat(caller.failure()).isInstanceOf(InterruptedException.class).hasMessageContaining("test.things");
    assertThat(caller.wasFlagged()).as("told, so cleared").isFalse();
    assertThat(pool.stats().pending()).isZero();
    assertThat(pool.stats().timeouts()).as("it did not wait in vain for its timeout").isZero();
    held.close();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().claims()).isEqualTo(claims);
  }

  @Test
  void theObjectThatAnInterruptedWaiterDidNotTakeGoesToTheNext() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    first.interrupt();
    assertThat(first.failure()).isInstanceOf(InterruptedException.class);
    held.close();
    assertThat(second.value().isOpen()).isTrue();
  }

  @Test
  void anInterruptThatMeetsAHandOffLosesNothing() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    int given = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Lease<Thing> held = pool.acquire(LONG);
      AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
      AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
      AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
        held.close();
        return true;
      });
      linger(i);
      first.interrupt();
      closer.value();
      if (first.failure() == null) {
        given++;
        assertThat(second.isDone()).isFalse();
        first.value().close();
      } else {
        assertThat(first.failure()).isInstanceOf(InterruptedException.class);
        assertThat(first.wasFlagged()).isFalse();
      }
      second.value().close();
      assertThat(pool.stats().idle()).isEqualTo(1);
    }
    assertThat(given).as("both orders came up").isBetween(1, ROUNDS - 1);
  }

  @Test
  void aTimeoutThatMeetsAHandOffLosesNothing() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    int given = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Lease<Thing> held = pool.acquire(LONG);
      AcquireCaller<Lease<Thing>> first = waitIn(pool, SECOND);
      AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
      AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
        held.close();
        return true;
      });
      linger(i);
      clock.advance(SECOND);
      closer.value();
      if (first.failure() == null) {
        given++;
        assertThat(second.isDone()).isFalse();
        first.value().close();
      } else {
        assertThat(first.failure()).isInstanceOf(AcquireTimeoutException.class);
      }
      second.value().close();
      assertThat(pool.stats().idle()).isEqualTo(1);
    }
    assertThat(given).as("both orders came up").isBetween(1, ROUNDS - 1);
    assertThat(pool.stats().timeouts()).isEqualTo(ROUNDS - given);
  }

  @Test
  void aCancelThatMeetsAHandOffLosesNothing() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    int given = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Lease<Thing> held = pool.acquire(LONG);
      CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
      AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
      AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
        held.close();
        return true;
      });
      linger(i);
      boolean cancelled = first.cancel(true);
      closer.value();
      if (!cancelled) {
        given++;
        first.join().close();
      }
      second.value().close();
      assertThat(pool.stats().idle()).isEqualTo(1);
    }
    assertThat(given).as("both orders came up").isBetween(1, ROUNDS - 1);
  }

  /** Passes a time that differs from round to round, from none to about that of a start of a thread. */
  private static void linger(int round) {
    long until = System.nanoTime() + (round % 50) * 4_000L;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}
