package dev.lifecycle.pool.model;

import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;

/** What a pool is built with. Times in milliseconds; zero for what is not used, -1 for a pool that never asks whether an object is good. */
record PoolPlan(int size, boolean fair, int minIdle, int maxWaiters, int parallel, boolean resets, boolean revokes, int validateAfter, int maxAge, int maxIdle) {
  /** The longest wait after a failed creation. */
  static final Duration LAST_BACKOFF = Duration.ofMillis(8);

  boolean validates() {
    return validateAfter >= 0;
  }

  boolean ages() {
    return validates() || maxAge > 0 || maxIdle > 0;
  }

  static long nanos(int millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  ObjectPool<PoolDriver.Obj> build(dev.lifecycle.Scope owner, PoolDriver driver) {
    ObjectPoolBuilder<PoolDriver.Obj> builder =
        ObjectPool.in(owner, "model.pool", driver::create)
            .size(size)
            .minIdle(Math.min(minIdle, size))
            .maxWaiters(maxWaiters)
            .parallelCreations(parallel)
            .creationBackoff(Duration.ofMillis(1), LAST_BACKOFF)
            .expectedWithin(Duration.ofDays(1))
            .jitter(0)
            .destroy(driver::destroy);
    if (fair) {
      builder.fair();
    }
    if (resets) {
      builder.reset(driver::reset);
    }
    if (revokes) {
      builder.onRevoke(driver::revoked);
    }
    if (validates()) {
      builder.validate(driver::check).validateAfterIdle(Duration.ofMillis(validateAfter));
    }
    if (maxAge > 0) {
      builder.maxAge(Duration.ofMillis(maxAge));
    }
    if (maxIdle > 0) {
      builder.maxIdle(Duration.ofMillis(maxIdle));
    }
    return builder.build();
  }
}
