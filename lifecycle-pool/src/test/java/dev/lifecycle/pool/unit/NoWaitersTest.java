package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The maximum of waiters does not count those for whom an object is on its way, so a pool that lets nobody wait can begin. */
@Timeout(30)
class NoWaitersTest extends EndRulesFixture {
  private final Held creating = new Held();
  private final Held checking = new Held();

  @AfterEach
  void letGo() {
    creating.letGo();
    checking.letGo();
  }

  private ObjectPoolBuilder<Thing> coldPool(int size) {
    return ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(size).maxWaiters(0);
  }

  private static void isRejected(ObjectPool<Thing> pool) {
    assertThatThrownBy(() -> pool.acquire(LONG)).isInstanceOf(AcquireRejectedException.class);
    assertThatThrownBy(() -> pool.acquireAsync(LONG).join()).hasCauseInstanceOf(AcquireRejectedException.class);
  }

  @Test
  void theFirstWaitsForTheCreationBegunForItAndOneMoreIsRejected() {
    ObjectPool<Thing> pool = coldPool(1).build();
    Aside<Lease<Thing>> caller = aside(() -> pool.acquire(LONG));
    creating.awaitBegun();
    isRejected(pool);
    assertThat(pool.stats().rejections()).isEqualTo(2);
    assertThat(pool.stats().pending()).isEqualTo(1);
    creating.letGo();
    assertThat(caller.get().get()).isSameAs(things.made.get(0));
  }

  @Test
  void asManyWaitAsCreationsAreBegun() {
    ObjectPool<Thing> pool = coldPool(3).parallelCreations(2).build();
    CompletableFuture<Lease<Thing>> first = pool.acquireAsync(LONG);
    CompletableFuture<Lease<Thing>> second = pool.acquireAsync(LONG);
    isRejected(pool);
    creating.letGo();
    assertThat(first).succeedsWithin(Duration.ofSeconds(10));
    assertThat(second).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void theFirstWaitsForTheCheckBegunForItAndOneMoreIsRejected() throws Exception {
    creating.letGo();
    ObjectPool<Thing> pool = coldPool(1).validateAfterIdle(Duration.ZERO).validate(t -> {
      checking.deaf();
      return true;
    }).build();
    pool.acquire().close();
    CompletableFuture<Lease<Thing>> caller = pool.acquireAsync(LONG);
    checking.awaitBegun();
    isRejected(pool);
    checking.letGo();
    assertThat(caller).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void whoeverComesWhileAllAreOutIsRejected() throws Exception {
    creating.letGo();
    ObjectPool<Thing> pool = coldPool(1).build();
    Lease<Thing> out = pool.acquire();
    isRejected(pool);
    out.close();
    assertThat(pool.acquire(LONG).isOpen()).isTrue();
  }
}
