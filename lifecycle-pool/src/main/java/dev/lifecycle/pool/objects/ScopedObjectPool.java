package dev.lifecycle.pool.objects;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolStats;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The pool as its users see it: the ways to a lease, and what goes around the {@link Exchange}.
 *
 * <p>Every way to a lease ends in {@link #lease}, after the quick path and the slow one have met: with two places where a lease is made the compiler could not
 * do without the object. Methods on the quick path are kept short enough to be inlined, and what is slow stands in methods of its own.
 */
final class ScopedObjectPool<T> implements ObjectPool<T> {
  private final Exchange<T> exchange;
  private final Facts<T> facts;
  private final Waiting<T> waiting;
  private final Duration acquireTimeout;

  ScopedObjectPool(ResourceScope room, Settings<T> settings) {
    this.exchange = new Exchange<>(room, settings);
    this.facts = new Facts<>(exchange);
    this.waiting = new Waiting<>(exchange, facts);
    this.acquireTimeout = settings.acquireTimeout();
  }

  @Override
  public Lease<T> acquire() throws InterruptedException {
    return acquire(acquireTimeout);
  }

  @Override
  public Lease<T> acquire(Duration timeout) throws InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    Slot<T> slot = exchange.claim();
    if (slot == null) {
      slot = waiting.await(timeout);
    }
    return lease(slot);
  }

  private static <T> Lease<T> lease(Slot<T> slot) {
    return new PooledLease<>(slot);
  }

  @Override
  public @Nullable Lease<T> tryAcquire() {
    Slot<T> slot = exchange.claim();
    if (slot == null) {
      slot = waiting.tryAgain();
    }
    return slot == null ? null : lease(slot);
  }

  @Override
  public CompletableFuture<Lease<T>> acquireAsync(Duration timeout) {
    return waiting.async(Objects.requireNonNull(timeout, "timeout"));
  }

  @Override
  public <R extends @Nullable Object, X extends Exception> R call(Body<? super T, ? extends R, X> body) throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    try (Lease<T> lease = acquire(acquireTimeout)) {
      return body.apply(lease.get());
    }
  }

  @Override
  public <X extends Exception> void run(Effect<? super T, X> body) throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    try (Lease<T> lease = acquire(acquireTimeout)) {
      body.accept(lease.get());
    }
  }

  @Override
  public T detach(Lease<T> lease) {
    if (Objects.requireNonNull(lease, "lease") instanceof PooledLease<T> mine) {
      return mine.detachFrom(exchange);
    }
    throw new IllegalArgumentException("lease is not of pool \"" + name() + "\": " + lease.getClass().getName());
  }

  @Override
  public void resize(int size) {
    Builder.checkSize(size);
    exchange.turn.begin();
    try {
      if (!exchange.ending.isClosed()) {
        exchange.supply.resize(size);
      }
    } finally {
      exchange.turn.end();
    }
  }

  @Override
  public void retireIdle() {
    exchange.turn.begin();
    try {
      exchange.supply.retireIdle();
    } finally {
      exchange.turn.end();
    }
  }

  @Override
  public CompletionStage<@Nullable Void> warmUp() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    exchange.turn.begin();
    try {
      if (exchange.ending.isClosed()) {
        done.completeExceptionally(facts.closed());
      } else {
        exchange.supply.warmUp(done);
      }
    } finally {
      exchange.turn.end();
    }
    return done.minimalCompletionStage();
  }

  @Override
  public PoolStats stats() {
    return facts.stats();
  }

  @Override
  public void initiateClose() {
    exchange.ending.initiate(facts.closed());
  }

  @Override
  public CompletionStage<@Nullable Void> termination() {
    return exchange.ending.termination();
  }

  @Override
  public void close() {
    exchange.ending.close(facts.closed());
  }

  @Override
  public String name() {
    return exchange.name();
  }

  @Override
  public ResourceKind kind() {
    return ResourceKind.POOL;
  }

  @Override
  public ResourceFigures figures() {
    PoolStats stats = stats();
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("leased", (long) stats.leased());
    figures.put("idle", (long) stats.idle());
    figures.put("creating", (long) stats.creating());
    figures.put("limit", (long) stats.limit());
    figures.put("pending", (long) stats.pending());
    return ResourceFigures.of(figures);
  }

  @Override
  public String toString() {
    return "pool \"" + name() + '"';
  }
}
