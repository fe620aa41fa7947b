package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.Claim;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Subject;
import dev.lifecycle.pool.conformance.Thing;
import dev.lifecycle.pool.conformance.TimedOutException;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** The {@code GenericObjectPool} of commons-pool2. */
final class CommonsPool implements PoolAdapter {
  @Override
  public String name() {
    return "commons-pool2 " + Version.of("org.apache.commons", "commons-pool2");
  }

  @Override
  public Subject open(Setup setup) {
    GenericObjectPoolConfig<Thing> config = new GenericObjectPoolConfig<>();
    config.setMaxTotal(setup.size());
    config.setMaxIdle(setup.size());
    config.setFairness(setup.fair());
    config.setJmxEnabled(false);
    return new Opened(new GenericObjectPool<>(new Factory(setup), config));
  }

  private static final class Factory extends BasePooledObjectFactory<Thing> {
    private final Setup setup;

    Factory(Setup setup) {
      this.setup = setup;
    }

    @Override
    public Thing create() throws Exception {
      return setup.factory().call();
    }

    @Override
    public PooledObject<Thing> wrap(Thing thing) {
      return new DefaultPooledObject<>(thing);
    }
  }

  private record Opened(GenericObjectPool<Thing> pool) implements Subject {
    private static final Duration LONG = Duration.ofSeconds(10);

    @Override
    public Claim acquire(Duration timeout) throws Exception {
      try {
        return new Borrowed(pool, pool.borrowObject(timeout));
      } catch (NoSuchElementException e) {
        throw new TimedOutException(e, null);
      }
    }

    @Override
    public Claim tryAcquire() throws Exception {
      try {
        return acquire(Duration.ZERO);
      } catch (TimedOutException e) {
        return null;
      }
    }

    @Override
    public void acquireAndClose() throws Exception {
      Thing thing = pool.borrowObject(LONG);
      pool.returnObject(thing);
    }

    @Override
    public int waiters() {
      return pool.getNumWaiters();
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  private record Borrowed(GenericObjectPool<Thing> pool, Thing thing) implements Claim {
    @Override
    public void close() {
      pool.returnObject(thing);
    }

    @Override
    public void invalidate() throws Exception {
      pool.invalidateObject(thing);
    }
  }
}
