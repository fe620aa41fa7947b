package dev.lifecycle.pool;

import java.time.Duration;

/**
 * Builds an {@link ObjectPool}. Each method checks its argument at once and returns this builder. Not thread-safe; may be used again.
 *
 * @param <T> what is pooled
 */
public interface ObjectPoolBuilder<T> {
  /**
   * How many idle objects to keep ready, within the size, from the first acquire or {@code warmUp} on; 0 by default.
   *
   * @param minIdle 0 to the size
   */
  ObjectPoolBuilder<T> minIdle(int minIdle);

  /**
   * Ends an object. By default it is closed if it is {@code AutoCloseable}, else just dropped. Runs in the private scope, never interrupted; what it throws is
   * counted and reported; one that takes over 10 s is reported, and counts against the size until it returns.
   */
  ObjectPoolBuilder<T> destroy(ObjectPool.Hook<? super T> destroy);

  /**
   * Makes an object fit for its next holder. Runs in the thread that closes the lease; if it throws, the object is destroyed, that is reported, and the close
   * throws nothing.
   */
  ObjectPoolBuilder<T> reset(ObjectPool.Hook<? super T> reset);

  /**
   * Whether an idle object is still good; asked before it is given to somebody, unless it was returned or asked less than {@link #validateAfterIdle} ago. Runs
   * in the private scope while the acquirer waits, at most for its timeout. False or an exception means destroyed and replaced.
   */
  ObjectPoolBuilder<T> validate(ObjectPool.Check<? super T> validate);

  /**
   * How long after its return an object is given unasked; 500 ms by default. The check costs the acquirer a change of threads, so zero, which asks each time,
   * is for objects that break often, and leaves nothing for a try.
   *
   * @param idle zero or more
   */
  ObjectPoolBuilder<T> validateAfterIdle(Duration idle);

  /**
   * How old an object may get; without limit by default. An older one is never given, and destroyed when next found idle.
   *
   * @param age at least 1 ms
   */
  ObjectPoolBuilder<T> maxAge(Duration age);

  /**
   * How long an object may lie idle; without limit by default.
   *
   * @param idle at least 1 ms
   */
  ObjectPoolBuilder<T> maxIdle(Duration idle);

  /**
   * Spreads the ends of objects that were made together: each gets limits between {@code (1 - jitter)} times and once what was set; 0.1 by default.
   *
   * @param jitter 0 to 1
   */
  ObjectPoolBuilder<T> jitter(double jitter);

  /**
   * How many creations may run at once; 2 by default.
   *
   * @param creations at least 1
   */
  ObjectPoolBuilder<T> parallelCreations(int creations);

  /**
   * How long to wait after a creation that failed: the first delay doubles with each failure in a row up to the last, each with up to half of it taken off at
   * random. 10 ms to 5 s by default. A success forgets it. Waiters wait on meanwhile.
   *
   * @param first at least 1 ms
   * @param last at least {@code first}
   */
  ObjectPoolBuilder<T> creationBackoff(Duration first, Duration last);

  /**
   * Callers are served strictly in the order in which they came: nobody gets an idle object while others wait, tries included. Costs throughput under
   * contention.
   */
  ObjectPoolBuilder<T> fair();

  /**
   * How many callers may wait, besides those for whom an object is being made or checked; 10,000 by default. One more gets {@link AcquireRejectedException}.
   *
   * @param maxWaiters 0 or more
   */
  ObjectPoolBuilder<T> maxWaiters(int maxWaiters);

  /**
   * How long {@code acquire()}, {@code call} and {@code run} wait; 30 s by default.
   *
   * @param timeout positive
   */
  ObjectPoolBuilder<T> acquireTimeout(Duration timeout);

  /**
   * How long a lease is expected to be held, after which it is reported once; 1 minute by default.
   *
   * @param held positive
   */
  ObjectPoolBuilder<T> expectedWithin(Duration held);

  /** What to do about a lease whose thread has ended. */
  ObjectPoolBuilder<T> leakPolicy(LeakPolicy policy);

  /**
   * Called in the private scope with an object whose lease was revoked, before anything else is done to it and while its holder may be using it: to make that
   * use fail, as {@code Connection.abort} does. By default nothing.
   */
  ObjectPoolBuilder<T> onRevoke(ObjectPool.Hook<? super T> onRevoke);

  /**
   * The pool, which the owner owns from now on. Makes no object yet.
   *
   * @throws IllegalStateException if the owner is closed
   * @throws java.util.concurrent.RejectedExecutionException if the owner is draining and the caller is an outsider
   */
  ObjectPool<T> build();
}
