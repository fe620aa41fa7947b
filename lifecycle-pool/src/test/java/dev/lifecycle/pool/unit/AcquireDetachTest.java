package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.pool.ObjectPool;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** {@code detach}: an object leaves the pool for good. */
class AcquireDetachTest extends AcquireFixture {
  @Test
  void detachEndsTheLeaseAndReturnsItsObject() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    assertThat(pool.detach(lease)).isSameAs(thing);
    assertThat(lease.isOpen()).isFalse();
    assertThat(pool.stats().size()).isZero();
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aDetachedObjectIsNeverDestroyedByThePool() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = pool.detach(lease);
    lease.invalidate();
    lease.close();
    pool.acquire().close();
    pool.close();
    pool.termination().toCompletableFuture().join();
    assertThat(thing.closes).hasValue(0);
    assertThat(things.made.get(1).closes).hasValue(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void thePoolMayMakeAnotherInItsPlace() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Thing first = pool.detach(pool.acquire());
    try (Lease<Thing> second = pool.acquire()) {
      assertThat(second.get()).isNotSameAs(first);
    }
  }

  @Test
  void aWaiterIsServedInPlaceOfADetachedObject() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> held = pool.acquire();
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    Thing mine = pool.detach(held);
    assertThat(waiter.value().get()).isNotSameAs(mine);
  }

  @Test
  void theCloseAfterADetachDoesNothingAndIsNotStale() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    try (Lease<Thing> lease = pool.acquire()) {
      pool.detach(lease);
    }
    assertThat(pool.stats().staleCloses()).isZero();
    assertThat(pool.stats().size()).isZero();
  }

  @Test
  void aLeaseThatHasEndedCannotBeDetached() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> closed = pool.acquire();
    closed.close();
    assertThatThrownBy(() -> pool.detach(closed)).isInstanceOf(LeaseClosedException.class).hasMessageContaining("test.things");
    assertThat(pool.stats().idle()).as("the object stays").isEqualTo(1);
    try (Lease<Thing> owner = pool.acquire()) {
      assertThatThrownBy(() -> pool.detach(closed)).isInstanceOf(LeaseClosedException.class);
      assertThat(owner.isOpen()).isTrue();
    }
    Lease<Thing> invalid = pool.acquire();
    invalid.invalidate();
    assertThatThrownBy(() -> pool.detach(invalid)).isInstanceOf(LeaseClosedException.class);
    Lease<Thing> detached = pool.acquire();
    pool.detach(detached);
    assertThatThrownBy(() -> pool.detach(detached)).isInstanceOf(LeaseClosedException.class);
  }

  @Test
  void aRevokedLeaseCannotBeDetached() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    pool.close(); // with no grace
    assertThatThrownBy(() -> pool.detach(lease)).isInstanceOf(LeaseClosedException.class).hasMessageContaining("revoked");
  }

  @Test
  void whatIsOutOfAClosedPoolMayBeDetachedAndThePoolHasEndedThen() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    pool.initiateClose();
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    Thing thing = pool.detach(lease);
    pool.termination().toCompletableFuture().join();
    assertThat(thing.closes).hasValue(0);
  }

  @Test
  void aLeaseOfAnotherPoolIsRefusedAndStaysOpen() throws InterruptedException {
    ObjectPool<Thing> pool = pool(1).build();
    ObjectPool<Thing> other = ObjectPool.in(scope, "test.others", things::make).size(1).build();
    try (Lease<Thing> lease = other.acquire()) {
      assertThatThrownBy(() -> pool.detach(lease)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("test.things").hasMessageContaining("test.others");
      assertThat(lease.isOpen()).isTrue();
    }
  }

  @Test
  void aLeaseThatIsOfNoPoolIsRefused() {
    ObjectPool<Thing> pool = pool(1).build();
    assertThatThrownBy(() -> pool.detach(new Stranger())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("test.things").hasMessageContaining("Stranger");
    assertThatThrownBy(() -> pool.detach(null)).isInstanceOf(NullPointerException.class).hasMessageContaining("lease");
  }

  @Test
  void ofADetachAndACloseThatMeetOneWins() throws Exception {
    ObjectPool<Thing> pool = filled(pool(1));
    for (int i = 0; i < 300; i++) {
      Lease<Thing> lease = pool.acquire();
      CyclicBarrier start = new CyclicBarrier(2);
      AcquireCaller<Boolean> closer = AcquireCaller.run(() -> {
        start.await();
        lease.close();
        return true;
      });
      AcquireCaller<Thing> taker = AcquireCaller.run(() -> {
        start.await();
        return pool.detach(lease);
      });
      closer.value();
      boolean taken = taker.failure() == null;
      assertThat(pool.stats().size()).isEqualTo(taken ? 0 : 1);
      assertThat(pool.stats().idle()).isEqualTo(taken ? 0 : 1);
    }
    assertThat(pool.stats().destroyed()).isZero();
  }

  private static final class Stranger implements Lease<Thing> {
    @Override
    public Thing get() {
      return new Thing(0);
    }

    @Override
    public void invalidate() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
