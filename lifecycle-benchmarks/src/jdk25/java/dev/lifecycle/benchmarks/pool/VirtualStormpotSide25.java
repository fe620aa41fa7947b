package dev.lifecycle.benchmarks.pool;

import stormpot.Pool;
import stormpot.PoolTap;

/** Stormpot as it asks to be used by virtual threads. */
public class VirtualStormpotSide25 extends StormpotSide25 {
  @Override
  PoolTap<Claimed> tapOf(Pool<Claimed> of) {
    return of.getVirtualThreadSafeTap();
  }
}
