package dev.lifecycle.model;

/** One step of a random sequence: what to do, to which scope (modulo those there are), and a choice within the kind. */
record Operation(Kind kind, int scope, int choice) {
  enum Kind {
    OPEN,
    CHILD,
    SUCCEED,
    FAIL,
    BLOCK,
    BLOCK_THEN_FAIL,
    RELEASE,
    CANCEL_TASK,
    CANCEL,
    DRAIN,
    JOIN,
    CLOSE
  }

  /** The purpose of a task of this step. */
  String purpose() {
    return "task." + (char) ('a' + choice % 3);
  }

  boolean supervise() {
    return choice % 2 == 0;
  }

  /** Whether the task is for an effect. */
  boolean start() {
    return choice % 5 == 0;
  }
}
