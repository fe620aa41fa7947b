package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.pool.rooms.ManualRoom;
import dev.lifecycle.pool.rooms.Owner;
import dev.lifecycle.spi.ResourceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rule 15 for the pool's own work: whoever asks when there is no memory or no thread gets the error, and nothing is left of what was begun. */
class NoMemoryTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final ManualRoom room = new ManualRoom(Duration.ZERO);
  private final AtomicInteger made = new AtomicInteger();
  private final List<Integer> destroyed = new ArrayList<>();

  private ObjectPoolBuilder<Integer> pool(int size) {
    return ObjectPool.in(Owner.of(room), "no.memory", made::incrementAndGet).size(size).destroy(destroyed::add);
  }

  private static void fail() {
    throw new OutOfMemoryError("unable to create native thread");
  }

  private void failsForTheAlarm(ThrowingCallable call) {
    room.beforeAlarm(NoMemoryTest::fail);
    assertThatThrownBy(call).isInstanceOf(OutOfMemoryError.class).hasMessageContaining("native thread");
  }

  private Lease<Integer> acquired(ObjectPool<Integer> pool) {
    CompletableFuture<Lease<Integer>> future = pool.acquireAsync(LONG);
    room.runAll();
    return future.join();
  }

  private void isAsNew(ObjectPool<Integer> pool) {
    assertThat(pool.stats().pending()).isZero();
    assertThat(pool.stats().creating()).isZero();
    assertThat(pool.stats().size()).isZero();
    assertThat(room.pending()).isZero();
    assertThat(acquired(pool).get()).isEqualTo(1);
  }

  private void hasItsOnlyObjectIdle(ObjectPool<Integer> pool) {
    room.runAll();
    assertThat(pool.stats().pending()).isZero();
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.tryAcquire()).isNotNull();
  }

  @Test
  void anAcquireThatCannotBeginACreationLeavesNothing() {
    ObjectPool<Integer> pool = pool(1).build();
    failsForTheAlarm(() -> pool.acquire(LONG));
    isAsNew(pool);
  }

  @Test
  void aTryThatCannotBeginACreationLeavesNothing() {
    ObjectPool<Integer> pool = pool(1).build();
    failsForTheAlarm(pool::tryAcquire);
    isAsNew(pool);
  }

  @Test
  void aFutureThatCannotBeginACreationLeavesNothing() {
    ObjectPool<Integer> pool = pool(1).build();
    failsForTheAlarm(() -> pool.acquireAsync(LONG));
    isAsNew(pool);
  }

  @Test
  void aFutureWithoutTimeThatCannotBeginACreationLeavesNothing() {
    ObjectPool<Integer> pool = pool(1).build();
    failsForTheAlarm(() -> pool.acquireAsync(Duration.ZERO));
    isAsNew(pool);
  }

  @Test
  void aWarmUpThatCannotBeginACreationLeavesNoSlotBehind() {
    ObjectPool<Integer> pool = pool(1).minIdle(1).build();
    failsForTheAlarm(pool::warmUp);
    isAsNew(pool);
  }

  @Test
  void aPoolThatCouldNotBeginACreationTerminates() {
    ObjectPool<Integer> pool = pool(1).build();
    failsForTheAlarm(() -> pool.acquire(LONG));
    pool.close();
    room.runAll();
    assertThat(pool.termination().toCompletableFuture()).isCompleted();
  }

  @Test
  void aFutureWhoseTimeoutCannotBeSetWaitsNoMore() {
    ObjectPool<Integer> pool = pool(1).build();
    Lease<Integer> lease = acquired(pool);
    failsForTheAlarm(() -> pool.acquireAsync(LONG));
    assertThat(pool.stats().pending()).isZero();
    lease.close();
    hasItsOnlyObjectIdle(pool);
  }

  @Test
  void aFutureWhoseTimeoutCannotBeSetLeavesNoLeaseThatIsOnItsWay() {
    ObjectPool<Integer> pool = pool(1).build();
    acquired(pool).close();
    failsForTheAlarm(() -> pool.acquireAsync(LONG));
    hasItsOnlyObjectIdle(pool);
  }

  @Test
  void aFutureWhoseTimeoutCannotBeSetLeavesNoLeaseThatHasArrived() {
    ObjectPool<Integer> pool = pool(1).build();
    acquired(pool).close();
    room.beforeAlarm(() -> {
      room.runAll();
      fail();
    });
    assertThatThrownBy(() -> pool.acquireAsync(LONG)).isInstanceOf(OutOfMemoryError.class);
    hasItsOnlyObjectIdle(pool);
  }

  @Test
  void anObjectThatWasFoundBeforeTheMemoryRanOutIsGivenBack() {
    ObjectPool<Integer> pool = pool(2).minIdle(1).build();
    pool.warmUp();
    room.runAll(); // the one that is idle will be found, and then another is to be made for minIdle
    failsForTheAlarm(() -> pool.acquireAsync(LONG));
    hasItsOnlyObjectIdle(pool);
  }

  @Test
  void aFutureWithoutTimeGivesBackWhatWasFoundBeforeTheMemoryRanOut() {
    ObjectPool<Integer> pool = pool(2).minIdle(1).build();
    pool.warmUp();
    room.runAll();
    failsForTheAlarm(() -> pool.acquireAsync(Duration.ZERO));
    hasItsOnlyObjectIdle(pool);
  }

  @Test
  void oneWaiterThatCannotBeToldOfTheEndKeepsTheNewsFromNoOther() {
    ObjectPool<Integer> pool = pool(1).build();
    Lease<Integer> lease = acquired(pool);
    List<CompletableFuture<Lease<Integer>>> waiters = List.of(pool.acquireAsync(LONG), pool.acquireAsync(LONG), pool.acquireAsync(LONG));
    room.beforeDispose(NoMemoryTest::fail);
    assertThatThrownBy(pool::initiateClose).isInstanceOf(OutOfMemoryError.class);
    room.runAll();
    assertThat(waiters.get(0)).isNotDone();
    for (CompletableFuture<Lease<Integer>> waiter : waiters.subList(1, 3)) {
      assertThatThrownBy(waiter::join).hasCauseInstanceOf(PoolClosedException.class);
    }
    lease.close();
  }

  @Test
  void oneEndThatCannotBeBegunKeepsNoOtherFromIt() {
    ObjectPool<Integer> pool = pool(3).build();
    List.of(acquired(pool), acquired(pool), acquired(pool)).forEach(Lease::close);
    room.beforeDispose(NoMemoryTest::fail);
    assertThatThrownBy(pool::retireIdle).isInstanceOf(OutOfMemoryError.class);
    room.runAll();
    assertThat(destroyed).hasSize(2);
    assertThat(pool.stats().idle()).isZero();
  }

  @Test
  void oneCreationThatCannotBeStartedKeepsNoOtherFromIt() {
    ObjectPool<Integer> pool = pool(3).minIdle(3).parallelCreations(3).build();
    AtomicInteger starts = new AtomicInteger();
    room.beforeStart(() -> {
      if (starts.incrementAndGet() == 1) {
        fail();
      }
    });
    assertThatThrownBy(pool::warmUp).isInstanceOf(OutOfMemoryError.class);
    room.runAll();
    assertThat(pool.stats().idle()).isEqualTo(2);
  }

  @Test
  void aRevokeHookThatCannotBeStartedKeepsNoOtherFromIt() {
    List<Integer> revoked = new ArrayList<>();
    ObjectPool<Integer> pool = pool(3).onRevoke(revoked::add).build();
    List<Lease<Integer>> leases = List.of(acquired(pool), acquired(pool), acquired(pool));
    room.beforeDispose(NoMemoryTest::fail);
    assertThatThrownBy(pool::close).isInstanceOf(OutOfMemoryError.class);
    room.runAll();
    assertThat(revoked).hasSize(2);
    assertThat(leases).noneMatch(Lease::isOpen);
    assertThat(room.reports()).hasSize(3);
  }

  /** The round itself finds that an object is too old, and cannot begin to make another. */
  @Test
  void thePatrolGoesOnAfterARoundThatThrew() {
    ObjectPool<Integer> pool = pool(3).minIdle(1).maxIdle(Duration.ofMillis(500)).jitter(0).expectedWithin(Duration.ofSeconds(3)).build();
    Lease<Integer> held = acquired(pool);
    assertThat(pool.stats().idle()).isEqualTo(1);
    failsForTheAlarm(() -> room.advance(Duration.ofSeconds(1)));
    assertThat(pool.stats().expired()).isEqualTo(1);
    room.advance(Duration.ofSeconds(2));
    room.runAll();
    assertThat(room.reports()).extracting(ManualRoom.Report::event).containsExactly(ResourceEvent.LEASE_OVERDUE);
    held.close();
  }
}
