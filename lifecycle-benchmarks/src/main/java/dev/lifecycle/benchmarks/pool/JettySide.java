package dev.lifecycle.benchmarks.pool;

import java.util.Objects;
import org.eclipse.jetty.util.ConcurrentPool;
import org.eclipse.jetty.util.Pool;
import org.jspecify.annotations.Nullable;

/** Jetty's pool, begun at a place that depends on the thread. It does not wait: without an idle object there is none. */
public class JettySide extends Side<Pool.Entry<Thing>> {
  private ConcurrentPool<Thing> pool;

  @Override
  void create() {
    pool = new ConcurrentPool<>(ConcurrentPool.StrategyType.THREAD_ID, objects);
    for (int i = 0; i < objects; i++) {
      Objects.requireNonNull(pool.reserve()).enable(new Thing(), false);
    }
  }

  /** Null also where its walk over the entries missed those that came back behind it. */
  @Override
  Pool.@Nullable Entry<Thing> acquire() {
    return pool.acquire();
  }

  @Override
  void release(Pool.Entry<Thing> claim) {
    claim.release();
  }

  @Override
  public void close() {
    pool.terminate();
  }
}
