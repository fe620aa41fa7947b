package dev.lifecycle;

/**
 * What a fork does when the scope already runs as many tasks as {@link ScopeOptions#maxConcurrent} allows. Immutable.
 *
 * <p>A fork from a task of the scope, or of a descendant, never waits at the limit, since the task it would wait for may be itself: it runs the body
 * in its own frame, unless the mode is {@link #REJECT}.
 */
public final class Overflow {
  /** The forker waits, first come first served, until a task ends; woken by cancel, deadline and interrupt. */
  public static final Overflow BLOCK = new Overflow(Mode.BLOCK, 0);

  /** The fork throws {@code RejectedExecutionException}. */
  public static final Overflow REJECT = new Overflow(Mode.REJECT, 0);

  /** The forker runs the body itself. */
  public static final Overflow CALLER_RUNS = new Overflow(Mode.CALLER_RUNS, 0);

  private final Mode mode;
  private final int capacity;

  private Overflow(Mode mode, int capacity) {
    this.mode = mode;
    this.capacity = capacity;
  }

  /**
   * The task waits in a queue of the scope, started first in first out; a fork that finds the queue full throws {@code RejectedExecutionException}.
   *
   * @param capacity how many tasks may wait, at least 1
   */
  public static Overflow queue(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
    }
    return new Overflow(Mode.QUEUE, capacity);
  }

  /** The mode. */
  public Mode mode() {
    return mode;
  }

  /** The capacity of the queue; 0 for the other modes. */
  public int capacity() {
    return capacity;
  }

  @Override
  public String toString() {
    return mode == Mode.QUEUE ? "QUEUE(" + capacity + ')' : mode.name();
  }

  /** The modes. */
  public enum Mode {
    /** See {@link Overflow#BLOCK}. */
    BLOCK,
    /** See {@link Overflow#REJECT}. */
    REJECT,
    /** See {@link Overflow#queue}. */
    QUEUE,
    /** See {@link Overflow#CALLER_RUNS}. */
    CALLER_RUNS
  }
}
