package dev.lifecycle.pool.objects;

import dev.lifecycle.Scope;
import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import dev.lifecycle.spi.ResourceKind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Checks each setting when it is made. */
final class Builder<T> implements ObjectPoolBuilder<T> {
  private static final int MAX_SIZE = 1_000_000;
  private static final Duration LEAST = Duration.ofMillis(1);

  private final Scope owner;
  private final String name;
  private final Callable<? extends T> create;
  private final int size;
  private int minIdle;
  private ObjectPool.Hook<? super T> destroy = Builder::closeIfCloseable;
  private ObjectPool.@Nullable Hook<? super T> reset;
  private ObjectPool.@Nullable Check<? super T> validate;
  private long validateAfterIdle = TimeUnit.MILLISECONDS.toNanos(500);
  private long maxAge = Long.MAX_VALUE;
  private long maxIdle = Long.MAX_VALUE;
  private double jitter = 0.1;
  private int parallelCreations = 2;
  private long backoffFirst = TimeUnit.MILLISECONDS.toNanos(10);
  private long backoffLast = TimeUnit.SECONDS.toNanos(5);
  private boolean fair;
  private int maxWaiters = 10_000;
  private Duration acquireTimeout = Duration.ofSeconds(30);
  private long expectedWithin = TimeUnit.MINUTES.toNanos(1);
  private LeakPolicy leakPolicy = LeakPolicy.REPORT;
  private ObjectPool.@Nullable Hook<? super T> onRevoke;

  Builder(Scope owner, String name, Callable<? extends T> create, int size) {
    this.owner = owner;
    this.name = name;
    this.create = create;
    this.size = checkSize(size);
  }

  static int checkSize(int size) {
    if (size < 1 || size > MAX_SIZE) {
      throw new IllegalArgumentException("size must be between 1 and " + MAX_SIZE + ": " + size);
    }
    return size;
  }

  private static int atLeast(int least, String parameter, int value) {
    if (value < least) {
      throw new IllegalArgumentException(parameter + " must be at least " + least + ": " + value);
    }
    return value;
  }

  private static long positive(String parameter, Duration value) {
    Objects.requireNonNull(value, parameter);
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(parameter + " must be positive: " + value);
    }
    return Spans.nanos(value);
  }

  private static long atLeastOneMilli(String parameter, Duration value) {
    Objects.requireNonNull(value, parameter);
    if (value.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(parameter + " must be at least 1 ms: " + value);
    }
    return Spans.nanos(value);
  }

  private static void closeIfCloseable(Object object) throws Exception {
    if (object instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  @Override
  public ObjectPoolBuilder<T> minIdle(int idle) {
    if (atLeast(0, "minIdle", idle) > size) {
      throw new IllegalArgumentException("minIdle must be at most the size, " + size + ": " + idle);
    }
    minIdle = idle;
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> destroy(ObjectPool.Hook<? super T> hook) {
    destroy = Objects.requireNonNull(hook, "destroy");
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> reset(ObjectPool.Hook<? super T> hook) {
    reset = Objects.requireNonNull(hook, "reset");
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> validate(ObjectPool.Check<? super T> check) {
    validate = Objects.requireNonNull(check, "validate");
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> validateAfterIdle(Duration idle) {
    Objects.requireNonNull(idle, "validateAfterIdle");
    if (idle.isNegative()) {
      throw new IllegalArgumentException("validateAfterIdle must not be negative: " + idle);
    }
    validateAfterIdle = Spans.nanos(idle);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> maxAge(Duration age) {
    maxAge = atLeastOneMilli("maxAge", age);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> maxIdle(Duration idle) {
    maxIdle = atLeastOneMilli("maxIdle", idle);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> jitter(double share) {
    if (!(share >= 0 && share <= 1)) { // so that NaN is refused too
      throw new IllegalArgumentException("jitter must be between 0 and 1: " + share);
    }
    jitter = share;
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> parallelCreations(int creations) {
    parallelCreations = atLeast(1, "parallelCreations", creations);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> creationBackoff(Duration first, Duration last) {
    long from = atLeastOneMilli("first", first);
    if (Objects.requireNonNull(last, "last").compareTo(first) < 0) {
      throw new IllegalArgumentException("last must be at least first, " + first + ": " + last);
    }
    backoffFirst = from;
    backoffLast = Spans.nanos(last);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> fair() {
    fair = true;
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> maxWaiters(int waiters) {
    maxWaiters = atLeast(0, "maxWaiters", waiters);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> acquireTimeout(Duration timeout) {
    positive("acquireTimeout", timeout);
    acquireTimeout = timeout;
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> expectedWithin(Duration held) {
    expectedWithin = positive("expectedWithin", held);
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> leakPolicy(LeakPolicy policy) {
    leakPolicy = Objects.requireNonNull(policy, "leakPolicy");
    return this;
  }

  @Override
  public ObjectPoolBuilder<T> onRevoke(ObjectPool.Hook<? super T> hook) {
    onRevoke = Objects.requireNonNull(hook, "onRevoke");
    return this;
  }

  @Override
  public ObjectPool<T> build() {
    Settings<T> settings =
        new Settings<>(
            name,
            size,
            minIdle,
            create,
            destroy,
            reset,
            validate,
            validateAfterIdle,
            maxAge,
            maxIdle,
            jitter,
            parallelCreations,
            backoffFirst,
            backoffLast,
            fair,
            maxWaiters,
            acquireTimeout,
            expectedWithin,
            leakPolicy,
            onRevoke);
    return owner.own(ResourceKind.POOL, name, room -> new ScopedObjectPool<>(room, settings));
  }
}
