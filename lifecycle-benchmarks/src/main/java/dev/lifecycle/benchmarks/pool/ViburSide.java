package dev.lifecycle.benchmarks.pool;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vibur.objectpool.ConcurrentPool;
import org.vibur.objectpool.PoolObjectFactory;
import org.vibur.objectpool.PoolService;
import org.vibur.objectpool.util.ConcurrentLinkedDequeCollection;

/** Vibur's pool, fair: it has no default for that, and it is what the pool is known for. */
public class ViburSide extends Side<Thing> {
  private static final class Factory implements PoolObjectFactory<Thing> {
    @Override
    public Thing create() {
      return new Thing();
    }

    @Override
    public boolean readyToTake(Thing thing) {
      return true;
    }

    @Override
    public boolean readyToRestore(Thing thing) {
      return true;
    }

    @Override
    public void destroy(Thing thing) {}
  }

  private PoolService<Thing> pool;

  @Override
  void create() {
    pool = new ConcurrentPool<>(new ConcurrentLinkedDequeCollection<>(), new Factory(), objects, objects, true);
  }

  @Override
  @Nullable Thing acquire() {
    return pool.tryTake(TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
  }

  @Override
  void release(Thing claim) {
    pool.restore(claim);
  }

  @Override
  public void close() {
    pool.close();
  }
}
