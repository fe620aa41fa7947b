package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a pool was built with. Times are nanoseconds; {@link Long#MAX_VALUE} where there is no limit. */
record Settings<T>(
    String name,
    int size,
    int minIdle,
    Callable<? extends T> create,
    ObjectPool.Hook<? super T> destroy,
    ObjectPool.@Nullable Hook<? super T> reset,
    ObjectPool.@Nullable Check<? super T> validate,
    long validateAfterIdle,
    long maxAge,
    long maxIdle,
    double jitter,
    int parallelCreations,
    long backoffFirst,
    long backoffLast,
    boolean fair,
    int maxWaiters,
    Duration acquireTimeout,
    long expectedWithin,
    LeakPolicy leakPolicy,
    ObjectPool.@Nullable Hook<? super T> onRevoke) {

  /** Whether a free object may be one that must be looked at. */
  boolean ages() {
    return maxAge != Long.MAX_VALUE || tracksIdle();
  }

  /** Whether it matters how long an object has been idle. */
  boolean tracksIdle() {
    return maxIdle != Long.MAX_VALUE || validate != null;
  }
}
