package dev.lifecycle;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The scope was cancelled for another reason than its deadline or the failure of a task.
 *
 * <p>A fresh one is made for each observer.
 */
public final class ScopeCancelledException extends CancellationException {
  private static final long serialVersionUID = 1L;

  private final transient CancelReason reason;

  /** An exception for this reason, whose cause becomes the cause. */
  public ScopeCancelledException(CancelReason reason) {
    super(reason.kind() + ": " + reason.message() + " (" + reason.origin() + ')');
    this.reason = reason;
    @Nullable Throwable cause = reason.cause();
    if (cause != null) {
      initCause(cause);
    }
  }

  /** Why the scope was cancelled. */
  public CancelReason reason() {
    return reason;
  }
}
