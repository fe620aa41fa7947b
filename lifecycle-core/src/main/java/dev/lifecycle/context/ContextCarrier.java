package dev.lifecycle.context;

/**
 * Carries a value of another library, typically a thread-local such as a logging context, from the forking thread to the task's.
 *
 * <p>{@link #capture()} runs on the forking thread, {@link Captured#install()} on the task's thread before the body, {@link Installed#restore()}
 * there after it, in reverse order and always, also around retries, hooks, and the handlers of discarded values and of bodies that never run: what
 * one capture gave may be installed more than once, and on several threads at a time. A carrier that throws is reported and skipped; the others are
 * installed and restored all the same. Thread-safe.
 */
@FunctionalInterface
public interface ContextCarrier {
  /** Reads the value on the forking thread. */
  Captured capture();

  /** A value that was read. */
  @FunctionalInterface
  interface Captured {
    /** Sets the value on the current thread and returns how to put the previous one back. */
    Installed install();
  }

  /** How to put the previous value back. */
  @FunctionalInterface
  interface Installed {
    /** Puts the previous value back on the current thread. */
    void restore();
  }
}
