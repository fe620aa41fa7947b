package dev.lifecycle.internal;

import dev.lifecycle.Interrupts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * How a cancel spreads.
 *
 * <ol>
 *   <li>The scope and then every descendant is marked. Nobody is interrupted before that, so no task sees an interrupt while its scope says it is not
 *       cancelled.
 *   <li>Every task is marked: its future is done. One that has not begun is removed.
 *   <li>Scopes without hooks: the tasks are interrupted, on the canceller's thread. Scopes with hooks: a library thread runs the hooks and then
 *       interrupts, see {@link HookRun}.
 * </ol>
 *
 * <p>A scope that is opened or a task that is forked meanwhile is listed before it looks for the mark, so either the walk or the newcomer sees the other.
 * Marks are idempotent: two cancels that meet on a subtree both walk it, and the first mark of each scope stays.
 */
final class Cancellation {
  private Cancellation() {}

  /** Cancels a scope and all below it; returns whether this cancel won. Does not block. */
  static boolean cancel(ScopeCore scope, Reason reason) {
    if (scope.is(ScopeState.CLOSED)) {
      return false;
    }
    Mark mark = new Mark(reason);
    if (!scope.win(mark)) {
      scope.also(reason);
      return false;
    }
    propagate(scope, mark);
    return true;
  }

  /** As {@link #cancel(ScopeCore, Reason)}, but for some children, which are told later, and what is below them. */
  static void cancelBut(ScopeCore scope, Reason reason, Predicate<ScopeCore> spared) {
    Mark mark = new Mark(reason);
    if (scope.is(ScopeState.CLOSED) || !scope.win(mark)) {
      return;
    }
    spread(scope, mark, markBelow(scope, mark, spared.negate()));
  }

  /** Steps 1 to 3 for a scope whose own mark is set. */
  static void propagate(ScopeCore scope, Mark mark) {
    List<ScopeCore> all = null;
    Chain<ScopeCore> children = scope.childrenOrNull();
    if (children != null) {
      all = markBelow(scope, mark, child -> true);
    }
    if (all == null) {
      tasks(scope, mark);
      return;
    }
    spread(scope, mark, all);
  }

  private static void spread(ScopeCore scope, Mark mark, List<ScopeCore> all) {
    List<ScopeCore> hooked = new ArrayList<>();
    for (ScopeCore s : all) {
      if (!markTasks(s, mark)) {
        hooked.add(s);
      }
    }
    if (!hooked.isEmpty()) {
      HookRun.start(scope, hooked, null);
    }
  }

  private static void tasks(ScopeCore scope, Mark mark) {
    if (!markTasks(scope, mark)) {
      HookRun.start(scope, List.of(scope), null);
    }
  }

  /** The scope and its descendants, parents first, all marked; of its children those that the filter takes. */
  private static List<ScopeCore> markBelow(ScopeCore scope, Mark mark, Predicate<ScopeCore> filter) {
    List<ScopeCore> all = new ArrayList<>();
    all.add(scope);
    for (int i = 0; i < all.size(); i++) { // grows while it is walked: a deep tree must not need a deep stack
      ScopeCore s = all.get(i);
      Chain<ScopeCore> children = s.childrenOrNull();
      if (children != null) {
        boolean top = i == 0;
        children.forEach(
            child -> {
              if (!child.shielded && (!top || filter.test(child))) {
                inherit(child, mark);
                all.add(child);
              }
            });
      }
    }
    return all;
  }

  /** Gives a scope the cancel of an ancestor. */
  static void inherit(ScopeCore child, Mark mark) {
    if (!child.is(ScopeState.CLOSED) && !child.win(mark)) {
      Mark first = child.mark();
      if (first != null && first.reason != mark.reason) {
        child.also(mark.reason);
      }
    }
  }

  private static boolean isOpenedIn(ScopeCore child, TaskNode<?> task) {
    Object at = child.ambient ? child.opener : null;
    for (Frame f = at instanceof Frame frame ? frame : null; f != null; f = f.enclosing) {
      if (f == task) {
        return true;
      }
    }
    return false;
  }

  /** Steps 2 and 3 for one scope; false if it has hooks, so that the interrupts must wait. */
  private static boolean markTasks(ScopeCore scope, Mark inherited) {
    Mark mark = Objects.requireNonNullElse(scope.mark(), inherited);
    ScopeExtras extras = scope.extrasOrNull();
    boolean hooked = extras != null && extras.hasHooks();
    TaskList tasks = scope.tasksOrNull();
    if (tasks != null) {
      tasks.forEach(task -> mark(task, mark, !hooked));
    }
    if (extras != null && extras.limiter != null) {
      extras.limiter.wakeAll();
    }
    if (!hooked) {
      interruptCall(scope, false);
    }
    if (ScopeState.live(scope.word()) > 0 || scope.call != null) {
      GraceWatch.begin(scope);
    }
    if (extras != null) {
      extras.tellEnd();
      Chain<PrivateScope> resources = extras.resourcesOrNull();
      if (resources != null) {
        resources.forEach(resource -> resource.cancelStarted(mark.reason));
      }
    }
    scope.wakeWatchers(); // who waits for completions or for a termination
    return !hooked;
  }

  private static void mark(TaskNode<?> task, Mark mark, boolean interrupt) {
    if (task.cancelUnbegun(mark)) {
      Forking.cancelledUnbegun(task);
    } else if (task.markRunning(mark) && interrupt) {
      interrupt(task, false);
    }
  }

  /** Interrupts all marked bodies of a scope. */
  static void interruptAll(ScopeCore scope, boolean again) {
    TaskList tasks = scope.tasksOrNull();
    if (tasks != null) {
      tasks.forEach(
          task -> {
            if (task.mark() != null) {
              interrupt(task, again);
            }
          });
    }
    interruptCall(scope, again);
  }

  /** Interrupts the body of a call, if there is one that may be. */
  static void interruptCall(ScopeCore scope, boolean again) {
    CallFrame call = scope.call;
    if (call != null && scope.options.interrupts() == Interrupts.ALLOWED && !Joining.isDecided(scope)) { // a decision is good news for the body
      call.interrupt(again);
    }
  }

  static void interrupt(TaskNode<?> task, boolean again) {
    if (task.mayInterrupt()) {
      task.interrupt(again);
    }
  }

  /** Cancels one task, its hooks and what it opened; returns whether this cancel was its first. */
  static boolean cancel(TaskNode<?> task, Reason reason, boolean mayInterrupt) {
    Mark mark = new Mark(reason);
    if (task.cancelUnbegun(mark)) {
      Forking.cancelledUnbegun(task);
      return true;
    }
    if (!task.markRunning(mayInterrupt ? mark : new Mark(reason, false))) { // in the mark: a cancel that comes second must not silence the first
      return false;
    }
    ScopeCore scope = task.scope;
    List<ScopeCore> opened = List.of();
    if (task.has(TaskNode.OPENED)) {
      opened = markBelow(scope, mark, child -> isOpenedIn(child, task));
      opened = opened.subList(1, opened.size());
    }
    List<ScopeCore> hooked = new ArrayList<>();
    for (ScopeCore s : opened) {
      if (!markTasks(s, mark)) {
        hooked.add(s);
      }
    }
    ScopeExtras extras = scope.extrasOrNull();
    if (!hooked.isEmpty() || extras != null && !extras.hooksFor(task).isEmpty()) {
      HookRun.start(scope, hooked, task);
    } else {
      interrupt(task, false);
    }
    GraceWatch.beginFor(task);
    return true;
  }
}
