package dev.lifecycle.casestudies.blocking;

/** The blocking calls of the case. */
enum CallKind {
  /** A read from a socket that the caller has in hand. */
  SOCKET(true),
  /** An HTTP request, which an interrupt ends. */
  HTTP(true),
  /** A read from a socket that is hidden in somebody else's class. */
  HIDDEN_SOCKET(false),
  /** A wait for a lock that no interrupt ends. */
  LOCK(false);

  private final boolean handle;

  CallKind(boolean handle) {
    this.handle = handle;
  }

  /** Whether there is something to close or to interrupt. */
  boolean hasHandle() {
    return handle;
  }
}
