package dev.lifecycle.pool;

/** Something was asked of a pool that is closed, or that was closed while the caller waited. */
public final class PoolClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception that says which pool. */
  public PoolClosedException(String message) {
    super(message);
  }
}
