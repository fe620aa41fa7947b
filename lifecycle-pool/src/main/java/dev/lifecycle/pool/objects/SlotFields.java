package dev.lifecycle.pool.objects;

import org.jspecify.annotations.Nullable;

/** What a claim and a release touch: one cache line. Described in {@link Slot}. */
abstract class SlotFields<T> extends SlotPadding {
  /** Generation and state. Only by way of {@link Slot}. */
  volatile long word;

  /** The word of the last claim, written after the claimer's other fields: they are those of this claim. */
  long claim;

  long claimedAt;
  @Nullable Thread owner;

  /** What is pooled. Written in the state CREATING and cleared in DESTROYING, by the only thread that may. */
  @Nullable T object;

  /** When the object was last given back, checked or made, by the coarse clock; kept only where something depends on it. */
  long idleSince;

  /** When the object is too old; written with it. */
  long expiresAt;

  /** How long the object may lie idle before somebody must look at it: to destroy it, or to ask whether it is good. Written with it. */
  long lookAfter;
}
