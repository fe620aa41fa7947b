package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 13: what is out at the deadline is revoked, and destroyed when its holder lets go of it. */
@Timeout(30)
class EndRulesRevokeTest extends EndRulesFixture {
  private final List<Thing> revoked = new CopyOnWriteArrayList<>();

  private void revokeAll(ObjectPool<?> pool) {
    passTimeUntilDone(EndRulesCloseTest.closer(pool));
  }

  @Test
  void aRevokedLeaseIsNoLongerGood() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    revokeAll(pool);
    assertThat(lease.isOpen()).isFalse();
    assertThatThrownBy(lease::get).isInstanceOf(LeaseClosedException.class).hasMessageEndingWith("was revoked");
    assertThatThrownBy(() -> pool.detach(lease)).isInstanceOf(LeaseClosedException.class);
    lease.close();
  }

  @Test
  void aRevokedObjectIsNotDestroyedUnderItsHolder() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    revokeAll(pool);
    pass(Duration.ofHours(1));
    assertThat(thing.isAlive()).isTrue();
    assertThat(pool.stats().leased()).as("still held").isEqualTo(1);
    assertThat(pool.stats().size()).isEqualTo(1);
    lease.close();
  }

  @Test
  void aRevokedObjectIsDestroyedOnceWhenItsOwnerClosesHoweverOften() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    revokeAll(pool);
    lease.close();
    lease.close();
    pool.termination().toCompletableFuture().get();
    lease.close();
    assertThat(thing.ends).hasValue(1);
    assertThat(pool.stats().staleCloses()).isEqualTo(2);
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void aRevokedObjectIsDestroyedWhenItsOwnerInvalidatesIt() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    revokeAll(pool);
    lease.invalidate();
    pool.termination().toCompletableFuture().get();
    assertThat(thing.ends).hasValue(1);
  }

  @Test
  void aRevokedObjectIsDestroyedWhenItsOwnerThreadEnds() {
    Held holding = new Held();
    ObjectPool<Thing> pool = pool(1).build();
    Aside<Boolean> holder = aside(() -> {
      pool.acquire();
      holding.deaf();
      return true;
    });
    holding.awaitBegun();
    revokeAll(pool);
    pass(Duration.ofSeconds(10));
    assertThat(things.alive()).isEqualTo(1);
    holding.letGo();
    holder.get();
    soon().until(() -> !holder.thread.isAlive());
    pass(Duration.ofSeconds(1));
    soon().until(() -> things.made.get(0).ends.get() == 1);
    assertThat(pool.termination().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  /** On the system's clock: one that is moved by hand lets go of a lifecycle when that is closed. */
  @Test
  void aRevokedObjectIsDestroyedWhenItsOwnerThreadEndsThoughItsLifecycleHasEnded() {
    Held holding = new Held();
    Lifecycle own = Lifecycle.create(o -> o.failureListener(reports::add));
    ObjectPool<Thing> pool = ObjectPool.in(own.open("owner", o -> o.grace(Duration.ofMillis(1))), "things", things).size(1).build();
    Aside<Boolean> holder = aside(() -> {
      pool.acquire();
      holding.deaf();
      return true;
    });
    holding.awaitBegun();
    own.close();
    assertThat(things.alive()).isEqualTo(1);
    holding.letGo();
    holder.get();
    soon().until(() -> things.made.get(0).ends.get() == 1);
    assertThat(pool.termination().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aRevokedObjectOfAFutureIsDestroyedOnItsClose() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = pool.acquireAsync(LONG).get();
    revokeAll(pool);
    assertThat(lease.isOpen()).isFalse();
    assertThat(things.alive()).isEqualTo(1);
    aside(() -> {
      lease.close();
      return true;
    }).get();
    pool.termination().toCompletableFuture().get();
    assertThat(things.alive()).isZero();
  }

  @Test
  void aRevokedObjectIsNeverIssuedAgain() throws Exception {
    ObjectPool<Thing> pool = pool(1).leakPolicy(LeakPolicy.DESTROY).build();
    Lease<Thing> lost = onAThreadThatEnds(pool::acquire);
    pass(Duration.ofSeconds(1));
    try (Lease<Thing> next = pool.acquire(LONG)) {
      lost.close(); // stale
      lost.invalidate();
      assertThat(next.get()).isSameAs(things.made.get(1));
      assertThat(next.isOpen()).isTrue();
    }
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(things.made.get(1).isAlive()).isTrue();
  }

  @Test
  void onRevokeGetsTheObjectWhileItsHolderMayBeUsingIt() throws Exception {
    ObjectPool<Thing> pool = pool(2).onRevoke(revoked::add).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    pool.acquire().close();
    revokeAll(pool);
    soon().until(() -> !revoked.isEmpty());
    assertThat(revoked).containsExactly(thing);
    assertThat(thing.isAlive()).isTrue();
    assertThat(reports(FailureReport.Kind.HOOK_FAILED)).isEmpty();
    lease.close();
  }

  @Test
  void onRevokeRunsInThePrivateScope() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    ObjectPool<Thing> pool = pool(1).onRevoke(t -> threads.add(Thread.currentThread())).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = EndRulesCloseTest.closer(pool);
    passTimeUntilDone(closer);
    soon().until(() -> !threads.isEmpty());
    assertThat(threads).hasSize(1).doesNotContain(closer.thread, Thread.currentThread());
    lease.close();
  }

  @Test
  void anObjectIsDestroyedOnlyAfterOnRevokeHasReturned() throws Exception {
    Held revoking = new Held();
    ObjectPool<Thing> pool = pool(1).onRevoke(t -> revoking.deaf()).build();
    Lease<Thing> lease = pool.acquire();
    Thing thing = lease.get();
    revokeAll(pool);
    revoking.awaitBegun();
    lease.close();
    lease.close();
    assertThat(pool.stats().size()).isEqualTo(1);
    assertThat(thing.isAlive()).isTrue();
    revoking.letGo();
    pool.termination().toCompletableFuture().get();
    assertThat(thing.ends).hasValue(1);
    assertThat(pool.stats().staleCloses()).isEqualTo(1);
  }

  @Test
  void anOnRevokeThatHangsHoldsUpTheCloseForTheGraceOnly() throws Exception {
    Held revoking = new Held();
    ObjectPool<Thing> pool = pool(1).onRevoke(t -> revoking.deaf()).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = EndRulesCloseTest.closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE);
    revoking.awaitBegun();
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE);
    closer.get();
    assertThat(revoking.interrupted).isFalse();
    revoking.letGo();
    lease.close();
    pool.termination().toCompletableFuture().get();
  }

  @Test
  void anOnRevokeThatThrowsIsReportedAndTheObjectIsDestroyedAllTheSame() throws Exception {
    IllegalStateException failure = new IllegalStateException("cannot abort");
    ObjectPool<Thing> pool = pool(1).onRevoke(t -> {
      throw failure;
    }).build();
    Lease<Thing> lease = pool.acquire();
    revokeAll(pool);
    FailureReport report = awaitReport(FailureReport.Kind.HOOK_FAILED);
    assertThat(report.failure()).isSameAs(failure);
    assertThat(report.message()).contains("pool \"things\": onRevoke threw");
    lease.close();
    pool.termination().toCompletableFuture().get();
    assertThat(things.alive()).isZero();
  }

  @Test
  void eachRevokedLeaseIsReportedAndCounted() throws Exception {
    ObjectPool<Thing> pool = pool(3).build();
    Lease<Thing> a = pool.acquire();
    Lease<Thing> b = pool.acquire();
    pool.acquire().close();
    revokeAll(pool);
    assertThat(reports(FailureReport.Kind.LEASE_REVOKED)).hasSize(2).allMatch(r -> r.message().contains("pool \"things\": lease l-things/") && r.message().contains("was revoked"));
    assertThat(pool.stats().revoked()).isEqualTo(2);
    assertThat(pool.stats().claims()).isEqualTo(3);
    a.close();
    b.close();
  }

  @Test
  void aLeaseThatIsClosedInTimeIsNotRevoked() throws Exception {
    ObjectPool<Thing> pool = pool(1).onRevoke(revoked::add).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> closer = EndRulesCloseTest.closer(pool);
    soon().until(() -> clock.sleepers() == 1);
    pass(GRACE.minus(TICK));
    lease.close();
    closer.get();
    assertThat(revoked).isEmpty();
    assertThat(reports).isEmpty();
    assertThat(pool.stats().revoked()).isZero();
  }

  @Test
  void whatIsBeingResetIsReportedGoesToTheRevokeHookAndIsDestroyedWhenBothHaveReturned() throws Exception {
    Held resetting = new Held();
    ObjectPool<Thing> pool = pool(1).reset(t -> resetting.deaf()).onRevoke(revoked::add).build();
    Lease<Thing> lease = pool.acquire();
    Aside<Boolean> holder = aside(() -> {
      lease.close();
      return true;
    });
    resetting.awaitBegun();
    revokeAll(pool);
    assertThat(pool.stats().revoked()).isEqualTo(1);
    assertThat(reports(FailureReport.Kind.LEASE_REVOKED)).singleElement().satisfies(r -> assertThat(r.message()).contains("being reset"));
    assertThat(revoked).containsExactly(things.made.get(0));
    assertThat(things.made.get(0).ends).as("under the hands of the reset").hasValue(0);
    resetting.letGo();
    holder.get();
    pool.termination().toCompletableFuture().get();
    assertThat(things.made.get(0).ends).hasValue(1);
  }
}
