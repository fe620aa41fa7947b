package dev.lifecycle;

/** Something was asked of a {@link Lease} that has ended: it was closed or invalidated by its holder, or revoked by its owner. */
public final class LeaseClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** An exception that says which lease, and how it ended. */
  public LeaseClosedException(String message) {
    super(message);
  }
}
