package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 20, and what keeps objects ready: resize, retireIdle, warmUp and minIdle. */
@Timeout(30)
class EndRulesSizeTest extends EndRulesFixture {
  private static List<Lease<Thing>> take(ObjectPool<Thing> pool, int count) throws InterruptedException {
    List<Lease<Thing>> leases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leases.add(pool.acquire(LONG));
    }
    return leases;
  }

  @Test
  void aResizeBelowWhatIsInUseReturnsAtOnceAndTakesNothingFromAnybody() throws Exception {
    ObjectPool<Thing> pool = pool(4).build();
    List<Lease<Thing>> leases = take(pool, 4);
    pool.resize(1);
    assertThat(pool.stats().limit()).isEqualTo(1);
    assertThat(pool.stats().size()).as("max(1, in use)").isEqualTo(4);
    assertThat(leases).allMatch(Lease::isOpen);
    for (int left = 3; left >= 1; left--) {
      leases.get(left).close();
      int size = left;
      soon().until(() -> pool.stats().size() == size);
      assertThat(pool.stats().idle()).isZero();
    }
    leases.get(0).close();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().claims()).isEqualTo(4);
    assertThat(things.alive()).isEqualTo(1);
  }

  @Test
  void idleObjectsThatAreTooManyAreDestroyedInTheBackground() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(4).destroy(t -> {
      destroying.deaf();
      t.close();
    }).build();
    List<Lease<Thing>> leases = take(pool, 4);
    leases.subList(1, 4).forEach(Lease::close);
    pool.resize(2); // returns though the destroy hook hangs
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(leases.get(0).isOpen()).isTrue();
    destroying.letGo();
    soon().until(() -> pool.stats().size() == 2);
    assertThat(things.alive()).isEqualTo(2);
  }

  @Test
  void nothingIsMadeForAWaiterWhileThereAreTooMany() throws Exception {
    ObjectPool<Thing> pool = pool(3).build();
    List<Lease<Thing>> leases = take(pool, 3);
    pool.resize(1);
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    leases.get(0).close();
    leases.get(1).close();
    soon().until(() -> pool.stats().size() == 1);
    assertThat(waiter).isNotDone();
    leases.get(2).close();
    assertThat(waiter.get().get()).isSameAs(things.made.get(2));
    assertThat(things.made).hasSize(3);
  }

  @Test
  void anObjectThatIsBeingMadeWhenItBecomesTooManyIsDestroyed() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      if (things.made.size() == 1) {
        creating.deaf();
      }
      return things.call();
    }).size(2).build();
    Lease<Thing> lease = pool.acquire();
    pool.tryAcquire();
    creating.awaitBegun();
    pool.resize(1);
    creating.letGo();
    soon().until(() -> pool.stats().size() == 1 && pool.stats().destroyed() == 1);
    assertThat(lease.get().isAlive()).isTrue();
    assertThat(things.alive()).isEqualTo(1);
  }

  @Test
  void aResizeAboveServesThoseWhoWait() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    pool.resize(2);
    assertThat(waiter.get().get()).isNotSameAs(lease.get());
    assertThat(pool.stats().limit()).isEqualTo(2);
  }

  @Test
  void theSizeIsAtLeastOne() {
    ObjectPool<Thing> pool = pool(2).build();
    assertThatThrownBy(() -> pool.resize(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("size must be between 1 and 1000000: 0");
    assertThat(pool.stats().limit()).isEqualTo(2);
  }

  @Test
  void retireIdleDestroysWhatIsIdleAndNothingElse() throws Exception {
    Held destroying = new Held();
    ObjectPool<Thing> pool = pool(3).destroy(t -> {
      destroying.deaf();
      t.close();
    }).build();
    List<Lease<Thing>> leases = take(pool, 3);
    leases.get(1).close();
    leases.get(2).close();
    pool.retireIdle(); // returns though the destroy hook hangs
    assertThat(pool.stats().idle()).isZero();
    destroying.letGo();
    soon().until(() -> pool.stats().size() == 1);
    assertThat(leases.get(0).get().isAlive()).isTrue();
    leases.get(0).close();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void retireIdleMakesMinIdleAnew() throws Exception {
    ObjectPool<Thing> pool = pool(2).minIdle(2).build();
    pool.warmUp().toCompletableFuture().get();
    pool.retireIdle();
    soon().until(() -> pool.stats().idle() == 2);
    assertThat(things.made).hasSize(4);
    assertThat(things.alive()).isEqualTo(2);
  }

  @Test
  void warmUpMakesObjectsUntilMinIdleAreIdle() throws Exception {
    ObjectPool<Thing> pool = pool(5).minIdle(3).build();
    pool.warmUp().toCompletableFuture().get();
    assertThat(pool.stats().idle()).isEqualTo(3);
    assertThat(things.made).hasSize(3);
    assertThat(pool.warmUp().toCompletableFuture()).isCompleted();
  }

  @Test
  void warmUpCountsOnlyWhatIsIdle() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      if (things.made.size() >= 2) {
        creating.deaf();
      }
      return things.call();
    }).size(4).minIdle(2).parallelCreations(4).build();
    List<Lease<Thing>> leases = take(pool, 2);
    CompletableFuture<Void> warm = pool.warmUp().toCompletableFuture();
    assertThat(warm).isNotDone();
    creating.letGo();
    warm.get();
    assertThat(pool.stats().idle()).isEqualTo(2);
    assertThat(leases).allMatch(Lease::isOpen);
  }

  @Test
  void warmUpCompletesAtOnceIfMinIdleIsZero() {
    assertThat(pool(2).build().warmUp().toCompletableFuture()).isCompleted();
    assertThat(things.made).isEmpty();
  }

  @Test
  void warmUpFailsWithTheFailureOfACreation() {
    IllegalStateException failure = new IllegalStateException("refused");
    ObjectPool<Thing> pool = ObjectPool.<Thing>in(scope, "things", () -> {
      throw failure;
    }).size(2).minIdle(1).build();
    assertThatThrownBy(() -> pool.warmUp().toCompletableFuture().get()).hasCause(failure);
  }

  @Test
  void warmUpFailsIfThePoolCloses() {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(2).minIdle(1).build();
    CompletableFuture<Void> warm = pool.warmUp().toCompletableFuture();
    creating.awaitBegun();
    pool.initiateClose();
    assertThatThrownBy(warm::get).hasCauseInstanceOf(PoolClosedException.class);
    creating.letGo();
  }

  @Test
  void warmUpCompletesWhenAResizeHasLeftLessRoomThanMinIdle() throws Exception {
    Held creating = new Held();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      creating.deaf();
      return things.call();
    }).size(2).minIdle(2).build();
    CompletableFuture<Void> warm = pool.warmUp().toCompletableFuture();
    pool.resize(1);
    creating.letGo();
    warm.orTimeout(10, java.util.concurrent.TimeUnit.SECONDS).get();
  }

  @Test
  void minIdleIsKeptFromTheFirstAcquireOn() throws Exception {
    ObjectPool<Thing> pool = pool(4).minIdle(2).build();
    pass(Duration.ofSeconds(5));
    assertThat(things.made).isEmpty();
    Lease<Thing> lease = pool.acquire();
    soon().until(() -> pool.stats().idle() == 2);
    pool.acquire(); // finds one idle, without a look at how many are left
    pass(Duration.ofSeconds(1));
    soon().until(() -> pool.stats().idle() == 2);
    assertThat(pool.stats().size()).isEqualTo(4);
    lease.close();
  }

  @Test
  void minIdleStaysWithinTheSize() throws Exception {
    ObjectPool<Thing> pool = pool(3).minIdle(3).build();
    take(pool, 2);
    pass(Duration.ofSeconds(5));
    soon().until(() -> pool.stats().idle() == 1);
    assertThat(things.made).hasSize(3);
  }

  @Test
  void whatLeavesIsReplacedUpToMinIdle() throws Exception {
    ObjectPool<Thing> pool = pool(2).minIdle(1).build();
    pool.acquire().invalidate();
    soon().until(() -> pool.stats().idle() == 1);
    pool.detach(pool.acquire());
    soon().until(() -> pool.stats().idle() == 1);
  }
}
