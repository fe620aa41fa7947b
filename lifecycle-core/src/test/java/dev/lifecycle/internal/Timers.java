package dev.lifecycle.internal;

import dev.lifecycle.Lifecycle;

/** What tests outside of this package need to know of a lifecycle's timer. */
public final class Timers {
  private Timers() {}

  /** How many nodes are listed. Lifecycles on the system's clock share one timer. */
  public static int pending(Lifecycle lifecycle) {
    return ((LifecycleCore) lifecycle).timer.pending();
  }

  /** The reading at which the next thing is due; {@code MonotonicClock.NEVER} if nothing is. */
  public static long nextDue(Lifecycle lifecycle) {
    return ((LifecycleCore) lifecycle).timer.next();
  }
}
