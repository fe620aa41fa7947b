package dev.lifecycle.pool;

/** Something was asked of a pool that is closed, or was closed while the caller waited; or whose owner was cancelled, so that it makes nothing any more. */
public final class PoolClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception that says which pool. */
  public PoolClosedException(String message) {
    super(message);
  }
}
