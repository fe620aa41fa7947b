package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 23: the pool of a cancelled owner makes nothing any more, gives what it has, and keeps nobody waiting for what cannot come. */
@Timeout(30)
class CancelledOwnerTest extends EndRulesFixture {
  private static void isRefused(CompletionStage<?> stage) {
    assertThat(stage.toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(PoolClosedException.class)
        .withMessageContaining("pool \"things\"")
        .withMessageContaining(" owner, ");
  }

  private void cancelOwner() {
    scope.cancel("enough");
  }

  @Test
  void anAcquireFailsAtOnceWhenNothingIsLeftAndNamesTheOwner() {
    ObjectPool<Thing> pool = pool(1).build();
    cancelOwner();
    assertThat(aside(() -> pool.acquire(LONG)).failure())
        .isInstanceOf(PoolClosedException.class)
        .hasMessageContaining("pool \"things\"")
        .hasMessageContaining("scope " + scope.info().id())
        .hasMessageContaining("owner");
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aFutureFailsAtOnceWhenNothingIsLeft() {
    ObjectPool<Thing> pool = pool(1).build();
    cancelOwner();
    isRefused(pool.acquireAsync(LONG));
    assertThat(pool.stats().pending()).isZero();
  }

  @Test
  void aWarmUpFailsAtOnce() {
    ObjectPool<Thing> pool = pool(2).minIdle(2).build();
    cancelOwner();
    isRefused(pool.warmUp());
  }

  @Test
  void aWarmUpOfWhatIsIdleSucceeds() throws Exception {
    ObjectPool<Thing> pool = pool(1).minIdle(1).build();
    pool.acquire().close();
    cancelOwner();
    assertThat(pool.warmUp().toCompletableFuture()).isCompleted();
  }

  @Test
  void whoWaitsForACreationIsRefusedWhenTheOwnerIsCancelled() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.listening();
      return things.call();
    }).size(1).minIdle(1).build();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    CompletionStage<?> warmUp = pool.warmUp();
    creating.awaitBegun();
    cancelOwner();
    assertThat(waiter).failsWithin(Duration.ofSeconds(10));
    assertThat(warmUp.toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
    assertThatThrownBy(waiter::get).hasCauseInstanceOf(PoolClosedException.class);
  }

  @Test
  void aWaiterGetsWhatIsOutWhenItComesBack() throws Exception {
    ObjectPool<Thing> pool = pool(2).build();
    Lease<Thing> out = pool.acquire();
    cancelOwner();
    CompletableFuture<Lease<Thing>> future = pool.acquireAsync(LONG);
    Aside<Lease<Thing>> caller = aside(() -> pool.acquire(LONG));
    soon().until(() -> pool.stats().pending() == 2);
    out.close();
    assertThat(future).succeedsWithin(Duration.ofSeconds(10));
    assertThat(caller.isDone()).isFalse();
    future.get().close();
    assertThat(caller.get().get()).isSameAs(things.made.get(0));
  }

  @Test
  void whoWaitsForWhatIsOutIsRefusedWhenThatDoesNotComeBack() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> out = pool.acquire();
    cancelOwner();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    out.invalidate();
    isRefused(waiter);
  }

  @Test
  void whoWaitsForWhatIsOutIsRefusedWhenThatIsDetached() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> out = pool.acquire();
    cancelOwner();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    pool.detach(out);
    isRefused(waiter);
  }

  @Test
  void whatIsIdleIsGivenStill() throws Exception {
    ObjectPool<Thing> pool = pool(2).build();
    Lease<Thing> first = pool.acquire();
    pool.acquire().close();
    first.close();
    cancelOwner();
    try (Lease<Thing> a = pool.acquire(LONG); Lease<Thing> b = pool.acquireAsync(LONG).get()) {
      assertThat(a.get()).isNotSameAs(b.get());
    }
    try (Lease<Thing> c = pool.tryAcquire()) {
      assertThat(c).isNotNull();
    }
    assertThat(things.made).hasSize(2);
  }

  @Test
  void aTryThatFindsNothingIsNoError() {
    ObjectPool<Thing> pool = pool(1).build();
    cancelOwner();
    assertThat(pool.tryAcquire()).isNull();
    assertThatThrownBy(() -> pool.acquire(Duration.ZERO)).isInstanceOf(AcquireTimeoutException.class);
  }

  /** Nobody asks it any more, so it can be given to nobody. */
  @Test
  void whatIsIdleAndWouldHaveToBeAskedKeepsNobodyWaiting() throws Exception {
    ObjectPool<Thing> pool = pool(1).validateAfterIdle(Duration.ZERO).validate(t -> true).build();
    pool.acquire().close();
    cancelOwner();
    isRefused(pool.acquireAsync(LONG));
  }
}
