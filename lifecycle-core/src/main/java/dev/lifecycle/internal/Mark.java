package dev.lifecycle.internal;

/** A cancel as it stands in the outcome of a task: a type of our own, so that no value of a user can be mistaken for it. */
final class Mark {
  final Reason reason;

  /** Whether this cancel interrupts a body that runs. */
  final boolean interrupts;

  Mark(Reason reason) {
    this(reason, true);
  }

  Mark(Reason reason, boolean interrupts) {
    this.reason = reason;
    this.interrupts = interrupts;
  }
}
