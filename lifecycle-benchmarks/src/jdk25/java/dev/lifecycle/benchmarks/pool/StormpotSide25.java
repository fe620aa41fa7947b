package dev.lifecycle.benchmarks.pool;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stormpot.Allocator;
import stormpot.BasePoolable;
import stormpot.Pool;
import stormpot.PoolBuilder;
import stormpot.PoolTap;
import stormpot.Slot;
import stormpot.Timeout;

/** Stormpot as it comes: with a thread that makes the objects, and its default expiry of 8 to 10 minutes. */
public class StormpotSide25 extends Side<StormpotSide25.Claimed> {
  private static final Timeout WAIT = new Timeout(TIMEOUT);

  /** An object, which is its own lease. */
  public static final class Claimed extends BasePoolable {
    Claimed(Slot slot) {
      super(slot);
    }
  }

  private static final class Factory implements Allocator<Claimed> {
    @Override
    public Claimed allocate(Slot slot) {
      return new Claimed(slot);
    }

    @Override
    public void deallocate(Claimed object) {}
  }

  private Pool<Claimed> pool;
  private PoolTap<Claimed> tap;

  /** What is not as it comes. */
  PoolBuilder<Claimed> configured(PoolBuilder<Claimed> builder) {
    return builder;
  }

  /** Where to claim: the pool itself looks at a thread-local first. */
  PoolTap<Claimed> tapOf(Pool<Claimed> of) {
    return of;
  }

  @Override
  void create() {
    pool = configured(Pool.from(new Factory()).setSize(objects)).build();
    tap = tapOf(pool);
  }

  @Override
  @Nullable Claimed acquire() throws InterruptedException {
    return tap.claim(WAIT);
  }

  @Override
  void release(Claimed claim) {
    claim.release();
  }

  @Override
  public void close() throws InterruptedException {
    pool.shutdown().await(new Timeout(1, TimeUnit.MINUTES));
  }
}
