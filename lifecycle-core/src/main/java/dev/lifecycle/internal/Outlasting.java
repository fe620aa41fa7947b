package dev.lifecycle.internal;

/**
 * Marks a scope whose tasks serve the work of a supervisor and end when that has ended, such as a batcher's: a drain does not wait for them at first, then
 * tells them, and then waits.
 */
final class Outlasting implements EndListener {
  private final Runnable end;

  Outlasting(Runnable end) {
    this.end = end;
  }

  @Override
  public void scopeEnds() {}

  /** The work has ended. Must not block. */
  void workEnded() {
    end.run();
  }

  static boolean is(ScopeCore scope) {
    ScopeExtras extras = scope.extrasOrNull();
    return extras != null && extras.endListener instanceof Outlasting;
  }
}
