package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that is closed by its own hooks, by a task of its owner or by a holder. */
@Timeout(30)
class EndRulesInsideTest extends EndRulesFixture {
  private final AtomicReference<ObjectPool<Thing>> pool = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private void close() {
    pool.get().close();
    closed.countDown();
  }

  private void awaitEnd() throws Exception {
    closed.await();
    pool.get().termination().toCompletableFuture().get();
    assertThat(clock.nanoTime()).as("nobody waited for the grace").isZero();
    assertThat(things.alive()).isZero();
    soon().until(() -> !tree().contains("things"));
  }

  private void awaitEndInTime() throws Exception {
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE);
    closed.await();
    pool.get().termination().toCompletableFuture().get();
    assertThat(things.alive()).isZero();
  }

  @Test
  void aDestroyThatClosesThePoolIsHeldUpForTheGraceAtMost() throws Exception {
    pool.set(pool(1).destroy(t -> {
      close();
      t.close();
    }).build());
    pool.get().acquire().invalidate();
    awaitEndInTime();
  }

  @Test
  void createMayCloseThePool() throws Exception {
    pool.set(ObjectPool.in(scope, "things", () -> {
      close();
      return things.call();
    }).size(1).build());
    pool.get().tryAcquire();
    awaitEnd();
  }

  @Test
  void validateMayCloseThePool() throws Exception {
    pool.set(pool(1).validateAfterIdle(Duration.ZERO).validate(t -> {
      close();
      return true;
    }).build());
    pool.get().acquire().close();
    pool.get().tryAcquire();
    awaitEnd();
  }

  @Test
  void aResetThatClosesThePoolIsHeldUpForTheGraceAtMost() throws Exception {
    pool.set(pool(1).reset(t -> close()).build());
    Lease<Thing> lease = pool.get().acquire(); // here, since the clock must have no other sleeper than the close
    aside(() -> {
      lease.close();
      return true;
    });
    awaitEndInTime();
  }

  @Test
  void aTaskOfTheOwnerMayCloseThePool() throws Exception {
    pool.set(pool(1).build());
    pool.get().acquire().close();
    scope.start("owner.task", this::close);
    awaitEnd();
  }

  @Test
  void whatHangsOnAFutureMayCloseThePoolAfterItsLease() throws Exception {
    pool.set(pool(1).build());
    CompletableFuture<Lease<Thing>> future = pool.get().acquireAsync(LONG);
    future.thenAccept(lease -> {
      lease.close();
      close();
    });
    awaitEnd();
  }

  @Test
  void aHolderThatClosesThePoolIsRevokedLikeAnyOther() throws Exception {
    ObjectPool<Thing> own = pool(1).build();
    Lease<Thing> lease = own.acquire();
    Aside<Boolean> holder = aside(() -> {
      own.close();
      lease.close();
      return true;
    });
    passTimeUntilDone(holder);
    own.termination().toCompletableFuture().get();
    assertThat(own.stats().revoked()).isEqualTo(1);
    assertThat(things.alive()).isZero();
  }
}
