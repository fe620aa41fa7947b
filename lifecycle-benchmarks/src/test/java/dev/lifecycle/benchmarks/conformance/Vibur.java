package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.Claim;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Subject;
import dev.lifecycle.pool.conformance.Thing;
import dev.lifecycle.pool.conformance.TimedOutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.vibur.objectpool.ConcurrentPool;
import org.vibur.objectpool.PoolObjectFactory;
import org.vibur.objectpool.util.ConcurrentLinkedQueueCollection;

/** Vibur's {@code ConcurrentPool} over its concurrent queue. */
final class Vibur implements PoolAdapter {
  @Override
  public String name() {
    return "Vibur " + Version.of("org.vibur", "vibur-object-pool");
  }

  @Override
  public Subject open(Setup setup) {
    return new Opened(new ConcurrentPool<>(new ConcurrentLinkedQueueCollection<>(), new Factory(setup), 0, setup.size(), setup.fair()));
  }

  private record Factory(Setup setup) implements PoolObjectFactory<Thing> {
    @Override
    public Thing create() {
      try {
        return setup.factory().call();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
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
    public void destroy(Thing thing) {
      // There is nothing to free.
    }
  }

  private record Opened(ConcurrentPool<Thing> pool) implements Subject {
    @Override
    public Claim acquire(Duration timeout) throws Exception {
      return given(pool.tryTake(Timeouts.nanos(timeout), TimeUnit.NANOSECONDS));
    }

    /** Null means that the time is over, or with the flag set that the caller was interrupted. */
    private Claim given(Thing thing) throws Exception {
      if (thing == null) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        throw new TimedOutException(null, null);
      }
      return new Taken(pool, thing);
    }

    @Override
    public Claim tryAcquire() {
      Thing thing = pool.tryTake();
      return thing == null ? null : new Taken(pool, thing);
    }

    @Override
    public void acquireAndClose() {
      Thing thing = pool.tryTake(10, TimeUnit.SECONDS);
      pool.restore(thing);
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  private record Taken(ConcurrentPool<Thing> pool, Thing thing) implements Claim {
    @Override
    public void close() {
      pool.restore(thing);
    }

    @Override
    public void invalidate() {
      pool.restore(thing, false);
    }
  }
}
