package dev.lifecycle.internal;

/** Who keeps something going in a scope and must know when the scope drains or is cancelled. */
interface EndListener {
  /** The scope drains or was cancelled; may be called more than once. Must not block, and takes no lock that a caller could hold. */
  void scopeEnds();

  /** Somebody cancelled the scope again, or its deadline came, after it was cancelled: what was put off must not be put off any longer. Must not block. */
  default void cancelledAgain() {}

  /** The scope is closed, whoever closed it; may be called more than once. Must not block. */
  default void scopeClosed() {}
}
