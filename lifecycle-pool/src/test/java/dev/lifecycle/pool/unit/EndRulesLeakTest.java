package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Task;
import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 22: leases that nobody will close, and leases that are held too long. */
@Timeout(30)
class EndRulesLeakTest extends EndRulesFixture {
  private static final Duration SCAN = Duration.ofSeconds(1);

  @Test
  void aLeaseWhoseThreadHasEndedIsReportedWithinOneScan() {
    ObjectPool<Thing> pool = pool(1).build();
    onAThreadThatEnds(pool::acquire);
    pass(SCAN);
    FailureReport report = reports(Kind.LEASE_LEAKED).get(0);
    assertThat(report.message()).contains("pool \"things\": lease l-things/0/1 was not closed, taken 1.0 s ago by thread #", ", which has ended; leased 1/1, pending 0");
    assertThat(pool.stats().leaked()).isEqualTo(1);
  }

  @Test
  void aLeaseWhoseVirtualThreadHasEndedIsReportedWithinOneScan() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
    ObjectPool<Thing> pool = pool(1).build();
    Thread virtual = (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) pool::tryAcquire);
    virtual.join();
    soon().until(() -> pool.stats().idle() == 1);
    virtual = (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) pool::tryAcquire);
    virtual.join();
    assertThat(pool.stats().leased()).isEqualTo(1);
    pass(SCAN);
    assertThat(reports(Kind.LEASE_LEAKED)).hasSize(1);
  }

  @Test
  void aLeakedLeaseIsReportedOnceAndStaysOut() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    Lease<Thing> lease = onAThreadThatEnds(pool::acquire);
    pass(Duration.ofMinutes(1));
    assertThat(reports).hasSize(1);
    assertThat(pool.stats().leaked()).isEqualTo(1);
    assertThat(pool.stats().leased()).isEqualTo(1);
    assertThat(lease.isOpen()).isTrue();
    lease.close(); // it had been handed to us
    assertThat(pool.acquire().get()).isSameAs(things.made.get(0));
    assertThat(pool.stats().staleCloses()).isZero();
  }

  @Test
  void underTheDestroyPolicyALeakedObjectIsRevokedDestroyedAndReplaced() throws Exception {
    List<Thing> revoked = new CopyOnWriteArrayList<>();
    ObjectPool<Thing> pool = pool(1).leakPolicy(LeakPolicy.DESTROY).onRevoke(revoked::add).build();
    Lease<Thing> lost = onAThreadThatEnds(pool::acquire);
    CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync(LONG);
    pass(SCAN);
    assertThat(waiter.get().get()).isSameAs(things.made.get(1));
    assertThat(lost.isOpen()).isFalse();
    assertThat(revoked).containsExactly(things.made.get(0));
    assertThat(things.made.get(0).ends).hasValue(1);
    assertThat(reports).hasSize(1);
    assertThat(reports(Kind.LEASE_LEAKED).get(0).message()).contains("; the object is destroyed and replaced");
    assertThat(pool.stats().leaked()).isEqualTo(1);
    assertThat(pool.stats().revoked()).isEqualTo(1);
  }

  @Test
  void aTaskThatEndedOnALivePooledThreadIsFoundByAge() throws Exception {
    ObjectPool<Thing> pool = pool(1).expectedWithin(Duration.ofSeconds(30)).leakPolicy(LeakPolicy.DESTROY).build();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      executor.submit(() -> pool.acquire()).get();
      pass(Duration.ofSeconds(30).minus(TICK));
      assertThat(reports).isEmpty();
      pass(SCAN);
      assertThat(reports(Kind.LEASE_OVERDUE)).hasSize(1);
      assertThat(reports(Kind.LEASE_OVERDUE).get(0).message()).contains("lease l-things/0/1 held 30.0 s by thread #", "; expected within 30.0 s; leased 1/1, pending 0");
      assertThat(pool.stats().leased()).as("reclaimed only if its thread has ended").isEqualTo(1);
      assertThat(pool.stats().leaked()).isZero();
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aLeaseIsReportedOverdueOnceAndAfterAMinuteByDefault() throws Exception {
    ObjectPool<Thing> pool = pool(2).build();
    Lease<Thing> lease = pool.acquire();
    pass(Duration.ofSeconds(60).minus(TICK));
    assertThat(reports).isEmpty();
    pass(SCAN);
    assertThat(reports(Kind.LEASE_OVERDUE)).hasSize(1);
    assertThat(reports.get(0).stack()).as("where the holder is").isNotEmpty();
    pass(Duration.ofMinutes(5));
    assertThat(reports).hasSize(1);
    lease.close();
    lease = pool.acquire();
    pass(Duration.ofSeconds(61));
    assertThat(reports).as("another claim of the same object").hasSize(2);
    lease.close();
  }

  @Test
  void anOverdueLeaseIsReportedWithItsTask() throws Exception {
    Held holding = new Held();
    ObjectPool<Thing> pool = pool(1).build();
    Task<Void> task = scope.start("orders.load", () -> {
      try (Lease<Thing> lease = pool.acquire()) {
        holding.deaf();
      }
    });
    holding.awaitBegun();
    pass(Duration.ofSeconds(61));
    FailureReport report = reports(Kind.LEASE_OVERDUE).get(0);
    assertThat(report.taskId()).isEqualTo(task.id());
    assertThat(report.purpose()).isEqualTo("orders.load");
    assertThat(report.stack()).isNotEmpty();
    holding.letGo();
    scope.join();
  }

  @Test
  void aFuturesLeaseIsFoundByAge() throws Exception {
    ObjectPool<Thing> pool = pool(1).build();
    pool.acquireAsync(LONG).get();
    pass(Duration.ofSeconds(61));
    assertThat(reports(Kind.LEASE_OVERDUE)).hasSize(1);
    assertThat(reports(Kind.LEASE_LEAKED)).isEmpty();
  }

  @Test
  void aLeaseThatAnotherThreadClosesInTimeIsNotReported() {
    ObjectPool<Thing> pool = pool(1).build();
    onAThreadThatEnds(pool::acquire).close();
    pass(Duration.ofSeconds(5));
    assertThat(reports).isEmpty();
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  @Test
  void aFreeObjectKeepsNoThreadAlive() {
    ObjectPool<Thing> pool = pool(1).build();
    WeakReference<Thread> last = new WeakReference<>(closeOnAThreadThatEnds(pool));
    pass(SCAN);
    soon().until(() -> {
      System.gc();
      return last.get() == null;
    });
    assertThat(pool.stats().idle()).isEqualTo(1);
  }

  private static Thread closeOnAThreadThatEnds(ObjectPool<Thing> pool) {
    return onAThreadThatEnds(() -> {
      pool.acquire().close();
      return Thread.currentThread();
    });
  }
}
