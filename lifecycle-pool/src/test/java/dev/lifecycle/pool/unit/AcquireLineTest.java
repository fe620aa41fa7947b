package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 3 and 4: who is next. */
class AcquireLineTest extends AcquireFixture {
  private static final int NEWCOMERS = 4;

  /** How many losses the first in line may have before releases go to it directly. */
  private static final int LOSSES = 4;

  private ObjectPool<Thing> one(boolean fair) throws InterruptedException {
    ObjectPoolBuilder<Thing> builder = pool(1);
    return filled(fair ? builder.fair() : builder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReleasedObjectGoesToTheOldestWaiter(boolean fair) throws InterruptedException {
    ObjectPool<Thing> pool = one(fair);
    Lease<Thing> held = pool.acquire(LONG);
    List<AcquireCaller<Lease<Thing>>> waiters = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      waiters.add(waitIn(pool, LONG));
    }
    for (int i = 0; i < 6; i++) {
      held.close();
      held = waiters.get(i).value();
      assertThat(waiters.stream().filter(AcquireCaller::isDone)).hasSize(i + 1);
      assertThat(pool.stats().pending()).isEqualTo(5 - i);
    }
    held.close();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threadsAndFuturesStandInOneLine(boolean fair) throws InterruptedException {
    ObjectPool<Thing> pool = one(fair);
    Lease<Thing> held = pool.acquire(LONG);
    CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    CompletableFuture<Lease<Thing>> third = pool.acquireAsync(LONG);
    AcquireCaller<Lease<Thing>> fourth = waitIn(pool, LONG);
    held.close();
    held = first.join();
    assertThat(second.isDone()).isFalse();
    held.close();
    held = second.value();
    assertThat(third).isNotDone();
    held.close();
    held = third.join();
    assertThat(fourth.isDone()).isFalse();
    held.close();
    fourth.value().close();
  }

  @Test
  void anObjectThatWasMadeGoesToTheOldestWaiter() throws InterruptedException {
    Semaphore permits = new Semaphore(0);
    ObjectPool<Thing> pool = ObjectPool.in(scope, "test.permits", () -> {
      permits.acquire();
      return things.make();
    }).size(3).parallelCreations(3).build();
    List<AcquireCaller<Lease<Thing>>> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(waitIn(pool, LONG));
    }
    assertThat(pool.stats().creating()).as("one for each who waits").isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      permits.release();
      waiters.get(i).value();
      assertThat(waiters.stream().filter(AcquireCaller::isDone)).hasSize(i + 1);
    }
  }

  @Test
  void anObjectThatWasCheckedGoesToTheOldestWaiter() throws InterruptedException {
    Semaphore permits = new Semaphore(0);
    ObjectPool<Thing> pool = filled(pool(2).validateAfterIdle(Duration.ofSeconds(1)).validate(t -> {
      permits.acquire();
      return true;
    }));
    clock.advance(Duration.ofSeconds(1));
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    permits.release();
    first.value();
    assertThat(second.isDone()).isFalse();
    permits.release();
    second.value();
    assertThat(things.made).hasSize(2);
  }

