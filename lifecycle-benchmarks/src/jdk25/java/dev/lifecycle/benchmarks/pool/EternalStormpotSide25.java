package dev.lifecycle.benchmarks.pool;

import stormpot.Expiration;
import stormpot.PoolBuilder;

/** Stormpot with objects that do not age: what is left is the claim alone. */
public class EternalStormpotSide25 extends StormpotSide25 {
  @Override
  PoolBuilder<Claimed> configured(PoolBuilder<Claimed> builder) {
    return builder.setExpiration(Expiration.never());
  }
}
