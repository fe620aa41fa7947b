package dev.lifecycle.pool.model;

/** One step of a random sequence: what to do, and a number that chooses what it is done to, or how much of it, modulo what there is. */
record PoolStep(Kind kind, int which) {
  enum Kind {
    TRY,
    ACQUIRE_NOW,
    ASYNC,
    ASYNC_NOW,
    CLOSE_LEASE,
    CLOSE_LEASE_BADLY,
    CLOSE_STALE,
    INVALIDATE,
    DETACH,
    CANCEL,
    RUN,
    RUN_BADLY,
    RUN_ALL,
    ADVANCE,
    RESIZE,
    RETIRE_IDLE,
    SETTLE,
    INITIATE_CLOSE,
    CLOSE_POOL
  }

  @Override
  public String toString() {
    return kind + "(" + which + ")";
  }
}
