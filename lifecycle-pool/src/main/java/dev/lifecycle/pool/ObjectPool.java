package dev.lifecycle.pool;

import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.objects.Pools;
import dev.lifecycle.spi.OwnedResource;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of objects that are dear to make or scarce by contract, such as connections.
 *
 * <pre>{@code
 * ObjectPool<Conn> db = ObjectPool.in(scope, "orders.db", Conn::open).size(16).reset(Conn::rollback).validate(Conn::isAlive).build();
 * try (Lease<Conn> lease = db.acquire(ofSeconds(1))) {
 *   lease.get().query("select 1");
 * }
 * }</pre>
 *
 * <h2>What it promises</h2>
 *
 * <ul>
 *   <li>An object has one holder at a time. A lease that was closed, twice or too late or elsewhere, never touches the next holder.
 *   <li>Never more than {@code size} objects exist, counted from before their creation until their destruction has returned.
 *   <li>Waiters are served in the order in which they came, but for a bounded number of newcomers that find an object free; with
 *       {@link ObjectPoolBuilder#fair fair} there are none of those either.
 *   <li>No user code runs on the path of a claim: objects are created, checked and destroyed in the pool's private scope, so a factory that hangs delays no
 *       timeout. Only {@code reset} runs in the thread that closes a lease.
 *   <li>The pool ends with the scope that owns it. A lease that is still open then is revoked: its holder gets {@link dev.lifecycle.LeaseClosedException}, and
 *       the object is destroyed when the holder lets go of it.
 * </ul>
 *
 * <p>The caller's part: close each lease; keep no reference to the object after that; do not ask for a second object while holding the only one.
 *
 * <p>Thread-safe. Suited to virtual threads: there is no state per thread. Memory consistency: actions in {@code create} happen-before the first acquire of the
 * object, actions before the close of a lease happen-before the next acquire of the object, and the last of those happen-before {@code destroy}.
 *
 * @implNote An acquire that finds an idle object, and its close, allocate nothing where the compiler sees both (the try-with-resources form); a lease that
 *     escapes, to a field or to a method that is not inlined, is one object of at most 32 bytes.
 * @param <T> what is pooled
 */
public interface ObjectPool<T> extends OwnedResource {
  /**
   * Begins to build a pool. A pool that has no size cannot be written.
   *
   * @param owner whose end is the pool's end
   * @param name follows the rule of purposes, at most 57 characters; names the pool in reports and figures, so it should be the only one of that name
   * @param create makes an object; runs on a thread of the pool's private scope, is interrupted if the pool closes, must not return null
   */
  static <T> Sizing<T> in(Scope owner, String name, Callable<? extends T> create) {
    return Pools.sizing(owner, name, create);
  }

  /** As {@link #acquire(Duration)} with the pool's {@link ObjectPoolBuilder#acquireTimeout acquireTimeout}. */
  Lease<T> acquire() throws InterruptedException;

  /**
   * An object, as soon as there is one. Blocks at most for the timeout, by a precise clock.
   *
   * <p>With the interrupt flag set, an idle object is still given and the flag stays; where there is none {@code InterruptedException} is thrown and nothing is
   * claimed.
   *
   * @param timeout zero or less means not to wait; any length is allowed
   * @throws AcquireTimeoutException if there was none in time; tells who holds them
   * @throws AcquireRejectedException if the pool's maximum of waiters wait already
   * @throws PoolClosedException if the pool is closed, now or while waiting; or if its owner was cancelled, and so it makes nothing any more, and has nothing
   * @throws InterruptedException if interrupted while waiting; nothing is claimed
   */
  Lease<T> acquire(Duration timeout) throws InterruptedException;

  /**
   * An idle object that needs no check, or null. Does not block. Where there is none, but one may be made or needs to be checked, that is begun for whoever
   * comes next. (So with a {@code validateAfterIdle} of zero a try never finds anything: it does not wait for the check that each claim needs.)
   *
   * @throws PoolClosedException if the pool is closed
   */
  @Nullable Lease<T> tryAcquire();

  /**
   * As {@link #acquire(Duration)}, without a thread that waits: stands in the same line and counts among its waiters. The future completes on a thread of the
   * pool, if it was not refused before it was returned, exceptionally with what {@code acquire} would have thrown. A lease that comes after the future was
   * cancelled or completed by somebody else goes to the next waiter. Whoever gets the lease closes it.
   *
   * @param timeout zero or less means not to wait
   */
  CompletableFuture<Lease<T>> acquireAsync(Duration timeout);

  /**
   * Runs the body with an object, for a value. Acquires as {@link #acquire()} does.
   *
   * @return what the body returns
   * @throws X what the body throws; the object goes back to the pool all the same
   */
  <R extends @Nullable Object, X extends Exception> R call(Body<? super T, ? extends R, X> body) throws X, InterruptedException;

  /** As {@link #call}, for an effect. Two words, since one is ambiguous for lambdas. */
  <X extends Exception> void run(Effect<? super T, X> body) throws X, InterruptedException;

  /**
   * Takes the object out of the pool: the lease ends, the object is the caller's, the pool may make another in its place. Does not block.
   *
   * @param lease one of this pool's
   * @return the object, which the pool will never destroy
   * @throws dev.lifecycle.LeaseClosedException if the lease has ended
   * @throws IllegalArgumentException if the lease is not of this pool
   */
  T detach(Lease<T> lease);

  /**
   * Changes how many objects there may be. Returns at once: idle ones that are too many are destroyed in the background, those that are out when they come
   * back. No-op on a closed pool.
   *
   * @param size 1 to 1,000,000
   */
  void resize(int size);

  /** Destroys what is idle, in the background, and makes up to {@code minIdle} anew: for when all of them are known to be broken. Does not block. */
  void retireIdle();

  /**
   * Makes objects until {@code minIdle} are idle, or as many exist as may.
   *
   * @return completes when that is so, at once if it is; exceptionally with the failure if a creation fails, or with {@link PoolClosedException}
   */
  CompletionStage<@Nullable Void> warmUp();

  /** The figures of this moment. Does not block. Each is exact; they are not of one instant. */
  PoolStats stats();

  /**
   * Begins to close, and does not block: acquires fail, waiters wake with {@link PoolClosedException}, idle objects are destroyed, others when they come back.
   * Nothing is revoked before {@link #close()} or the end of the owner. Idempotent.
   */
  void initiateClose();

  /** Completes after the pool has been closed and the last object has been destroyed. Cancelling or completing what is returned changes nothing for others. */
  CompletionStage<@Nullable Void> termination();

  /**
   * As {@link #initiateClose()}, then waits for what is out, at most the grace of the owning scope, then revokes the rest: those leases are no longer good,
   * each is reported, and their objects are destroyed when their holders close them or their holders' threads end. Waits likewise for destructions. An
   * interrupt ends the waiting, and the flag is kept. Called by the owner at its end. Idempotent.
   */
  @Override
  void close();

  /** How many objects there may be, which must be said. */
  interface Sizing<T> {
    /**
     * At most this many objects.
     *
     * @param size 1 to 1,000,000; each place takes about 250 bytes from the start
     */
    ObjectPoolBuilder<T> size(int size);
  }

  /** Something that is done to an object of the pool. */
  @FunctionalInterface
  interface Hook<T> {
    /** Does it. */
    void run(T object) throws Exception;
  }

  /** A question that is put to an object of the pool. */
  @FunctionalInterface
  interface Check<T> {
    /** Answers it. */
    boolean test(T object) throws Exception;
  }

  /** What {@link ObjectPool#call} does with an object. */
  @FunctionalInterface
  interface Body<T, R extends @Nullable Object, X extends Exception> {
    /** Does it. */
    R apply(T object) throws X;
  }

  /** What {@link ObjectPool#run} does with an object. */
  @FunctionalInterface
  interface Effect<T, X extends Exception> {
    /** Does it. */
    void accept(T object) throws X;
  }
}
