package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Something that falls due at a reading of the clock. It is its own place in the {@link DeadlineTimer}, so waiting for it allocates nothing. */
abstract class TimerNode extends Link {
  static final int UNLISTED = -1;

  private static final VarHandle PLACE;

  static {
    try {
      PLACE = MethodHandles.lookup().findVarHandle(TimerNode.class, "place", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** When it falls due; written before the node is listed, and by the timer's callers only while it is not. */
  long due = MonotonicClock.NEVER;

  /**
   * The place in the heap, {@link #UNLISTED}, or below that the slot of a young node. Written under the timer's monitor, but for a young node's by whoever
   * lists or removes it; read without it as a hint, see {@link ScopeCore#enlist()}.
   */
  volatile int place = UNLISTED;

  /** From unlisted to a young place; false if it is listed. */
  final boolean claim(int young) {
    return PLACE.compareAndSet(this, UNLISTED, young);
  }

  /** Writes the place; who reads it without being its writer takes a hint. */
  final void place(int place) {
    PLACE.setRelease(this, place);
  }

  /** Called once on the timer's thread, when due and unlisted. Must not block or run foreign code: it decides, and hands the rest to {@link Workers}. */
  abstract void fire();
}
