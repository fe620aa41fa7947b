package dev.lifecycle.internal;

/** No more work from outside: in the scope and in the children that are open, whoever opened them. Tasks of the scope may still fork. */
final class Draining {
  private Draining() {}

  static boolean drain(ScopeCore scope) {
    ScopeExtras extras = scope.extras();
    extras.drainedBy = scope;
    boolean first = scope.win(ScopeState.NO_ADMIT);
    wake(extras);
    below(scope, scope);
    return first;
  }

  private static void below(ScopeCore scope, ScopeCore drained) {
    Chain<ScopeCore> children = scope.childrenOrNull();
    if (children != null) {
      children.forEach(
          child -> {
            ScopeExtras extras = child.extras();
            if (extras.drainedBy == null) {
              extras.drainedBy = drained;
              child.set(ScopeState.NO_ADMIT);
              wake(extras);
            }
            below(child, drained);
          });
    }
  }

  private static void wake(ScopeExtras extras) {
    if (extras.limiter != null) {
      extras.limiter.wakeAll();
    }
  }
}
