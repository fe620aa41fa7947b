package dev.lifecycle.pool.conformance;

/** A pool has no such thing: neither a pass nor a failure. */
public final class NotOfferedException extends RuntimeException {
  /** An exception that says in a few words what there is not. */
  public NotOfferedException(String what) {
    super(what);
  }
}
