package dev.lifecycle;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work owned by one scope. As a {@link Future} it is done at its own end or at its cancel, whichever is first; the scope counts it until
 * its body has really ended.
 *
 * <p>Thread-safe. Reading the result, {@link #failure()} or {@code exceptionNow} counts as having seen it: a failure that nobody has seen goes to the
 * failure listener. Not for implementing.
 *
 * <p>Memory consistency: what happened before the fork is visible to the body, and what the body did is visible after {@code get},
 * {@code resultNow}, {@code join} or a terminal {@link #status()}.
 *
 * @param <T> the type of the result
 */
public interface Task<T extends @Nullable Object> extends Future<T> {
  /** The id, unique in this JVM. */
  long id();

  /** What the task is for. */
  String purpose();

  /** Where the task stands. */
  Status status();

  /**
   * The result, without waiting.
   *
   * @throws IllegalStateException if the task has not succeeded
   */
  T resultNow();

  /** What the body threw, or null if it has not ended, succeeded, or was only cancelled. */
  @Nullable Throwable failure();

  /** Why the task was cancelled, or null. */
  @Nullable CancelReason cancelReason();

  /**
   * Cancels this task alone. Returns at once.
   *
   * @return true if this call cancelled it
   */
  boolean cancel(String message);

  /**
   * As {@link #cancel(String)} with a message of the library.
   *
   * @param mayInterrupt false: the cancel shows in the context and the future, and no interrupt is sent
   */
  @Override
  boolean cancel(boolean mayInterrupt);

  /** Where a task stands. More may be added: give a {@code switch} a default. */
  enum Status {
    /** Forked, not begun. */
    QUEUED,
    /** The body runs. */
    RUNNING,
    /** Cancelled; the body still runs. */
    CANCELLING,
    /** Ended with a value. */
    SUCCEEDED,
    /** Ended with a failure, also one thrown after the cancel. */
    FAILED,
    /** Ended by its cancel, or never begun. */
    CANCELLED,
    /** Ignored its cancel past the grace; the scope no longer waits for it. */
    ORPHANED
  }
}
