package dev.lifecycle.benchmarks.pool;

import java.util.NoSuchElementException;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;

/** commons-pool2 as it comes, but for its size: by default it is not fair. */
public class CommonsPoolSide extends Side<Thing> {
  private static final class Factory extends BasePooledObjectFactory<Thing> {
    @Override
    public Thing create() {
      return new Thing();
    }

    @Override
    public PooledObject<Thing> wrap(Thing thing) {
      return new DefaultPooledObject<>(thing);
    }
  }

  private GenericObjectPool<Thing> pool;

  @Override
  void create() {
    GenericObjectPoolConfig<Thing> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(objects);
    config.setMaxIdle(objects);
    config.setJmxEnabled(false);
    pool = new GenericObjectPool<>(new Factory(), config);
  }

  @Override
  @Nullable Thing acquire() throws Exception {
    try {
      return pool.borrowObject(TIMEOUT);
    } catch (NoSuchElementException e) {
      return null;
    }
  }

  @Override
  void release(Thing claim) {
    pool.returnObject(claim);
  }

  @Override
  public void close() {
    pool.close();
  }
}