  @Test
  void aWaiterThatTimesOutLeavesItsPlaceToTheNext() throws InterruptedException {
    ObjectPool<Thing> pool = one(false);
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, Duration.ofSeconds(1));
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    clock.advance(Duration.ofSeconds(1));
    assertThat(first.failure()).isInstanceOf(AcquireTimeoutException.class);
    assertThat(second.isDone()).isFalse();
    held.close();
    assertThat(second.value().isOpen()).isTrue();
  }

  @Test
  void aWaiterInTheMiddleLeavesWithoutHarmToTheOthers() throws InterruptedException {
    ObjectPool<Thing> pool = one(false);
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, Duration.ofSeconds(1));
    AcquireCaller<Lease<Thing>> third = waitIn(pool, LONG);
    clock.advance(Duration.ofSeconds(1));
    assertThat(second.failure()).isInstanceOf(AcquireTimeoutException.class);
    held.close();
    first.value().close();
    third.value().close();
  }

  @Test
  void withNobodyInLineAFairPoolGivesAtOnce() throws InterruptedException {
    ObjectPool<Thing> pool = one(true);
    long waits = pool.stats().waits();
    pool.acquire(LONG).close();
    pool.acquire(Duration.ZERO).close();
    Lease<Thing> tried = pool.tryAcquire();
    assertThat(tried).isNotNull();
    tried.close();
    assertThat(pool.stats().waits()).isEqualTo(waits);
  }

  @RepeatedTest(60)
  void inAFairPoolNoNewcomerOvertakesAWaiter() throws Exception {
    assertThat(overtakes(one(true))).isZero();
  }

  @RepeatedTest(60)
  void inAnUnfairPoolAWaiterIsOvertakenOnlySoOften() throws Exception {
    assertThat(overtakes(one(false))).isLessThanOrEqualTo(LOSSES + NEWCOMERS);
  }

  @RepeatedTest(20)
  void inAnUnfairPoolWithAResetHookAWaiterIsOvertakenOnlySoOften() throws Exception {
    ObjectPool<Thing> pool = filled(pool(1).reset(t -> Thread.onSpinWait()));
    assertThat(overtakes(pool)).isLessThanOrEqualTo(LOSSES + NEWCOMERS);
  }

  /** How often newcomers get the only object while somebody waits for it. They count while they hold it, so that the waiter, holding it, reads what is exact. */
  private static int overtakes(ObjectPool<Thing> pool) throws Exception {
    Lease<Thing> held = pool.acquire(LONG);
    AtomicInteger overtakes = new AtomicInteger();
    AtomicBoolean served = new AtomicBoolean();
    AcquireCaller<Integer> waiter = lineUp(pool, () -> {
      try (Lease<Thing> lease = pool.acquire(LONG)) {
        served.set(true);
        lease.get();
        return overtakes.get();
      }
    });
    CyclicBarrier start = new CyclicBarrier(NEWCOMERS + 1);
    List<AcquireCaller<Boolean>> newcomers = new ArrayList<>();
    for (int i = 0; i < NEWCOMERS; i++) {
      boolean timed = i % 2 == 0;
      newcomers.add(AcquireCaller.run(() -> {
        start.await();
        while (!served.get()) {
          Lease<Thing> lease = timed ? tryTimed(pool) : pool.tryAcquire();
          if (lease != null) {
            if (!served.get()) {
              overtakes.incrementAndGet();
            }
            lease.close();
          }
        }
        return true;
      }));
    }
    start.await();
    held.close();
    int count = waiter.value();
    newcomers.forEach(AcquireCaller::value);
    return count;
  }

  private static Lease<Thing> tryTimed(ObjectPool<Thing> pool) throws InterruptedException {
    try {
      return pool.acquire(Duration.ZERO);
    } catch (AcquireTimeoutException e) {
      return null;
    }
  }

  @Test
  void inAFairPoolANewcomerWaitsBehindThoseWhoWait() throws InterruptedException {
    ObjectPool<Thing> pool = one(true);
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    held.close();
    Lease<Thing> next = first.value();
    AcquireCaller<Lease<Thing>> third = waitIn(pool, LONG);
    next.close();
    second.value().close();
    third.value().close();
  }

  @Test
  void aTryFindsNothingWhileOthersWaitForACheck() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = filled(pool(1).fair().validateAfterIdle(Duration.ZERO).validate(t -> {
      gate.await();
      return true;
    }));
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    assertThat(pool.tryAcquire()).isNull();
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class);
    assertThat(pool.acquireAsync(Duration.ZERO)).isCompletedExceptionally();
    gate.countDown();
    assertThat(waiter.value().isOpen()).isTrue();
  }
}
