package dev.lifecycle;

import dev.lifecycle.internal.Contexts;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What code that runs in a task may see of its scope: deadline, cancel and values, read-only and never null. Who may start work is handed a
 * {@link Scope}; everybody else reads {@link #current()}.
 *
 * <p>Thread-safe: a context may be handed to other threads and outlives its task, but its hooks end with the task. The counterpart of Go's
 * {@code context.Context}. Not for implementing.
 */
public interface Context {
  /** The context of the task, call body or cleanup that runs on this thread; {@link #none()} outside any. Does not block. */
  static Context current() {
    return Contexts.current();
  }

  /** The context with no deadline, no values and no cancel. */
  static Context none() {
    return Contexts.none();
  }

  /**
   * Runs cleanup that a cancel must not cut short: interrupts of the current task wait until the body has ended or the bound is over, whichever is
   * first. Inside, {@code current()} is not cancelled and its deadline is the bound; scopes opened there inherit values and place in the tree but not
   * the cancel. Outside a task it just runs the body.
   *
   * @param bound positive; when it is over the pending interrupt is delivered and the overrun reported
   * @throws IllegalArgumentException if the bound is zero or negative
   */
  static <T extends @Nullable Object, X extends Exception> T shield(Duration bound, Shielded<T, X> cleanup) throws X {
    return Contexts.shield(bound, cleanup);
  }

  /** The earliest of the deadlines of the task, its scope and the scope's ancestors. */
  Deadline deadline();

  /** Whether the task or its scope has been cancelled; applies a passed deadline first. */
  boolean isCancelled();

  /** Why, or null if not cancelled. */
  @Nullable CancelReason cancelReason();

  /**
   * Returns if not cancelled.
   *
   * @throws ScopeCancelledException if cancelled, whatever the reason
   */
  void checkCancelled();

  /**
   * Registers a hook for the cancel of the task or its scope, such as closing a socket that the task reads from. It runs at most once, before the task
   * is interrupted, on a thread of the library; at once and on this thread if already cancelled. It is removed when the task ends. What it throws goes
   * to the failure listener.
   */
  Registration onCancel(Action hook);

  /** The value that the nearest scope gave for this key. */
  <T> Optional<T> get(Key<T> key);

  /**
   * Cleanup that must not be cut short.
   *
   * @param <T> what it returns
   * @param <X> what it throws
   */
  @FunctionalInterface
  interface Shielded<T extends @Nullable Object, X extends Exception> {
    /** Runs the cleanup. */
    T run() throws X;
  }
}
