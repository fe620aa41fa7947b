package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 12 and 17: refuse, end what is idle, wait the grace, revoke, and be done after the last destroy. */
@Timeout(30)
class EndRulesCloseTest extends EndRulesFixture {
  @Test
  void newAcquiresFailAtOnce() {
    ObjectPool<Thing> pool = pool(1).build();
    pool.initiateClose();
    assertThatThrownBy(pool::acquire).isInstanceOf(PoolClosedException.class).hasMessageContaining("\"things\" is closed");
    assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(pool::tryAcquire).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.call(t -> 1)).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.run(t -> {})).isInstanceOf(PoolClosedException.class);
    assertThat(pool.acquireAsync(LONG)).isCompletedExceptionally();
    assertThatThrownBy(() -> pool.acquireAsync(Duration.ZERO).get()).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(PoolClosedException.class);
    assertThatThrownBy(() -> pool.warmUp().toCompletableFuture().get()).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(PoolClosedException.class);
    assertThat(things.made).isEmpty();
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void noIdleObjectIsGivenAfterTheClose() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(2).destroy(t -> destroying.deaf()).build();
    pool.acquire().close();
    pool.initiateClose();
    assertThatThrownBy(pool::acquire).isInstanceOf(PoolClosedException.class);
    destroying.letGo();
  }

  @Test
  void waitersWakeWithPoolClosedException() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> only = pool.acquire();
    Aside<Lease<Thing>> waiter = aside(() -> pool.acquire(LONG));
    soon().until(() -> pool.stats().pending() == 1);
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(LONG);
    assertThat(pool.stats().pending()).isEqualTo(2);
    pool.initiateClose();
    assertThat(waiter.failure()).isInstanceOf(PoolClosedException.class);
    assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(PoolClosedException.class);
    assertThat(pool.stats().pending()).isZero();
    assertThat(pool.stats().timeouts()).isZero();
    only.close();
  }

  @Test
  void idleObjectsAreDestroyed() throws Exception {
    ObjectPool<Thing> pool = pool(3).minIdle(3).build();
    pool.warmUp().toCompletableFuture().get();
    pool.close();
    assertThat(things.made).hasSize(3).allMatch(t -> t.ends.get() == 1);
    assertThat(pool.stats().destroyed()).isEqualTo(3);
    assertThat(pool.stats().size()).isZero();
    assertThat(pool.stats().idle()).isZero();
  }

  @Test
  void aLeasedObjectIsDestroyedOnItsCloseAndNotBefore() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    pool.initiateClose();
    assertThat(lease.isOpen()).isTrue();
    assertThat(lease.get().isAlive()).isTrue();
    lease.close();
    soon().until(() -> things.made.get(0).ends.get() == 1);
    assertThat(lease.isOpen()).isFalse();
    assertThat(pool.stats().revoked()).isZero();
  }

  @Test
  void initiateCloseDoesNotBlock() throws Exception {
    Held creating = new Held();
    Held destroying = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      if (things.made.size() == 2) {
        creating.deaf();
      }
      return things.call();
    }).size(3).destroy(t -> destroying.deaf()).build();
    Lease<Thing> first = pool.acquire();
    Lease<Thing> second = pool.acquire();
    CompletableFuture<Lease<Thing>> third = pool.acquireAsync(LONG);
    CompletableFuture<Lease<Thing>> fourth = pool.acquireAsync(LONG);
    creating.awaitBegun();
    first.close();
    Lease<Thing> again = third.get();
    again.invalidate();
    destroying.awaitBegun();
    pool.initiateClose(); // returns though something is leased, something is created and something is destroyed
    assertThat(fourth).failsWithin(Duration.ofSeconds(10));
    assertThat(second.isOpen()).isTrue();
    creating.letGo();
    destroying.letGo();
    second.close();
  }

  @Test
  void initiateCloseRevokesNothing() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    pool.initiateClose();
    pass(Duration.ofHours(1));
    assertThat(lease.get().isAlive()).isTrue();
    assertThat(pool.stats().revoked()).isZero();
    lease.close();
  }

  @Test
  void initiateCloseIsIdempotent() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquire().close();
    pool.initiateClose();
    pool.initiateClose();
    pool.termination().toCompletableFuture().get();
    pool.initiateClose();
    pool.close();
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void closeWaitsForWhatIsOut() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    assertThat(closer.isDone()).isFalse();
    lease.close();
    assertThat(closer.get()).isFalse();
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().revoked()).isZero();
    assertThat(reports).isEmpty();
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void closeWaitsTheGraceOfTheScopeAndThenRevokes() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE.minus(TICK));
    assertThat(lease.isOpen()).isTrue();
    assertThat(closer.isDone()).isFalse();
    pass(TICK);
    closer.get();
    assertThat(lease.isOpen()).isFalse();
    assertThatThrownBy(lease::get).isInstanceOf(LeaseClosedException.class);
    assertThat(pool.stats().revoked()).isEqualTo(1);
    lease.close();
  }

  @Test
  void closeWaitsForDestructions() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(1).destroy(t -> {
      destroying.deaf();
      t.close();
    }).build();
    pool.acquire().close();
    Aside<Boolean> closer = closer(pool);
    destroying.awaitBegun();
    closer.awaitWaiting();
    assertThat(closer.isDone()).isFalse();
    destroying.letGo();
    closer.get();
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void closeLeavesADestructionThatOutlastsTheGraceToItselfAndTerminationWaitsForIt() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(1).destroy(t -> {
      destroying.deaf();
      t.close();
    }).build();
    pool.acquire().close();
    Aside<Boolean> closer = closer(pool);
    destroying.awaitBegun();
    passTimeUntilDone(closer);
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    assertThat(awaitReport(FailureReport.Kind.TASK_STUCK).purpose()).isEqualTo("things.close");
    destroying.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(destroying.interrupted).isFalse();
  }

  @Test
  void closeDeclaresNoCheckedException() throws Exception {
    assertThat(ObjectPool.class.getMethod("close").getExceptionTypes()).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaitingAndTheFlagIsKept() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    closer.thread.interrupt();
    assertThat(closer.get()).as("flag").isTrue();
    assertThat(lease.isOpen()).isFalse();
    assertThat(clock.nanoTime()).isZero();
    lease.close();
  }

  @Test
  void aCloserThatComesInterruptedDoesNotWait() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = aside(() -> {
      Thread.currentThread().interrupt();
      pool.close();
      return Thread.interrupted();
    });
    assertThat(closer.get()).as("flag").isTrue();
    assertThat(lease.isOpen()).isFalse();
    lease.close();
  }

  @Test
  void closeIsIdempotent() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquire().close();
    pool.close();
    pool.close();
    scope.close();
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void aCloseAfterTheRevocationDoesNotWaitForAnotherGrace() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE);
    closer.get();
    closer(pool).get();
    assertThat(lease.isOpen()).isFalse();
    lease.close();
  }

  @Test
  void aSecondCloserWaitsUntilTheGraceOfTheFirstIsOver() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> first = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE.dividedBy(2));
    Aside<Boolean> second = closer(pool);
    soon().until(() -> clock.sleepers() == 2);
    assertThat(second.isDone()).isFalse();
    pass(GRACE.dividedBy(2));
    first.get();
    second.get();
    assertThat(lease.isOpen()).isFalse();
    awaitReport(FailureReport.Kind.LEASE_REVOKED); // of two closers one may be gone before the other has told
    assertThat(reports(FailureReport.Kind.LEASE_REVOKED)).hasSize(1);
    lease.close();
  }

  @Test
  void twoClosersBothReturnWhenTheLastObjectIsDestroyed() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> first = closer(pool);
    Aside<Boolean> second = closer(pool);
    soon().until(() -> clock.sleepers() == 2);
    lease.close();
    first.get();
    second.get();
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void terminationCompletesAfterTheLastDestroy() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(2).destroy(t -> {
      destroying.deaf();
      t.close();
    }).build();
    Lease<Thing> lease = pool.acquire();
    pool.acquire().close();
    CompletableFuture<Integer> aliveAtTheEnd = pool.termination().thenApply(nothing -> things.alive()).toCompletableFuture();
    assertThat(aliveAtTheEnd).isNotDone();
    pool.initiateClose();
    lease.close();
    soon().until(() -> pool.stats().leased() == 0);
    assertThat(aliveAtTheEnd).isNotDone();
    destroying.letGo();
    assertThat(aliveAtTheEnd.get()).isZero();
  }

  @Test
  void terminationWaitsForTheHolderOfARevokedObject() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    passTimeUntilDone(closer(pool));
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    lease.close();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void aPoolWithoutAnObjectTerminatesWithItsClose() {
    ObjectPool<Thing> pool = pool(1).build();
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    pool.close();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void aPoolIsTerminatedWhenCloseHasWaitedForAll() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquire().close();
    pool.close();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void completingOrCancellingTheTerminationChangesNothingForOthers() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    CompletionStage<Void> others = pool.termination();
    pool.termination().toCompletableFuture().complete(null);
    pool.termination().toCompletableFuture().cancel(true);
    pool.initiateClose();
    assertThat(others.toCompletableFuture()).isNotDone();
    lease.close();
    others.toCompletableFuture().get();
  }

  @Test
  void closeUnlinksThePoolFromTheScope() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquire().close();
    assertThat(tree()).contains("pool things");
    pool.close();
    assertThat(tree()).doesNotContain("things");
  }

  @Test
  void initiateCloseUnlinksThePoolOnceItHasTerminated() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    pool.initiateClose();
    assertThat(tree()).contains("pool things");
    lease.close();
    pool.termination().toCompletableFuture().get();
    soon().until(() -> !tree().contains("things"));
  }

  @Test
  void anObjectCreatedAfterTheCloseIsDestroyed() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(LONG);
    creating.awaitBegun();
    pool.initiateClose();
    assertThat(future).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class).withCauseInstanceOf(PoolClosedException.class);
    assertThat(pool.stats().size()).as("while it is created").isEqualTo(1);
    creating.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made).hasSize(1).allMatch(t -> t.ends.get() == 1);
    assertThat(pool.stats().created()).isEqualTo(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void anObjectCreatedAfterTheCloseHasGivenUpOnItsCreationIsDestroyed() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(1).build();
    pool.tryAcquire();
    creating.awaitBegun();
    passTimeUntilDone(closer(pool));
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    creating.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made).hasSize(1).allMatch(t -> t.ends.get() == 1);
  }

  @Test
  void theCloseInterruptsACreation() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.listening();
      return things.call();
    }).size(1).build();
    pool.tryAcquire();
    creating.awaitBegun();
    pool.close();
    assertThat(creating.interrupted).isTrue();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
    assertThat(things.made).isEmpty();
    assertThat(pool.stats().createFailures()).as("no failure: it was called off").isZero();
  }

  @Test
  void anObjectThatIsCheckedWhenThePoolClosesIsDestroyed() throws Exception {
    Held checking = new Held();
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(t -> {
      checking.deaf();
      return true;
    }).build();
    pool.acquire().close();
    Aside<Lease<Thing>> waiter = aside(() -> pool.acquire(LONG));
    checking.awaitBegun();
    pool.initiateClose();
    assertThat(waiter.failure()).isInstanceOf(PoolClosedException.class);
    assertThat(things.made.get(0).isAlive()).isTrue();
    checking.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void anObjectThatIsResetWhenThePoolClosesIsDestroyedAfterwards() throws Exception {
    Held resetting = new Held();
    ObjectPool<Thing> pool = pool(1).reset(t -> resetting.deaf()).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> holder = aside(() -> {
      lease.close();
      return true;
    });
    resetting.awaitBegun();
    passTimeUntilDone(closer(pool));
    assertThat(things.made.get(0).isAlive()).isTrue();
    resetting.letGo();
    holder.get();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void anObjectThatIsDetachedIsNotWaitedForAndNotDestroyed() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    Thing mine = pool.detach(lease);
    closer.get();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
    assertThat(mine.isAlive()).isTrue();
  }

  @Test
  void aClosedPoolMakesNothingWhateverIsAskedOfIt() throws Exception {
    ObjectPool<Thing> pool = pool(1).minIdle(1).build();
    pool.close();
    pool.resize(4);
    pool.retireIdle();
    pass(Duration.ofMinutes(1));
    assertThat(things.made).isEmpty();
    assertThat(pool.stats().limit()).isEqualTo(1);
    assertThat(pool.figures().values()).containsEntry("leased", 0L);
  }

  static Aside<Boolean> closer(ObjectPool<?> pool) {
    return aside(() -> {
      pool.close();
      return Thread.currentThread().isInterrupted();
    });
  }
}
