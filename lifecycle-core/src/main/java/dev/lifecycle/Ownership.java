package dev.lifecycle;

/** Whether a scope shuts down the executor that it was given. */
public enum Ownership {
  /** The executor belongs to somebody else and is never shut down; the default. */
  BORROWED,
  /** The executor is shut down when the scope closes, after the last task and the deferred cleanup. */
  OWNED
}
