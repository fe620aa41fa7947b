package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules 7 to 11: the end of a lease, by whatever word, and what comes after it. */
class AcquireLeaseTest extends AcquireFixture {
  /** Each has a way of its own through the release. */
  enum Variant {
    PLAIN,
    FAIR,
    RESET,
    CHECKED;

    ObjectPoolBuilder<Thing> of(ObjectPoolBuilder<Thing> builder) {
      return switch (this) {
        case PLAIN -> builder;
        case FAIR -> builder.fair();
        case RESET -> builder.reset(t -> {});
        case CHECKED -> builder.validate(t -> true).maxIdle(Duration.ofHours(2));
      };
    }
  }

  @Test
  void getGivesTheSameObjectUntilTheEnd() throws InterruptedException {
    ObjectPool<Thing> pool = pool(2).build();
    try (Lease<Thing> lease = pool.acquire(LONG); Lease<Thing> other = pool.acquire(LONG)) {
      assertThat(lease.get()).isSameAs(lease.get()).isNotSameAs(other.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCloseGivesTheObjectBack(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> lease = pool.acquire(LONG);
    Thing thing = lease.get();
    assertThat(lease.isOpen()).isTrue();
    lease.close();
    assertThat(lease.isOpen()).isFalse();
    assertThat(pool.stats().idle()).isEqualTo(1);
    try (Lease<Thing> next = pool.acquire(LONG)) {
      assertThat(next.get()).isSameAs(thing);
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingTwiceIsACountedNoOp(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> lease = pool.acquire(LONG);
    lease.close();
    assertThat(pool.stats().staleCloses()).isZero();
    lease.close();
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
    lease.close();
    assertThat(pool.stats().staleCloses()).isEqualTo(2);
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(reports).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aStaleCloseNeverAffectsTheNewOwner(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> stale = pool.acquire(LONG);
    stale.close();
    try (Lease<Thing> mine = pool.acquire(LONG)) {
      for (int i = 0; i < 100; i++) {
        stale.close();
      }
      assertThat(mine.isOpen()).isTrue();
      assertThat(mine.get()).isNotNull();
      assertThat(pool.tryAcquire()).isNull();
      assertThat(stale.isOpen()).isFalse();
    }
    assertThat(pool.stats().staleCloses()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void aStaleCloseGivesNothingToThoseWhoWait(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> stale = pool.acquire(LONG);
    stale.close();
    try (Lease<Thing> mine = pool.acquire(LONG)) {
      AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
      stale.close();
      stale.invalidate();
      assertThat(pool.stats().pending()).isEqualTo(1);
      assertThat(waiter.isDone()).isFalse();
      assertThat(mine.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStaleInvalidateNeverAffectsTheNewOwner(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> stale = pool.acquire(LONG);
    stale.close();
    stale.invalidate();
    assertThat(pool.stats().idle()).as("nor the idle object").isEqualTo(1);
    try (Lease<Thing> mine = pool.acquire(LONG)) {
      stale.invalidate();
      assertThat(mine.isOpen()).isTrue();
    }
    assertThat(things.made).hasSize(1);
    assertThat(pool.stats().destroyed()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void staleClosesFromManyThreadsNeverMakeTwoOwners(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = filled(variant.of(pool(3)));
    ConcurrentLinkedQueue<Lease<Thing>> ended = new ConcurrentLinkedQueue<>();
    AtomicBoolean enough = new AtomicBoolean();
    List<AcquireCaller<Boolean>> spoilers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      spoilers.add(AcquireCaller.run(() -> {
        while (!enough.get()) {
          Lease<Thing> lease = ended.poll();
          for (int n = 0; lease != null && n < 5; n++) {
            lease.close();
            lease.invalidate();
          }
        }
        return true;
      }));
    }
    List<AcquireCaller<Boolean>> users = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(AcquireCaller.run(() -> {
        for (int n = 0; n < 5_000; n++) {
          Lease<Thing> lease = pool.acquire(LONG);
          Thing thing = lease.get();
          thing.use();
          assertThat(lease.isOpen()).isTrue();
          thing.unuse();
          lease.close();
          if (n % 4 == 0) {
            ended.add(lease);
          }
        }
        return true;
      }));
    }
    users.forEach(AcquireCaller::value);
    enough.set(true);
    spoilers.forEach(AcquireCaller::value);
    assertThat(things.made).as("an invalidate would have made another").hasSize(3);
    assertThat(pool.stats().idle()).isEqualTo(3);
  }

  @Test
  void getAfterTheEndThrowsAndNamesTheLease() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> closed = pool.acquire(LONG);
    closed.close();
    assertThatThrownBy(closed::get).isInstanceOf(LeaseClosedException.class).hasMessageContaining("test.things");
    Lease<Thing> invalid = pool.acquire(LONG);
    invalid.invalidate();
    assertThatThrownBy(invalid::get).isInstanceOf(LeaseClosedException.class).hasMessageContaining("test.things");
    Lease<Thing> detached = pool.acquire(LONG);
    pool.detach(detached);
    assertThatThrownBy(detached::get).isInstanceOf(LeaseClosedException.class).hasMessageContaining("test.things");
    assertThatThrownBy(closed::get).as("also when another has the object").isInstanceOf(LeaseClosedException.class);
  }

  @Test
  void getDuringTheResetThrows() throws InterruptedException {
    CountDownLatch resetting = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      resetting.countDown();
      gate.await();
    }).build();
    Lease<Thing> lease = pool.acquire(LONG);
    AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
      lease.close();
      return true;
    });
    resetting.await();
    assertThatThrownBy(lease::get).isInstanceOf(LeaseClosedException.class);
    assertThat(lease.isOpen()).isFalse();
    lease.close();
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
    lease.invalidate();
    assertThat(pool.tryAcquire()).as("the object is not fit yet").isNull();
    gate.countDown();
    closer.value();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void anotherThreadMayClose(Variant variant) throws InterruptedException {
    ObjectPool<Thing> pool = variant.of(pool(1)).build();
    Lease<Thing> lease = pool.acquire(LONG);
    AcquireCaller.run(() -> {
      lease.close();
      return true;
    }).value();
    assertThat(lease.isOpen()).isFalse();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void closesByManyThreadsEndTheLeaseOnce(Variant variant) throws Exception {
    ObjectPool<Thing> pool = filled(variant.of(pool(1)));
    for (int i = 1; i <= 200; i++) {
      Lease<Thing> lease = pool.acquire(LONG);
      together(lease::close, lease::close, lease::close);
      assertThat(pool.stats().idle()).isEqualTo(1);
      assertThat(pool.stats().staleCloses()).isEqualTo(2 * i);
    }
    assertThat(things.made).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void closeAndInvalidateByTwoThreadsEndTheLeaseOnce(Variant variant) throws Exception {
    ObjectPool<Thing> pool = filled(variant.of(pool(1)));
    for (int i = 0; i < 200; i++) {
      Lease<Thing> lease = pool.acquire(LONG);
      Thing thing = lease.get();
      together(lease::close, lease::invalidate);
      until(() -> pool.stats().size() == pool.stats().idle());
      assertThat(thing.closes).hasValue(pool.stats().idle() == 1 ? 0 : 1);
    }
    assertThat(pool.stats().destroyed()).isEqualTo(pool.stats().created() - pool.stats().size());
  }

  private static void together(Runnable... acts) throws Exception {
    CyclicBarrier start = new CyclicBarrier(acts.length);
    List<AcquireCaller<Boolean>> actors = new ArrayList<>();
    for (Runnable act : acts) {
      actors.add(AcquireCaller.run(() -> {
        start.await();
        act.run();
        return true;
      }));
    }
    actors.forEach(AcquireCaller::value);
  }

  @Test
  void invalidateDestroysTheObjectOnceAndItIsNeverGivenAgain() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire(LONG);
    Thing broken = lease.get();
    lease.invalidate();
    assertThat(lease.isOpen()).isFalse();
    lease.invalidate();
    try (Lease<Thing> next = pool.acquire(LONG)) {
      assertThat(next.get()).isNotSameAs(broken);
    }
    assertThat(broken.closes).hasValue(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
    assertThat(pool.stats().created()).isEqualTo(2);
    assertThat(pool.stats().size()).isEqualTo(1);
  }

  @Test
  void theCloseAfterAnInvalidateDoesNothingAndIsNotStale() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> lease = pool.acquire(LONG)) {
      lease.invalidate();
    }
    until(() -> pool.stats().destroyed() == 1);
    assertThat(pool.stats().staleCloses()).isZero();
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aWaiterIsServedInPlaceOfAnInvalidObject() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire(LONG);
    Thing broken = lease.get();
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    lease.invalidate();
    assertThat(waiter.value().get()).isNotSameAs(broken);
  }

  @Test
  void invalidateDoesNotWaitForTheEndOfTheObjectWhichCountsUntilThen() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    ObjectPool<Thing> pool = pool(1).destroy(t -> {
      gate.await();
      t.close();
    }).build();
    Lease<Thing> lease = pool.acquire(LONG);
    lease.invalidate();
    assertThat(pool.stats().size()).isEqualTo(1);
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    assertThat(things.made).as("not two at a time").hasSize(1);
    gate.countDown();
    assertThat(waiter.value().get().number).isEqualTo(1);
    assertThat(things.made.get(0).closes).hasValue(1);
  }

  @Test
  void aLeaseSaysWhichItIsAndWhetherItHasEnded() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire(LONG);
    assertThat(lease.toString()).contains("test.things").doesNotContain("ended");
    lease.close();
    assertThat(lease.toString()).contains("test.things").contains("ended");
  }
}
