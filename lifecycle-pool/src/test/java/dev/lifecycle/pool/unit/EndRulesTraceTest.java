package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.pool.ObjectPool;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pools that are gone leave nothing, and what was done to an object is seen by whoever has it next (rule 24). */
@Timeout(120)
class EndRulesTraceTest extends EndRulesFixture {
  @Test
  void manyPoolsThatWereClosedByHandLeaveNothingInTheirScope() throws Exception {
    try (Lifecycle own = Lifecycle.create(o -> o.clock(clock)); Scope owner = own.open("owner")) {
      for (int i = 0; i < 100_000; i++) {
        ObjectPool<Object> pool = ObjectPool.in(owner, "objects", Object::new).size(1).build();
        if ((i & 1) == 0) {
          pool.close();
        } else {
          pool.initiateClose();
          pool.termination().toCompletableFuture().get();
        }
      }
      soon().until(() -> !Snapshot.take(own).toString().contains("objects"));
      soon().until(() -> own.counts().get("objects.close").live() == 0);
    }
  }

  @Test
  void aPoolThatWasClosedIsNotHeldByItsScopeOrTheTimer() throws Exception {
    List<WeakReference<Object>> pools = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pools.add(usedAndClosed());
    }
    soon().until(() -> {
      System.gc();
      return pools.stream().allMatch(p -> p.get() == null);
    });
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void aPoolThatEndedByItselfIsNotHeldByItsScopeOrTheTimer() throws Exception {
    List<WeakReference<Object>> pools = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      pools.add(usedAndEnded());
    }
    soon().until(() -> {
      System.gc();
      return pools.stream().allMatch(p -> p.get() == null);
    });
    assertThat(clock.nanoTime()).isZero();
  }

  private WeakReference<Object> usedAndClosed() throws Exception {
    Things own = new Things(); // held by all that belongs to the pool
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", own).size(1).build();
    pool.acquire().close();
    pool.close();
    return new WeakReference<>(own);
  }

  private WeakReference<Object> usedAndEnded() throws Exception {
    Things own = new Things();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", own).size(1).build();
    pool.acquire().close();
    pool.initiateClose();
    pool.termination().toCompletableFuture().get();
    return new WeakReference<>(own);
  }

  @Test
  void createIsSeenByTheFirstHolderEachHolderByTheNextAndTheLastByDestroy() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger destroyedWith = new AtomicInteger();
    ObjectPool<Thing> pool = ObjectPool.in(scope, "things", () -> {
      Thing thing = things.call();
      thing.work = 1_000;
      return thing;
    }).size(2).destroy(t -> destroyedWith.addAndGet(t.work)).build();
    int threads = 4;
    int turns = 5_000;
    List<Aside<Boolean>> holders = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      holders.add(aside(() -> {
        for (int n = 0; n < turns; n++) {
          try (Lease<Thing> lease = pool.acquire(LONG)) {
            Thing thing = lease.get();
            if (thing.work < 1_000) {
              wrong.incrementAndGet();
            }
            thing.work++;
          }
        }
        return true;
      }));
    }
    holders.forEach(Aside::get);
    int made = things.made.size();
    pool.close();
    assertThat(wrong).hasValue(0);
    assertThat(destroyedWith).hasValue(made * 1_000 + threads * turns);
  }
}
