package dev.lifecycle;

/** Only deferred cleanup failed. The cause is the first failure, the others are suppressed. */
public final class CleanupFailedException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  /** An exception for the cleanup of this scope. */
  public CleanupFailedException(String scope, Throwable cause) {
    super("cleanup of scope " + scope + " failed: " + cause, cause);
  }
}
