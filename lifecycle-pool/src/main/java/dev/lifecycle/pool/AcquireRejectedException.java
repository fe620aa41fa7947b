package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;

/** As many callers as the pool allows wait for it already: this one was turned away at once. */
public final class AcquireRejectedException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  /** An exception that says which pool, and its maximum of waiters. */
  public AcquireRejectedException(String message) {
    super(message, null);
  }
}
