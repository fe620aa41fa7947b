package dev.lifecycle.pool.objects;

import dev.lifecycle.Lease;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A caller in the {@link Line}: a thread that parks, or a future. It is settled once, in a turn: with a slot that was claimed for it, with the news that the
 * pool is closed, or by its own withdrawal. The two volatile fields are written in turns and read by the parked thread.
 */
final class Waiter<T> {
  /** The thread that parks, and that will hold the object; null for a future, whose holder nobody knows. */
  final @Nullable Thread thread;

  final @Nullable CompletableFuture<Lease<T>> future;

  /** The slot that was claimed for it. */
  volatile @Nullable Slot<T> slot;

  /** Why it will get none, in words. */
  volatile @Nullable String refusal;

  // In turns:

  @Nullable Waiter<T> before;
  @Nullable Waiter<T> behind;
  boolean queued;

  /** How many released objects newcomers took while this one was the first in line. */
  int losses;

  Waiter(@Nullable Thread thread, @Nullable CompletableFuture<Lease<T>> future) {
    this.thread = thread;
    this.future = future;
  }
}
