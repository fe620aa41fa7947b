package dev.lifecycle;

/**
 * How many tasks of one purpose there were, and how they ended. Immutable; not for implementing. When nothing moves,
 * {@code forked = succeeded + failed + cancelled + rejected + live}.
 */
public interface TaskCounts {
  /** Calls of fork, start, submit or adopt that passed the argument checks. */
  long forked();

  /** Ended with a value. */
  long succeeded();

  /** Ended with a failure, also one thrown after the cancel. */
  long failed();

  /** Ended by a cancel, or never begun. */
  long cancelled();

  /** Refused: limit, drain, close, no thread. */
  long rejected();

  /** Admitted and not ended. */
  long live();

  /** Of the live ones, those that ignored their cancel past the grace. */
  long orphaned();
}
