package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.PoolStats;

/** The one implementation of {@link PoolStats}. */
record Figures(
    int limit,
    int size,
    int idle,
    int leased,
    int creating,
    int pending,
    long claims,
    long waits,
    long timeouts,
    long rejections,
    long created,
    long createFailures,
    long destroyed,
    long destroyFailures,
    long invalid,
    long expired,
    long staleCloses,
    long leaked,
    long revoked)
    implements PoolStats {}
