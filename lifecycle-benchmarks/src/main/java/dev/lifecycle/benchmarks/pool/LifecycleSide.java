package dev.lifecycle.benchmarks.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import org.jspecify.annotations.Nullable;

/** Ours, as it comes, but for a line long enough for every thread of a run. */
public class LifecycleSide extends Side<Lease<Thing>> {
  private static final int MOST_WAITERS = 20_000;

  private Scope scope;
  ObjectPool<Thing> pool;

  @Override
  void create() {
    scope = Scope.open("bench.owner");
    pool = ObjectPool.in(scope, "bench.pool", Thing::new).size(objects).maxWaiters(MOST_WAITERS).build();
  }

  @Override
  @Nullable Lease<Thing> acquire() throws InterruptedException {
    try {
      return pool.acquire(TIMEOUT);
    } catch (AcquireTimeoutException e) {
      return null;
    }
  }

  @Override
  void release(Lease<Thing> claim) {
    claim.close();
  }

  @Override
  public void close() {
    scope.close();
  }
}
