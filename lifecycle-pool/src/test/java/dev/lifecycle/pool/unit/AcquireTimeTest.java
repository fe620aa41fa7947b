package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 1 and 2: how long an acquire waits. */
class AcquireTimeTest extends AcquireFixture {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration NANO = Duration.ofNanos(1);

  @Test
  void buildMakesNoObjectYet() {
    ObjectPool<Thing> pool = pool(4).minIdle(2).build();
    clock.advance(Duration.ofSeconds(5));
    assertThat(things.made).isEmpty();
    assertThat(pool.stats().size()).isZero();
  }

  @Test
  void acquireMakesTheObjectThatIsMissing() throws InterruptedException {
    ObjectPool<Thing> pool = pool(4).build();
    try (Lease<Thing> lease = pool.acquire(SECOND)) {
      assertThat(things.made).containsExactly(lease.get());
    }
  }

  @Test
  void acquireGivesAnIdleObjectOnAClockThatStands() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    for (int i = 0; i < 100; i++) {
      pool.acquire(NANO).close();
    }
    assertThat(things.made).hasSize(1);
    assertThat(pool.stats().waits()).as("but for the first").isEqualTo(1);
  }

  @Test
  void acquireTimesOutAtItsTimeoutAndNotANanosecondBefore() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    clock.advance(SECOND);
    try (Lease<Thing> held = pool.acquire(SECOND)) {
      AcquireCaller<Lease<Thing>> caller = waitIn(pool, SECOND);
      until(() -> clock.sleepers() == 1);
      clock.advance(SECOND.minus(NANO));
      assertThat(caller.thread().isAlive()).isTrue();
      assertThat(pool.stats().pending()).isEqualTo(1);
      for (int i = 0; i < 50; i++) {
        LockSupport.unpark(caller.thread()); // a park may return for no reason
        Thread.yield();
      }
      assertThat(pool.stats().timeouts()).isZero();
      clock.advance(NANO);
      assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void anObjectThatComesInTheLastNanosecondIsGiven() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire(SECOND);
    AcquireCaller<Lease<Thing>> caller = waitIn(pool, SECOND);
    clock.advance(SECOND.minus(NANO));
    held.close();
    assertThat(caller.value().isOpen()).isTrue();
  }

  @Test
  void acquireWithoutATimeoutTakesThatOfThePool() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).acquireTimeout(Duration.ofSeconds(7)).build();
    assertWaits(pool, Duration.ofSeconds(7));
  }

  @Test
  void thePoolsTimeoutIsThirtySecondsByDefault() throws InterruptedException {
    assertWaits(pool(1).build(), Duration.ofSeconds(30));
  }

  private void assertWaits(ObjectPool<Thing> pool, Duration timeout) throws InterruptedException {
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Lease<Thing>> caller = lineUp(pool, pool::acquire);
      until(() -> clock.sleepers() == 1);
      clock.advance(timeout.minus(NANO));
      assertThat(pool.stats().pending()).isEqualTo(1);
      clock.advance(NANO);
      assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class);
      assertThat(held.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -1_000_000_000, Long.MIN_VALUE})
  void noTimeIsATry(long seconds) throws InterruptedException {
    Duration none = Duration.ofSeconds(seconds);
    ObjectPool<Thing> pool = filled(pool(1));
    long waits = pool.stats().waits();
    try (Lease<Thing> idle = pool.acquire(none)) {
      assertThat(idle.isOpen()).isTrue();
      assertThatThrownBy(() -> pool.acquire(none)).isInstanceOf(AcquireTimeoutException.class);
    }
    assertThat(pool.stats().waits()).isEqualTo(waits);
    assertThat(pool.stats().timeouts()).isZero();
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aTryBeginsToMakeWhatIsMissing() {
    ObjectPool<Thing> pool = pool(2).build();
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class);
    until(() -> pool.stats().idle() == 1);
    assertThat(things.made).hasSize(1);
  }

  @Test
  void aHugeTimeoutDoesNotOverflow() throws InterruptedException {
    clock.advance(LONG); // so that now + timeout is past the end of the clock
    ObjectPool<Thing> pool = filled(pool(1).expectedWithin(Duration.ofSeconds(Long.MAX_VALUE)));
    for (Duration huge : List.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), Duration.ofNanos(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE - 1))) {
      Lease<Thing> held = pool.acquire(huge);
      AcquireCaller<Lease<Thing>> caller = waitIn(pool, huge);
      clock.advance(Duration.ofMinutes(10));
      assertThat(pool.stats().pending()).isEqualTo(1);
      assertThat(caller.isDone()).isFalse();
      held.close();
      caller.value().close();
    }
    assertThat(pool.stats().timeouts()).isZero();
  }

  @Test
  void anObjectThatIsMadeAfterTheTimeoutIsKeptForTheNext() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.slow", () -> {
      gate.await();
      return things.make();
    }).size(1).build();
    AcquireCaller<Lease<Thing>> caller = waitIn(pool, SECOND);
    clock.advance(SECOND);
    assertThat(caller.failure()).isInstanceOf(AcquireTimeoutException.class);
    gate.countDown();
    until(() -> pool.stats().idle() == 1);
    pool.acquire(Duration.ZERO).close();
    assertThat(things.made).hasSize(1);
  }

  @Test
  void aWaiterWakesWhenThePoolIsClosed() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> held = pool.acquire()) {
      AcquireCaller<Lease<Thing>> caller = waitIn(pool, LONG);
      pool.initiateClose();
      assertThat(caller.failure()).isInstanceOf(PoolClosedException.class).hasMessageContaining("test.things");
      assertThat(held.isOpen()).isTrue();
    }
  }

  @Test
  void aClosedPoolRefusesEveryWayToALeaseAtOnce() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(1));
    pool.initiateClose();
    assertThatThrownBy(pool::acquire).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(PoolClosedException.class).hasMessageContaining("test.things");
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(pool::tryAcquire).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.call(t -> t)).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.run(t -> {})).isInstanceOf(PoolClosedException.class);
    assertThat(pool.acquireAsync(LONG)).isCompletedExceptionally();
    assertThat(pool.acquireAsync(Duration.ZERO)).isCompletedExceptionally();
  }

  @Test
  void aNullTimeoutIsNamed() {
    ObjectPool<Thing> pool = pool(1).build();
    assertThatThrownBy(() -> pool.acquire(null)).isInstanceOf(NullPointerException.class).hasMessageContaining("timeout");
  }

  @Test
  void onTheSystemClockATimeoutIsNeverEarlyAndAsARuleWithinFiftyMilliseconds() throws InterruptedException {
    Duration timeout = Duration.ofMillis(10);
    long closest = Long.MAX_VALUE;
    try (Scope real = Scope.open("app.real"); ObjectPool<Thing> pool = ObjectPool.in(real, "test.real", things::make).size(1).build()) {
      try (Lease<Thing> held = pool.acquire(LONG)) {
        for (int i = 0; i < 20; i++) {
          long begin = System.nanoTime();
          assertThatThrownBy(() -> pool.acquire(timeout)).isInstanceOf(AcquireTimeoutException.class);
          long late = System.nanoTime() - begin - timeout.toNanos();
          assertThat(late).isNotNegative();
          closest = Math.min(closest, late);
        }
        assertThat(held.isOpen()).isTrue();
      }
    }
    assertThat(Duration.ofNanos(closest)).as("the closest of all: the machine may be busy").isLessThan(Duration.ofMillis(50));
  }

  @Test
  void withAnObjectThatIsIdleTheCallerNeverWaitsPastItsTimeoutWhileOthersComeAndGo() throws InterruptedException {
    ObjectPool<Thing> pool = filled(pool(2));
    AtomicBoolean enough = new AtomicBoolean();
    AcquireCaller<Boolean> busy = AcquireCaller.run(() -> {
      while (!enough.get()) {
        pool.acquire(LONG).close();
      }
      return true;
    });
    for (int i = 0; i < 20_000; i++) { // on a clock that stands: one that waited for its timeout would wait for ever
      pool.acquire(NANO).close();
    }
    enough.set(true);
    assertThat(busy.value()).isTrue();
    assertThat(pool.stats().timeouts()).isZero();
  }
}
