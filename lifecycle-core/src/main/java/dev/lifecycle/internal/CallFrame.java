package dev.lifecycle.internal;

/** The body of {@code Scope.call}: task 0 of its scope, in the caller's thread. */
final class CallFrame extends Frame {
  CallFrame(ScopeCore scope) {
    super(scope, NEW);
  }
}
