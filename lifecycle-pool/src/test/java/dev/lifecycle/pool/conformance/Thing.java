package dev.lifecycle.pool.conformance;

import java.util.concurrent.atomic.AtomicReference;

/** What the pools under test pool. Knows who uses it, and so whether two do. */
public final class Thing {
  private final AtomicReference<Object> user = new AtomicReference<>();

  /** Begins to use it; false if somebody else does. */
  boolean enter(Object by) {
    return user.compareAndSet(null, by);
  }

  /** Ends the use; false if somebody else uses it meanwhile. */
  boolean leave(Object by) {
    return user.compareAndSet(by, null);
  }
}
