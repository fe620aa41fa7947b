package dev.lifecycle.pool;

/** What a pool does about a lease whose thread has ended without closing it. It is reported in any case. */
public enum LeakPolicy {
  /** Nothing more: the object stays out until somebody closes the lease. The default, since a lease may have been handed to another thread. */
  REPORT,
  /** The lease is revoked, and the object destroyed and replaced; it is never given to anybody again. */
  DESTROY
}
