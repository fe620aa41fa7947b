package dev.lifecycle.pool.conformance;

class LifecyclePoolConformanceTest extends PoolConformance {
  @Override
  protected PoolAdapter adapter() {
    return new LifecyclePool();
  }
}
