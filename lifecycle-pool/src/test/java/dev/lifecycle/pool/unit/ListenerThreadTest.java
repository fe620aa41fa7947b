package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 13 and 18: listeners are the user's, and hold up neither a hook nor who closes a lease. On the system's clock, with a listener of its own. */
@Timeout(30)
class ListenerThreadTest extends EndRulesFixture {
  private final Held listening = new Held();
  private final List<Thread> told = new CopyOnWriteArrayList<>();
  private final Lifecycle own = Lifecycle.create(o -> o.failureListener(this::listen));

  private void listen(FailureReport report) {
    if (report.kind() == Kind.LEASE_REVOKED || report.kind() == Kind.HOOK_FAILED) {
      told.add(Thread.currentThread());
      listening.deaf();
    }
  }

  private ObjectPool.Sizing<Thing> pool() {
    return ObjectPool.in(own.open("owner", o -> o.grace(Duration.ofMillis(50))), "things", things);
  }

  @AfterEach
  void closeOwn() {
    listening.letGo();
    own.close();
  }

  @Test
  void aSlowListenerDelaysNoRevokeHook() throws Exception {
    CountDownLatch revoked = new CountDownLatch(3);
    ObjectPool<Thing> pool = pool().size(3).onRevoke(t -> revoked.countDown()).build();
    List<Lease<Thing>> leases = List.of(pool.acquire(), pool.acquire(), pool.acquire());
    EndRulesCloseTest.closer(pool);
    assertThat(revoked.await(15, TimeUnit.SECONDS)).isTrue();
    listening.awaitBegun();
    assertThat(told).as("one told of three").hasSize(1);
    listening.letGo();
    soon().until(() -> told.size() == 3);
    leases.forEach(Lease::close);
  }

  @Test
  void whoClosesALeaseIsNotHeldUpByTheListenerThatIsToldOfItsReset() throws Exception {
    ObjectPool<Thing> pool = pool().size(1).reset(t -> {
      throw new IllegalStateException("reset");
    }).build();
    Aside<Boolean> closer = aside(() -> {
      pool.acquire().close();
      return true;
    });
    assertThat(closer.get()).isTrue();
    listening.awaitBegun();
    assertThat(listening.thread).isNotSameAs(closer.thread);
    assertThat(pool.acquire().isOpen()).as("nor is the next").isTrue();
  }
}
