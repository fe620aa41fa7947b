package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 13 and 16b: a reset that hangs is seen, reported, and offered to the revoke hook, since nothing can take the object from it. */
@Timeout(30)
class HangingResetTest extends EndRulesFixture {
  private final Held resetting = new Held();
  private final Held revoking = new Held();
  private final List<Thing> revoked = new CopyOnWriteArrayList<>();

  @AfterEach
  void letGo() {
    resetting.letGo();
    revoking.letGo();
  }

  private ObjectPoolBuilder<Thing> resettingPool() {
    return pool(1).reset(t -> resetting.deaf());
  }

  /** A pool whose revoke hook hangs too. */
  private ObjectPoolBuilder<Thing> revokingPool() {
    return resettingPool().onRevoke(t -> {
      revoked.add(t);
      revoking.deaf();
    });
  }

  /** Takes the object and closes it, on a thread that hangs in the reset. */
  private Aside<Boolean> closerOf(ObjectPool<Thing> pool) throws InterruptedException {
    CompletableFuture<Lease<Thing>> taken = new CompletableFuture<>();
    Aside<Boolean> closer = aside(() -> {
      Thread.currentThread().setName("slow-closer");
      taken.complete(pool.acquire(LONG));
      taken.join().close();
      return true;
    });
    resetting.awaitBegun();
    return closer;
  }

  private void close(ObjectPool<Thing> pool) {
    passTimeUntilDone(EndRulesCloseTest.closer(pool));
  }

  private void endRevokeHook() {
    revoking.awaitBegun();
    revoking.letGo();
    soon().until(() -> lifecycle.counts().get("things.close").live() == 0);
  }

  private static void awaitTermination(ObjectPool<Thing> pool) {
    assertThat(pool.termination().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void whatIsBeingResetIsLeased() throws Exception {
    ObjectPool<Thing> pool = resettingPool().build();
    Aside<Boolean> closer = closerOf(pool);
    assertThat(pool.stats().leased()).isEqualTo(1);
    assertThat(pool.stats().idle()).isZero();
    resetting.letGo();
    closer.get();
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void theTimeoutNamesWhoIsBusyResetting() throws Exception {
    ObjectPool<Thing> pool = resettingPool().build();
    Aside<Boolean> closer = closerOf(pool);
    pass(Duration.ofSeconds(1));
    AcquireTimeoutException timeout = catchThrowableOfType(AcquireTimeoutException.class, () -> pool.acquire(Duration.ZERO));
    assertThat(timeout).hasMessageContaining("leased 1/1").hasMessageContaining("slow-closer").hasMessageContaining("l-things/0/1");
    assertThat(timeout.inUse()).isEqualTo(1);
    assertThat(timeout.holders()).extracting(h -> h.threadId()).containsExactly(closer.thread.getId());
  }

  @Test
  void aLeaseThatIsBeingResetForLongIsReportedAsOverdueOnce() throws Exception {
    ObjectPool<Thing> pool = resettingPool().expectedWithin(Duration.ofSeconds(3)).build();
    closerOf(pool);
    pass(Duration.ofSeconds(2));
    assertThat(reports(Kind.LEASE_OVERDUE)).isEmpty();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(awaitReport(Kind.LEASE_OVERDUE).message()).contains("l-things/0/1").contains("slow-closer").contains("expected within 3");
    assertThat(reports(Kind.LEASE_OVERDUE)).hasSize(1);
  }

  @Test
  void aResetThatRunsForTenSecondsIsReportedOnce() throws Exception {
    ObjectPool<Thing> pool = resettingPool().build();
    closerOf(pool);
    for (int i = 0; i < 10; i++) { // the first of these is when it is seen
      pass(Duration.ofSeconds(1));
    }
    assertThat(reports(Kind.HOOK_SLOW)).isEmpty();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(1));
    }
    assertThat(awaitReport(Kind.HOOK_SLOW).message()).contains("reset has run for 10");
    assertThat(reports(Kind.HOOK_SLOW)).hasSize(1);
    assertThat(pool.stats().leased()).isEqualTo(1);
  }

  @Test
  void theCloseReportsWhatIsBeingReset() throws Exception {
    ObjectPool<Thing> pool = resettingPool().build();
    closerOf(pool);
    close(pool);
    assertThat(awaitReport(Kind.LEASE_REVOKED).message()).contains("l-things/0/1 was revoked").contains("slow-closer").contains("being reset");
    assertThat(pool.stats().revoked()).isEqualTo(1);
    resetting.letGo();
    awaitTermination(pool);
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void theRevokeHookMayMakeTheResetFail() throws Exception {
    ObjectPool<Thing> pool = pool(1).reset(t -> {
      resetting.deaf();
      throw new IllegalStateException("aborted");
    }).onRevoke(t -> {
      revoked.add(t);
      resetting.letGo();
    }).build();
    Aside<Boolean> closer = closerOf(pool);
    close(pool);
    assertThat(closer.get()).isTrue();
    awaitTermination(pool);
    assertThat(revoked).containsExactly(things.made.get(0));
    assertThat(things.made.get(0).ends).hasValue(1);
  }

  @Test
  void anObjectWhoseResetReturnsFirstIsDestroyedOnceWhenTheRevokeHookHasReturned() throws Exception {
    ObjectPool<Thing> pool = revokingPool().build();
    Aside<Boolean> closer = closerOf(pool);
    close(pool);
    revoking.awaitBegun();
    resetting.letGo();
    closer.get();
    pass(Duration.ofSeconds(10));
    assertThat(things.alive()).as("the hook has it").isEqualTo(1);
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    revoking.letGo();
    awaitTermination(pool);
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
    assertThat(pool.stats().staleCloses()).isZero();
  }

  @Test
  void anObjectWhoseRevokeHookReturnsFirstIsDestroyedOnceWhenTheResetHasReturned() throws Exception {
    ObjectPool<Thing> pool = revokingPool().build();
    Aside<Boolean> closer = closerOf(pool);
    close(pool);
    endRevokeHook();
    pass(Duration.ofSeconds(10));
    assertThat(things.alive()).as("the reset has it").isEqualTo(1);
    assertThat(pool.termination().toCompletableFuture()).isNotDone();
    resetting.letGo();
    closer.get();
    awaitTermination(pool);
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(pool.stats().destroyed()).isEqualTo(1);
  }

  @Test
  void aResetThatHangsIsRevokedOnceHoweverOftenThePoolIsClosed() throws Exception {
    ObjectPool<Thing> pool = revokingPool().build();
    closerOf(pool);
    close(pool);
    endRevokeHook();
    pool.close();
    pool.close();
    resetting.letGo();
    awaitTermination(pool);
    soon().until(() -> !reports(Kind.LEASE_REVOKED).isEmpty());
    assertThat(pool.stats().revoked()).isEqualTo(1);
    assertThat(revoked).hasSize(1);
    assertThat(reports(Kind.LEASE_REVOKED)).hasSize(1);
  }
}
