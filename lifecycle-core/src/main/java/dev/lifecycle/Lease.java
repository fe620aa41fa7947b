package dev.lifecycle;

/**
 * The right to use something that is owned by somebody else until it is closed: a pooled object, a buffer, a cached value. One contract for all of them.
 *
 * <p>A lease stands for one claim, not for the object: when the object is given to its next user, this lease knows nothing of it. So a close that comes too
 * late, or twice, or from a thread that should have forgotten the lease, can never take the object away from its next user.
 *
 * <p>The caller's part: close the lease, best in a try-with-resources; do not keep what {@link #get} returned after that.
 *
 * <p>Thread-safe: a lease may be handed to another thread and closed there. What was done to the object before the close happens-before what its next user
 * does. {@code close} and {@code invalidate} by several threads end the lease once.
 *
 * @param <T> what is leased
 */
public interface Lease<T> extends AutoCloseable {
  /**
   * What is leased. Does not block.
   *
   * @throws LeaseClosedException if the lease has been closed, invalidated or revoked
   */
  T get();

  /**
   * Ends the lease, and the object with it: it is never given to anybody again. For an object that was found broken. No-op if the lease has ended. Does not
   * wait for the end of the object. A {@code close} after this is as usual and does nothing.
   */
  void invalidate();

  /** Whether the lease has not ended; it may the moment after. */
  boolean isOpen();

  /** Ends the lease and gives the object back. Idempotent: closing a lease that has ended changes nothing for anybody. Throws nothing. */
  @Override
  void close();
}
