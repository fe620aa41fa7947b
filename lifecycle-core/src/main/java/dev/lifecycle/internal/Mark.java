package dev.lifecycle.internal;

/** A cancel as it stands in the outcome of a task: a type of our own, so that no value of a user can be mistaken for it. */
final class Mark {
  final Reason reason;

  Mark(Reason reason) {
    this.reason = reason;
  }
}
