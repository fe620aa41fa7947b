package dev.lifecycle.spi;

/** What a resource has to report. More may be added: give a {@code switch} a default. */
public enum ResourceEvent {
  /** The thread that took a lease has ended and the lease is open: nobody will close it. */
  LEASE_LEAKED,
  /** A lease is held for longer than is expected. */
  LEASE_OVERDUE,
  /** A lease was open when its owner ended; its holder can no longer use it. */
  LEASE_REVOKED,
  /** A hook of the user, such as one that resets or destroys an object, threw, where no caller could be told. */
  HOOK_FAILED,
  /** A hook of the user takes so long that something waits for it. */
  HOOK_SLOW
}
