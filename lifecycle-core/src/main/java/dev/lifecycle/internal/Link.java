package dev.lifecycle.internal;

import org.jspecify.annotations.Nullable;

/** A node of a {@link Chain}. A node is in at most one chain; its fields are guarded by that chain. */
abstract class Link {
  @Nullable Link prev;
  @Nullable Link next;
}
