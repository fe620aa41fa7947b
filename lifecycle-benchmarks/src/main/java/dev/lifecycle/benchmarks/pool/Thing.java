package dev.lifecycle.benchmarks.pool;

/** What is pooled: as good as nothing, so that only the pool costs anything. */
public final class Thing {}
