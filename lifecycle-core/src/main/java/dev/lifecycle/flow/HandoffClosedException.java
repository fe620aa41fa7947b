package dev.lifecycle.flow;

/**
 * An element was given to a hand-off or a batcher that had been closed, or was closed while the producer waited for room. The producer keeps the element.
 */
public final class HandoffClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message. */
  public HandoffClosedException(String message) {
    super(message);
  }
}
