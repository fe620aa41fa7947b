package dev.lifecycle.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is below a supervisor, as its shutdown sees it. */
final class Below {
  private Below() {}

  /** The scope and what is below it, parents first; what the filter does not take is left out with all below. */
  static List<ScopeCore> of(ScopeCore top, Predicate<ScopeCore> filter) {
    List<ScopeCore> all = new ArrayList<>();
    all.add(top);
    for (int i = 0; i < all.size(); i++) { // grows while it is walked: a deep tree must not need a deep stack
      Chain<ScopeCore> children = all.get(i).childrenOrNull();
      if (children != null) {
        children.forEach(
            child -> {
              if (filter.test(child)) {
                all.add(child);
              }
            });
      }
    }
    return all;
  }

  /** The scope and everything below it. */
  static List<ScopeCore> all(ScopeCore top) {
    return of(top, below -> true);
  }

  /** The supervisors that are children of this scope. */
  static List<Supervision> supervisors(ScopeCore parent) {
    List<Supervision> all = new ArrayList<>();
    Chain<ScopeCore> children = parent.childrenOrNull();
    if (children != null) {
      children.forEach(
          child -> {
            Supervision supervision = supervision(child);
            if (supervision != null) {
              all.add(supervision);
            }
          });
    }
    return all;
  }

  /** The live tasks, but for runs of services. */
  static List<TaskNode<?>> tasks(ScopeCore top) {
    List<TaskNode<?>> live = new ArrayList<>();
    for (ScopeCore below : all(top)) {
      TaskList tasks = below.tasksOrNull();
      if (tasks != null && !isService(below)) {
        tasks.forEach(live::add);
      }
    }
    return live;
  }

  static @Nullable Supervision supervision(ScopeCore scope) {
    ScopeExtras extras = scope.extrasOrNull();
    return extras != null && extras.endListener instanceof Supervision supervision ? supervision : null;
  }

  static boolean isService(ScopeCore scope) {
    ScopeExtras extras = scope.extrasOrNull();
    return extras != null && extras.service instanceof RestartedService;
  }

  /** Whether it has an order of its own in which it ends. */
  static boolean endsInOrder(ScopeCore scope) {
    return isService(scope) || supervision(scope) != null;
  }

  /** What a service runs in scopes of its own is the service's, unless that is a supervisor; and what is shielded is waited for by the task that opened it. */
  static boolean isPart(ScopeCore scope) {
    ScopeCore parent = scope.parent;
    return !scope.shielded && (parent == null || !isService(parent) || supervision(scope) != null);
  }

  static boolean isLive(ScopeCore scope) {
    long w = scope.word();
    return ScopeState.live(w) > 0 && !ScopeState.is(w, ScopeState.ABANDONED);
  }
}
