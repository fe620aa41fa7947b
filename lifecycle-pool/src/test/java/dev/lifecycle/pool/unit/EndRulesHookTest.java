package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 16b, 18 and 19: where hooks run, when objects are checked, and what becomes of hooks that throw or take long. */
@Timeout(30)
class EndRulesHookTest extends EndRulesFixture {
  private static final Duration UNASKED = Duration.ofSeconds(2);

  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final AtomicInteger checks = new AtomicInteger();
  private volatile boolean good = true;

  private boolean check(Thing thing) {
    checks.incrementAndGet();
    return good;
  }

  @Test
  void resetRunsInTheClosingThreadBeforeTheNextAcquire() throws Exception {
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      threads.add(Thread.currentThread());
      t.work = 0;
    }).build();
    Lease<Thing> lease = pool.acquire();
    lease.get().work = 7;
    Aside<Boolean> closer = aside(() -> {
      lease.close();
      return true;
    });
    closer.get();
    assertThat(threads).containsExactly(closer.thread);
    assertThat(pool.<Integer, Exception>call(t -> t.work)).isZero();
  }

  @Test
  void resetRunsOnceForACloseThatIsRepeated() throws Exception {
    ObjectPool<Thing> pool = pool(1).reset(t -> threads.add(Thread.currentThread())).build();
    Lease<Thing> lease = pool.acquire();
    lease.close();
    lease.close();
    assertThat(threads).hasSize(1);
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
  }

  @Test
  void validateRunsInThePrivateScope() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(t -> threads.add(Thread.currentThread())).build();
    pool.acquire().close();
    pool.acquire().close();
    assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    assertThat(lifecycle.counts().get("things.check").forked()).isEqualTo(1);
  }

  @Test
  void theAcquirerGetsTheTimeoutAtItsTimeAndTheCheckEndsInTheBackground() throws Exception {
    Held checking = new Held();
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(t -> {
      checking.deaf();
      return check(t);
    }).build();
    pool.acquire().close();
    pass(UNASKED);
    Aside<Lease<Thing>> acquirer = aside(() -> pool.acquire(Duration.ofSeconds(1)));
    checking.awaitBegun();
    soon().until(() -> clock.sleepers() == 1);
    pass(Duration.ofSeconds(1).minus(TICK));
    assertThat(acquirer.isDone()).isFalse();
    pass(TICK);
    assertThat(acquirer.failure()).isInstanceOf(AcquireTimeoutException.class);
    checking.letGo();
    soon().until(() -> pool.stats().idle() == 1);
    assertThat(pool.acquire().get()).isSameAs(things.made.get(0));
    assertThat(checks).as("asked just now").hasValue(1);
  }

  @Test
  void anObjectReturnedLessThanThatLongAgoIsHandedOutUnasked() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(this::check).build();
    Lease<Thing> lease = pool.acquire();
    pass(UNASKED.multipliedBy(5));
    lease.close();
    pass(UNASKED.minus(TICK));
    pool.acquire().close();
    assertThat(checks).hasValue(0);
  }

  @Test
  void anObjectReturnedThatLongAgoIsAskedFirst() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(this::check).build();
    pool.acquire().close();
    pass(UNASKED);
    assertThat(pool.acquire().get()).isSameAs(things.made.get(0));
    assertThat(checks).hasValue(1);
  }

  @Test
  void anObjectIsGivenUnaskedForHalfASecondByDefault() throws Exception {
    ObjectPool<Thing> pool = pool(1).validate(this::check).build();
    pool.acquire().close();
    pass(Duration.ofMillis(500).minus(TICK));
    pool.acquire().close();
    assertThat(checks).hasValue(0);
    pass(Duration.ofMillis(500));
    pool.acquire().close();
    assertThat(checks).hasValue(1);
  }

  @Test
  void zeroAsksEachTime() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(this::check).build();
    pool.acquire().close();
    for (int i = 1; i <= 3; i++) {
      pool.acquire().close();
      assertThat(checks).hasValue(i);
    }
  }

  @Test
  void zeroAsksAlsoBeforeAHandOver() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(this::check).build();
    Lease<Thing> lease = pool.acquire();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    good = false;
    lease.close();
    assertThat(waiter.get().get()).isSameAs(things.made.get(1));
    assertThat(checks).hasValue(1);
  }

  @Test
  void anInvalidObjectIsDestroyedAndReplaced() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(this::check).build();
    pool.acquire().close();
    pass(UNASKED);
    good = false;
    assertThat(pool.acquire(LONG).get()).isSameAs(things.made.get(1));
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().invalid()).isEqualTo(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void aValidateThatThrowsMeansInvalid() throws Exception {
    for (Throwable failure : List.of(new Exception("broken"), new AssertionError("broken"), new InterruptedException("broken"))) {
      ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(t -> {
        throw EndRulesHookTest.<RuntimeException>sneaky(failure);
      }).build();
      pool.acquire().close();
      Thing first = things.made.get(things.made.size() - 1);
      pass(UNASKED);
      assertThat(pool.acquire(LONG).get()).isNotSameAs(first);
      assertThat(first.ends).hasValue(1);
      assertThat(pool.stats().invalid()).isEqualTo(1);
      pool.initiateClose();
    }
    scope.awaitQuiescence(Duration.ZERO);
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void aTryThatFindsAnObjectToBeCheckedBeginsTheCheckForWhoeverComesNext() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(UNASKED).validate(this::check).build();
    pool.acquire().close();
    pass(UNASKED);
    assertThat(pool.tryAcquire()).isNull();
    soon().until(() -> pool.stats().idle() == 1);
    assertThat(pool.tryAcquire()).isNotNull();
    assertThat(checks).hasValue(1);
  }

  @Test
  void aResetThatThrowsMeansDestroyAndTheCloseDoesNotThrow() throws Exception {
    for (Throwable failure : List.of(new Exception("broken"), new AssertionError("broken"), new OutOfMemoryError("injected"))) {
      ObjectPool<Thing> pool = pool(1).reset(t -> {
        throw EndRulesHookTest.<RuntimeException>sneaky(failure);
      }).build();
      Lease<Thing> lease = pool.acquire();
      Thing first = lease.get();
      CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
      lease.close();
      assertThat(waiter.get().get()).isNotSameAs(first);
      soon().until(() -> first.ends.get() == 1);
      assertThat(reports(FailureReport.Kind.HOOK_FAILED)).extracting(FailureReport::failure).contains(failure);
      pool.initiateClose();
    }
  }

  @Test
  void aResetThatIsInterruptedLeavesTheFlagToTheCloser() throws Exception {
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      throw new InterruptedException();
    }).build();
    pool.acquire().close();
    assertThat(Thread.interrupted()).isTrue();
    soon().until(() -> things.alive() == 0);
  }

  @Test
  void aDestroyThatThrowsIsCountedAndReportedAndFreesThePlace() throws Exception {
    for (Throwable failure : List.of(new Exception("broken"), new AssertionError("broken"))) {
      ObjectPool<Thing> pool = pool(1).destroy(t -> {
        throw EndRulesHookTest.<RuntimeException>sneaky(failure);
      }).build();
      pool.acquire().invalidate();
      pool.acquire(LONG).close();
      assertThat(pool.stats().destroyFailures()).isEqualTo(1);
      assertThat(pool.stats().destroyed()).isEqualTo(1);
      soon().untilAsserted(() -> assertThat(reports(FailureReport.Kind.HOOK_FAILED)).anyMatch(
          r -> r.failure() == failure && r.message().contains("pool \"things\": destroy threw")));
      pool.initiateClose();
    }
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void anErrorOfTheVirtualMachineInAHookOfThePrivateScopeAlsoReachesTheUncaughtHandler() throws Exception {
    Error inCheck = new OutOfMemoryError("in check");
    Error inDestroy = new OutOfMemoryError("in destroy");
    Error inRevoke = new OutOfMemoryError("in revoke");
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(t -> {
      throw inCheck;
    }).destroy(t -> {
      throw inDestroy;
    }).onRevoke(t -> {
      throw inRevoke;
    }).build();
    pool.acquire().close();
    Lease<Thing> lease = pool.acquire(LONG);
    Aside<Boolean> closer = EndRulesCloseTest.closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE);
    closer.get();
    soon().untilAsserted(() -> assertThat(uncaught).contains(inCheck, inDestroy, inRevoke));
    assertThat(lease.isOpen()).isFalse(); // and never closed: its destroy would throw where nobody listens
  }

  @Test
  void aDestroyOverTenSecondsIsReportedOnceAndStillCounts() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(1).destroy(t -> destroying.deaf()).build();
    pool.acquire().invalidate();
    destroying.awaitBegun();
    pass(Duration.ofSeconds(10).minus(TICK));
    assertThat(reports(FailureReport.Kind.HOOK_SLOW)).isEmpty();
    pass(Duration.ofSeconds(30));
    assertThat(reports(FailureReport.Kind.HOOK_SLOW)).hasSize(1);
    assertThat(reports(FailureReport.Kind.HOOK_SLOW).get(0).message()).contains("pool \"things\": destroy has run for 1").contains("counts against the size until it returns");
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(pool.tryAcquire()).isNull();
    assertThat(things.made).hasSize(1);
    destroying.letGo();
    soon().until(() -> pool.stats().size() == 0 && pool.stats().destroyed() == 1);
  }

  @Test
  void creationsAndChecksOverTenSecondsAreReportedToo() throws Exception {
    Held creating = new Held();
    Held checking = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).validateAfterIdle(Duration.ZERO).validate(t -> {
      checking.deaf();
      return true;
    }).build();
    CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
    pass(Duration.ofSeconds(11));
    creating.letGo();
    first.get().close();
    pool.acquireAsync(LONG);
    pass(Duration.ofSeconds(11));
    checking.letGo();
    assertThat(reports(FailureReport.Kind.HOOK_SLOW)).extracting(FailureReport::message).satisfiesExactly(
        create -> assertThat(create).contains("create has run"), check -> assertThat(check).contains("validate has run"));
  }

  @Test
  void destroyIsNeverInterrupted() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(1).destroy(t -> destroying.deaf()).build();
    pool.acquire().invalidate();
    destroying.awaitBegun();
    scope.cancel("enough");
    passTimeUntilDone(EndRulesCloseTest.closer(pool));
    assertThat(destroying.interrupted).isFalse();
    destroying.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(destroying.interrupted).isFalse();
  }

  @Test
  void whatIsNotCloseableIsJustDropped() throws Exception {
    ObjectPool<Object> pool = ObjectPool.in(scope, "objects", Object::new).size(1).build();
    pool.acquire().invalidate();
    soon().until(() -> pool.stats().destroyed() == 1);
    assertThat(pool.stats().size()).isZero();
    assertThat(pool.stats().destroyFailures()).isZero();
  }

  @Test
  void aDestroyHookReplacesTheCloseOfTheObject() throws Exception {
    List<Thing> destroyed = new CopyOnWriteArrayList<>();
    ObjectPool<Thing> pool = pool(1).destroy(destroyed::add).build();
    pool.acquire().invalidate();
    soon().until(() -> pool.stats().destroyed() == 1);
    assertThat(destroyed).containsExactlyElementsOf(things.made);
    assertThat(things.alive()).isEqualTo(1);
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> X sneaky(Throwable failure) throws X {
    throw (X) failure;
  }
}
