package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 14 to 16: factories that fail, return null, throw Errors or block. */
@Timeout(30)
class EndRulesFactoryTest extends EndRulesFixture {
  private volatile Throwable broken;
  private final AtomicInteger attempts = new AtomicInteger();

  private Thing make() throws Exception {
    attempts.incrementAndGet();
    Throwable failure = broken;
    if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw (Exception) failure;
    }
    return things.call();
  }

  private ObjectPoolBuilder<Thing> breakable(int size) {
    return ObjectPool.in(scope, "things", this::make).size(size).parallelCreations(1);
  }

  @Test
  void buildMakesNothing() {
    ObjectPool<Thing> pool = pool(4).minIdle(4).build();
    pass(Duration.ofMinutes(1));
    assertThat(things.made).isEmpty();
    assertThat(pool.stats().creating()).isZero();
    assertThat(pool.stats().size()).isZero();
  }

  @Test
  void aWaiterWaitsToItsTimeoutWithTheLastFailureAsCause() {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(1).build();
    Aside<Lease<Thing>> waiter = aside(() -> pool.acquire(Duration.ofSeconds(3)));
    soon().until(() -> pool.stats().createFailures() == 1);
    assertThat(waiter.isDone()).isFalse();
    broken = new IllegalArgumentException("refused again");
    passUntilFailures(pool, 2);
    assertThat(waiter.isDone()).isFalse();
    Throwable timeout = passTimeUntilFailed(waiter);
    assertThat(timeout).isInstanceOf(AcquireTimeoutException.class).hasCause(broken).hasMessageContaining("the last creation failed: java.lang.IllegalArgumentException");
  }

  @Test
  void aFutureWaitsToItsTimeoutWithTheLastFailureAsCause() {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(1).build();
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(Duration.ofSeconds(3));
    soon().until(() -> pool.stats().createFailures() == 1);
    pass(Duration.ofSeconds(3).minus(TICK));
    assertThat(future).isNotDone();
    pass(TICK);
    soon().until(future::isDone);
    assertThatThrownBy(future::join).hasCauseInstanceOf(AcquireTimeoutException.class).hasRootCause(broken);
  }

  /** Each delay lies between half of what was doubled up to the last, and the whole of it. */
  @Test
  void theDelayAfterAFailureDoublesUpToTheLastAndHasUpToHalfOfItTakenOff() {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(1).creationBackoff(Duration.ofSeconds(10), Duration.ofSeconds(70)).build();
    pool.acquireAsync(LONG);
    for (int i = 0; i < 6; i++) {
      int failures = i + 1;
      soon().until(() -> pool.stats().createFailures() == failures && pool.stats().creating() == 0);
      long delay = Math.min(70, 10L << i);
      long seconds = 0;
      while (pool.stats().creating() == 0 && attempts.get() == failures) { // the first changes in the step that brings the next attempt
        pass(Duration.ofSeconds(1));
        seconds++;
      }
      assertThat(seconds).as("delay after failure %s", failures).isBetween(delay / 2, delay + 1);
    }
  }

  @Test
  void theDelaysAreSpreadAtRandom() {
    broken = new IllegalStateException("refused");
    Duration most = Duration.ofSeconds(64);
    ObjectPool<Thing> pool = breakable(1).creationBackoff(most, most).build();
    pool.acquireAsync(LONG);
    Set<Integer> seen = new HashSet<>();
    for (int i = 1; i <= 12; i++) {
      int failures = i;
      soon().until(() -> pool.stats().createFailures() == failures && pool.stats().creating() == 0);
      int seconds = 0;
      while (pool.stats().creating() == 0 && attempts.get() == failures) {
        pass(Duration.ofSeconds(1));
        seconds++;
      }
      assertThat(seconds).isBetween(32, 65);
      seen.add(seconds);
    }
    assertThat(seen).hasSizeGreaterThan(3);
  }

  @Test
  void aSuccessForgetsTheFailures() throws Exception {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(2).creationBackoff(Duration.ofSeconds(10), Duration.ofSeconds(1_000)).build();
    CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
    passUntilFailures(pool, 5);
    broken = null;
    pass(Duration.ofSeconds(1_000));
    first.get().close();
    first = pool.acquireAsync(LONG);
    first.get();
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class).hasNoCause();
    soon().until(() -> pool.stats().size() == 2 && pool.stats().creating() == 0);
    Lease<Thing> second = pool.acquire(LONG);
    broken = new IllegalStateException("refused");
    second.invalidate();
    soon().until(() -> pool.stats().size() == 1);
    int before = attempts.get();
    pool.acquireAsync(LONG);
    soon().until(() -> pool.stats().createFailures() == 6);
    pass(Duration.ofSeconds(10));
    soon().until(() -> attempts.get() == before + 2);
  }

  @Test
  void thePoolRecoversWithoutARestart() throws Exception {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(2).build();
    List<CompletableFuture<Lease<Thing>>> waiters = List.of(pool.acquireAsync(LONG), pool.acquireAsync(LONG));
    passUntilFailures(pool, 20);
    broken = null;
    pass(Duration.ofSeconds(5));
    soon().until(() -> {
      pass(Duration.ofSeconds(1));
      return waiters.stream().allMatch(CompletableFuture::isDone);
    });
    for (CompletableFuture<Lease<Thing>> waiter : waiters) {
      assertThat(waiter.get().get().isAlive()).isTrue();
    }
    assertThat(pool.stats().size()).isEqualTo(2);
  }

  @Test
  void nothingIsTriedDuringADelayThoughMoreCallersCome() {
    broken = new IllegalStateException("refused");
    ObjectPool<Thing> pool = breakable(4).creationBackoff(Duration.ofSeconds(100), Duration.ofSeconds(100)).build();
    pool.acquireAsync(LONG);
    soon().until(() -> pool.stats().createFailures() == 1);
    pool.acquireAsync(LONG);
    pool.tryAcquire();
    pass(Duration.ofSeconds(49));
    assertThat(pool.stats().creating()).isZero();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aReturnedObjectGoesToAWaiterWhileCreationsAreDelayed() throws Exception {
    ObjectPool<Thing> pool = breakable(2).creationBackoff(Duration.ofSeconds(100), Duration.ofSeconds(100)).build();
    Lease<Thing> lease = pool.acquire();
    broken = new IllegalStateException("refused");
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    soon().until(() -> pool.stats().createFailures() == 1);
    lease.close();
    assertThat(waiter.get().get()).isSameAs(things.made.get(0));
  }

  @Test
  void nullIsAFailure() {
    ObjectPool<Thing> pool = ObjectPool.<Thing>in(scope, "things", () -> null).size(1).build();
    Aside<Lease<Thing>> waiter = aside(() -> pool.acquire(Duration.ofSeconds(3)));
    soon().until(() -> pool.stats().createFailures() == 1);
    assertThat(pool.stats().size()).isZero();
    assertThat(pool.stats().created()).isZero();
    assertThat(passTimeUntilFailed(waiter)).cause().isInstanceOf(NullPointerException.class).hasMessageContaining("create of pool \"things\" returned null");
  }

  @ParameterizedTest
  @ValueSource(classes = {AssertionError.class, StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class})
  void anErrorKillsNoThreadAndLeaksNoSlot(Class<? extends Error> kind) throws Exception {
    broken = kind.getConstructor().newInstance();
    ObjectPool<Thing> pool = breakable(1).build();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    passUntilFailures(pool, 3);
    assertThat(pool.stats().size()).isLessThanOrEqualTo(1);
    broken = null;
    soon().until(() -> {
      pass(Duration.ofSeconds(1));
      return waiter.isDone();
    });
    waiter.get().close();
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(pool.stats().creating()).isZero();
    scope.join(); // no failure of the owner's
  }

  @Test
  void anErrorOfTheVirtualMachineAlsoReachesTheUncaughtHandler() {
    broken = new OutOfMemoryError("injected");
    ObjectPool<Thing> pool = breakable(1).build();
    pool.tryAcquire();
    soon().until(() -> pool.stats().createFailures() == 1);
    soon().untilAsserted(() -> assertThat(uncaught).containsExactly(broken));
  }

  @Test
  void aBlockingFactoryDelaysNoTimeout() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    Aside<Lease<Thing>> waiter = aside(() -> pool.acquire(Duration.ofSeconds(1)));
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(Duration.ofSeconds(1));
    creating.awaitBegun();
    soon().until(() -> pool.stats().pending() == 2);
    pass(Duration.ofSeconds(1));
    assertThat(waiter.failure()).isInstanceOf(AcquireTimeoutException.class).hasMessageContaining("creating 1");
    assertThat(future).failsWithin(Duration.ofSeconds(10));
    creating.letGo();
  }

  @Test
  void aBlockingFactoryDelaysNoOtherWaiter() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      if (things.made.size() == 1) {
        creating.deaf();
      }
      return things.call();
    }).size(2).build();
    Lease<Thing> lease = pool.acquire();
    CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
    CompletableFuture<Lease<Thing>> second = pool.acquireAsync(LONG);
    creating.awaitBegun();
    lease.close();
    first.get().close();
    second.get().close();
    creating.letGo();
    soon().until(() -> pool.stats().idle() == 2);
  }

  @Test
  void anObjectCountsFromBeforeItsCreation() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    assertThat(pool.tryAcquire()).isNull();
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(pool.stats().creating()).isEqualTo(1);
    assertThat(pool.tryAcquire()).isNull();
    creating.letGo();
    soon().until(() -> pool.stats().idle() == 1);
    assertThat(things.made).hasSize(1);
  }

  @Test
  void noMoreCreationsRunAtOnceThanAreAllowed() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      creating.deaf();
      running.decrementAndGet();
      return things.call();
    }).size(8).parallelCreations(3).build();
    List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      futures.add(pool.acquireAsync(LONG));
    }
    assertThat(pool.stats().creating()).isEqualTo(3);
    soon().until(() -> running.get() == 3);
    creating.letGo();
    for (CompletableFuture<Lease<Thing>> future : futures) {
      future.get();
    }
    assertThat(most).hasValue(3);
  }

  @Test
  void twoCreationsRunAtOnceByDefault() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(8).build();
    for (int i = 0; i < 8; i++) {
      pool.acquireAsync(LONG);
    }
    assertThat(pool.stats().creating()).isEqualTo(2);
    creating.letGo();
  }

  @Test
  void theFactoryRunsOnAThreadOfThePool() throws Exception {
    List<Thread> threads = new ArrayList<>();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      threads.add(Thread.currentThread());
      return things.call();
    }).size(1).build();
    pool.acquire().close();
    assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    assertThat(lifecycle.counts().get("things.create").forked()).isEqualTo(1);
  }

  private void passUntilFailures(ObjectPool<?> pool, int failures) {
    soon().until(() -> {
      if (pool.stats().createFailures() < failures && pool.stats().creating() == 0) {
        pass(Duration.ofMillis(500));
      }
      return pool.stats().createFailures() >= failures;
    });
  }

  private Throwable passTimeUntilFailed(Aside<?> aside) {
    soon().until(() -> {
      pass(Duration.ofMillis(500));
      return aside.isDone();
    });
    return aside.failure();
  }
}
