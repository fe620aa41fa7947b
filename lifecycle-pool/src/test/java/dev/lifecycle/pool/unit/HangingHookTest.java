package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 1 and 16: a creation or a check that hangs costs one caller its timeout, and those who come one at a time after it nothing. */
@Timeout(30)
class HangingHookTest extends EndRulesFixture {
  private static final Duration UNASKED = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int CALLERS = 5;

  private final Held checking = new Held();
  private final Held creating = new Held();

  @AfterEach
  void letGo() {
    checking.letGo();
    creating.letGo();
  }

  /** A pool of which the check of the first object hangs. */
  private ObjectPool<Thing> poolWithAHangingCheck(int size) {
    return pool(size).validateAfterIdle(UNASKED).validate(t -> {
      if (t.id == 0) {
        checking.deaf();
      }
      return true;
    }).build();
  }

  /** A pool of which the first creation hangs. */
  private ObjectPool<Thing> poolWithAHangingCreation(int size) {
    return ObjectPool.in(scope, "things", () -> {
      if (!creating.hasBegun()) {
        creating.deaf();
      }
      return things.call();
    }).size(size).parallelCreations(2).build();
  }

  /** Makes so many objects, and lets all of them lie until they must be asked. */
  private void fill(ObjectPool<Thing> pool, int count) throws InterruptedException {
    List<Lease<Thing>> leases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leases.add(pool.acquire(LONG));
    }
    leases.forEach(Lease::close);
    pass(UNASKED);
  }

  /** The one that meets the hook that hangs. */
  private void timesOut(ObjectPool<Thing> pool, Held hook) {
    CompletableFuture<Lease<Thing>> unlucky = pool.acquireAsync(TIMEOUT);
    hook.awaitBegun();
    pass(TIMEOUT);
    assertThat(unlucky).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class).withCauseInstanceOf(AcquireTimeoutException.class);
  }

  /** What a caller gets without any time passing on the clock of the pool. */
  private static Lease<Thing> servedAtOnce(ObjectPool<Thing> pool) throws Exception {
    CompletableFuture<Lease<Thing>> caller = pool.acquireAsync(LONG);
    assertThat(caller).succeedsWithin(Duration.ofSeconds(10));
    return caller.get();
  }

  @Test
  void aCheckThatHangsLeavesTheOtherIdleObjectsToThoseWhoComeOneAtATime() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCheck(3);
    fill(pool, 3);
    timesOut(pool, checking);
    for (int i = 0; i < CALLERS; i++) {
      Lease<Thing> lease = servedAtOnce(pool);
      assertThat(lease.get().id).isNotZero();
      lease.close();
      pass(UNASKED); // so that the next must have one asked again
    }
    assertThat(things.made).hasSize(3);
  }

  @Test
  void aCheckThatHangsLeavesTheRestOfTheSizeToThoseWhoComeOneAtATime() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCheck(1 + CALLERS);
    fill(pool, 1);
    timesOut(pool, checking);
    for (int i = 1; i <= CALLERS; i++) {
      assertThat(servedAtOnce(pool).get().id).as("made for caller %s", i).isEqualTo(i);
    }
  }

  @Test
  void aCreationThatHangsLeavesTheOthersToThoseWhoComeOneAtATime() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCreation(1 + CALLERS);
    timesOut(pool, creating);
    for (int i = 0; i < CALLERS; i++) {
      assertThat(servedAtOnce(pool).get().id).isEqualTo(i);
    }
    assertThat(pool.stats().creating()).as("the one that hangs").isEqualTo(1);
    assertThat(pool.stats().size()).isEqualTo(1 + CALLERS);
  }

  @Test
  void aCallerThatBlocksIsServedBesideACreationThatHangs() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCreation(2);
    Aside<Lease<Thing>> unlucky = aside(() -> pool.acquire(TIMEOUT));
    creating.awaitBegun();
    soon().until(() -> clock.sleepers() == 1);
    pass(TIMEOUT);
    assertThat(unlucky.failure()).isInstanceOf(AcquireTimeoutException.class);
    assertThat(aside(() -> pool.acquire(LONG)).get().isOpen()).isTrue();
  }

  @Test
  void aCallerThatGivesUpBesideACreationThatHangsLeavesTheOthersToTheNext() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCreation(2);
    CompletableFuture<Lease<Thing>> unlucky = pool.acquireAsync(LONG);
    creating.awaitBegun();
    unlucky.cancel(false);
    assertThat(servedAtOnce(pool).isOpen()).isTrue();
  }

  @Test
  void aCheckAndACreationThatHangLeaveWhatElseMayBeMade() throws Exception {
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      if (things.made.size() == 1 && !creating.hasBegun()) {
        creating.deaf();
      }
      return things.call();
    }).size(3).parallelCreations(2).validateAfterIdle(UNASKED).validate(t -> {
      checking.deaf();
      return true;
    }).build();
    fill(pool, 1);
    timesOut(pool, checking);
    timesOut(pool, creating);
    assertThat(servedAtOnce(pool).get().id).isEqualTo(1);
  }

  @Test
  void whatHungServesAgainWhenItEndsWellAfterAll() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCheck(2);
    fill(pool, 1);
    timesOut(pool, checking);
    Lease<Thing> other = servedAtOnce(pool);
    checking.letGo();
    assertThat(servedAtOnce(pool).get().id).isZero();
    other.close();
    pass(UNASKED);
    assertThat(servedAtOnce(pool).get().id).as("asked and given, as if nothing had hung").isEqualTo(1);
    assertThat(things.made).hasSize(2);
  }

  /** What is under way for somebody is set off against the line, as ever. */
  @Test
  void aCreationThatHangsBringsNoMoreThanOneObjectToEachWhoComesLater() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCreation(10);
    timesOut(pool, creating);
    servedAtOnce(pool).close();
    servedAtOnce(pool).close();
    assertThat(things.made).hasSize(1);
    assertThat(pool.stats().size()).isEqualTo(2);
  }

  @Test
  void aCreationThatHungAndHasEndedBringsNoMoreThanOneObjectToTheNext() throws Exception {
    ObjectPool<Thing> pool = poolWithAHangingCreation(10);
    timesOut(pool, creating);
    creating.letGo();
    soon().until(() -> pool.stats().idle() == 1);
    servedAtOnce(pool);
    servedAtOnce(pool);
    assertThat(pool.stats().size()).isEqualTo(2);
  }
}
