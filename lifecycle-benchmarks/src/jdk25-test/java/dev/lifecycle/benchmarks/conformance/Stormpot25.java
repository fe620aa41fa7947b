package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.Claim;
import dev.lifecycle.pool.conformance.NotOfferedException;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Subject;
import dev.lifecycle.pool.conformance.Thing;
import dev.lifecycle.pool.conformance.TimedOutException;
import java.time.Duration;
import stormpot.Allocator;
import stormpot.BasePoolable;
import stormpot.Pool;
import stormpot.Slot;
import stormpot.Timeout;

/** Stormpot's threaded pool with its default expiry. Needs Java 21. */
final class Stormpot25 implements PoolAdapter {
  @Override
  public String name() {
    return "Stormpot " + Version.of("com.github.chrisvest", "stormpot");
  }

  @Override
  public Subject open(Setup setup) {
    if (setup.fair()) {
      throw new NotOfferedException("no fair mode");
    }
    return new Opened(Pool.from(new Things(setup)).setSize(setup.size()).build());
  }

  private static final class Pooled extends BasePoolable {
    private final Thing thing;

    Pooled(Slot slot, Thing thing) {
      super(slot);
      this.thing = thing;
    }
  }

  private record Things(Setup setup) implements Allocator<Pooled> {
    @Override
    public Pooled allocate(Slot slot) throws Exception {
      return new Pooled(slot, setup.factory().call());
    }

    @Override
    public void deallocate(Pooled pooled) {
      // There is nothing to free.
    }
  }

  private record Opened(Pool<Pooled> pool) implements Subject {
    private static final Timeout LONG = new Timeout(Duration.ofSeconds(10));

    @Override
    public Claim acquire(Duration timeout) throws Exception {
      Pooled pooled = pool.claim(new Timeout(timeout));
      if (pooled == null) {
        throw new TimedOutException(null, null);
      }
      return new Claimed(pooled);
    }

    @Override
    public Claim tryAcquire() {
      Pooled pooled = pool.tryClaim();
      return pooled == null ? null : new Claimed(pooled);
    }

    @Override
    public void acquireAndClose() throws InterruptedException {
      Pooled pooled = pool.claim(LONG);
      pooled.release();
    }

    @Override
    public void close() {
      pool.shutdown();
    }
  }

  private record Claimed(Pooled pooled) implements Claim {
    @Override
    public Thing thing() {
      return pooled.thing;
    }

    @Override
    public void close() {
      pooled.release();
    }

    @Override
    public void invalidate() {
      pooled.expire();
    }
  }
}
