package dev.lifecycle.pool.conformance;

import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.List;

/** Our own pool. */
public final class LifecyclePool implements PoolAdapter {
  @Override
  public String name() {
    return "lifecycle";
  }

  @Override
  public Subject open(Setup setup) {
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("conformance"));
    Scope owner = lifecycle.open("conformance", o -> o.grace(Duration.ofSeconds(1)));
    ObjectPoolBuilder<Thing> builder = ObjectPool.in(owner, "things", setup.factory()).size(setup.size());
    return new Opened(lifecycle, owner, setup.fair() ? builder.fair().build() : builder.build());
  }

  private static final class Opened implements Subject {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Lifecycle lifecycle;
    private final Scope owner;
    private final ObjectPool<Thing> pool;

    Opened(Lifecycle lifecycle, Scope owner, ObjectPool<Thing> pool) {
      this.lifecycle = lifecycle;
      this.owner = owner;
      this.pool = pool;
    }

    @Override
    public Claim acquire(Duration timeout) throws Exception {
      try {
        return new Leased(pool.acquire(timeout));
      } catch (AcquireTimeoutException e) {
        List<String> holders = e.holders().stream().map(Object::toString).toList();
        throw new TimedOutException(e, new TimedOutException.Told(e.size(), e.inUse(), e.pending(), holders));
      }
    }

    @Override
    public Claim tryAcquire() {
      Lease<Thing> lease = pool.tryAcquire();
      return lease == null ? null : new Leased(lease);
    }

    @Override
    public void acquireAndClose() throws InterruptedException {
      try (Lease<Thing> lease = pool.acquire(LONG)) {
        lease.get();
      }
    }

    @Override
    public int waiters() {
      return pool.stats().pending();
    }

    @Override
    public long staleCloses() {
      return pool.stats().staleCloses();
    }

    @Override
    public void close() {
      owner.close();
      lifecycle.close();
    }
  }

  private static final class Leased implements Claim {
    private final Lease<Thing> lease;
    private final Thing thing;

    Leased(Lease<Thing> lease) {
      this.lease = lease;
      thing = lease.get();
    }

    @Override
    public Thing thing() {
      return thing;
    }

    @Override
    public void use() {
      lease.get();
    }

    @Override
    public void close() {
      lease.close();
    }

    @Override
    public void invalidate() {
      lease.invalidate();
    }
  }
}
