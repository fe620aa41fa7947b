package dev.lifecycle;

/** A fork that waited for a permit was interrupted. Nothing was started; the interrupt flag is set. */
public final class ForkInterruptedException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message. */
  public ForkInterruptedException(String message) {
    super(message, null);
  }
}
