package dev.lifecycle.internal;

import java.util.ArrayList;
import java.util.List;

/** No more work from outside: in the scope and in the children that are open, whoever opened them. Tasks of the scope may still fork. */
final class Draining {
  private Draining() {}

  static boolean drain(ScopeCore scope) {
    ScopeExtras extras = scope.extras();
    extras.drainedBy = scope;
    boolean first = scope.win(ScopeState.NO_ADMIT);
    wake(extras);
    extras.wakeWatchers(); // who awaits a termination waits for this too
    List<ScopeCore> all = new ArrayList<>();
    all.add(scope);
    for (int i = 0; i < all.size(); i++) { // grows while it is walked
      Chain<ScopeCore> children = all.get(i).childrenOrNull();
      if (children != null) {
        children.forEach(
            child -> {
              below(child, scope);
              all.add(child);
            });
      }
    }
    return first;
  }

  private static void below(ScopeCore child, ScopeCore drained) {
    ScopeExtras extras = child.extras();
    if (extras.drainedBy == null) {
      extras.drainedBy = drained;
      child.set(ScopeState.NO_ADMIT);
      wake(extras);
    }
  }

  private static void wake(ScopeExtras extras) {
    if (extras.limiter != null) {
      extras.limiter.wakeAll();
    }
    extras.tellEnd();
  }
}
