package dev.lifecycle;

/**
 * The deadline of the scope, or of one of its ancestors, was reached. Not a {@code CancellationException}: expiry is a failure of the work, not a
 * wish of the caller.
 *
 * <p>A fresh one is made for each observer.
 */
public final class DeadlineExceededException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  private final transient CancelReason reason;

  /** An exception for this reason. */
  public DeadlineExceededException(CancelReason reason) {
    super(reason.message() + " (" + reason.origin() + ')', reason.cause());
    this.reason = reason;
  }

  /** Which deadline fired. */
  public CancelReason reason() {
    return reason;
  }
}
