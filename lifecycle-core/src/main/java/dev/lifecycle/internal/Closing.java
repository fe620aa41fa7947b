package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Ownership;
import dev.lifecycle.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The end of a scope, in a fixed order: cancel the whole tree if anything is live; wait for this scope's own tasks, which close what they opened in their
 * own frames; wait a bounded time for cancel hooks; close the children that are still open, newest first; run the deferred cleanup; give back what nobody
 * took; leave the tree.
 *
 * <p>One closer does this, whoever sets CLOSING; others wait for CLOSED. Nothing here is interruptible; flags are kept.
 */
final class Closing {
  private Closing() {}

  /** The public close. */
  static void close(ScopeCore scope) {
    Inside.refuseClose(scope);
    Throwable failure = end(scope);
    if (failure != null) {
      throw Joining.unchecked(failure);
    }
  }

  /** Ends the scope from outside a call; returns what {@code close} must throw. */
  static @Nullable Throwable end(ScopeCore scope) {
    if (scope.isCall && !scope.is(ScopeState.CLOSED)) { // its body runs on the caller's thread, which will close it
      Cancellation.cancel(scope, closedReason(scope));
      Waits.untilClosed(scope);
      return null;
    }
    scope.applyDeadline();
    return endOwn(scope);
  }

  /** Ends the scope, on the thread that may, which has applied a passed deadline; returns what {@code close} must throw. */
  static @Nullable Throwable endOwn(ScopeCore scope) {
    if (!begin(scope)) {
      Waits.untilClosed(scope);
      return null;
    }
    try {
      return endBegun(scope);
    } finally {
      if (!scope.is(ScopeState.CLOSED)) { // memory or stack has run out
        scope.withdraw();
      }
    }
  }

  /** Ends a scope that nobody holds any more; tells the listener what {@code close} would have thrown. */
  static void endAlone(ScopeCore scope) {
    Throwable failure = end(scope);
    if (failure != null && !(failure instanceof OrphanedTasksException)) { // those were told when they were abandoned
      scope.report(FailureReport.Kind.CLEANUP_FAILED, "the end of the scope failed", null, failure);
    }
  }

  private static @Nullable Throwable endBegun(ScopeCore scope) {
    if (scope.closeBare()) {
      return afterBare(scope, null);
    }
    ScopeExtras known = scope.extrasOrNull();
    if (isTrivial(scope, known)) {
      leave(scope, known);
      return afterBare(scope, known);
    }
    List<Throwable> failures = new ArrayList<>();
    int[] ofChildren = new int[1];
    try {
      endParts(scope, failures, ofChildren);
    } finally {
      leave(scope, scope.extrasOrNull()); // whatever was thrown: a scope that is never closed is waited for without end
    }
    return outcome(scope, scope.extras(), failures, ofChildren[0]);
  }

  /** The parts, in order. A part that throws, for lack of memory or stack, keeps no other from its turn. */
  private static void endParts(ScopeCore scope, List<Throwable> failures, int[] ofChildren) {
    step(failures, () -> Waits.untilQuietUninterruptibly(scope));
    step(failures, scope::judgeLate);
    ScopeExtras extras = scope.extras();
    step(failures, () -> awaitHooks(scope, extras));
    step(failures, () -> closeChildren(scope, extras, failures));
    ofChildren[0] = failures.size();
    step(failures, () -> Cleanup.run(scope, extras, failures));
    step(failures, () -> closeResources(scope, extras, failures));
    step(failures, () -> closeChildren(scope, extras, failures)); // what cleanup opened and forgot
    step(failures, () -> shutDownExecutor(scope, failures));
    if (scope.is(ScopeState.CANCELLED)) {
      step(failures, () -> Discards.untaken(extras));
    }
    step(failures, () -> scope.lifecycle.unseen.flush(scope));
  }

  private static void step(List<Throwable> failures, Runnable part) {
    try {
      part.run();
    } catch (Throwable t) {
      failures.add(t);
    }
  }

  /** Waits for the cancel hooks; runs those that the canceller has not come to yet. */
  private static void awaitHooks(ScopeCore scope, ScopeExtras extras) {
    if (scope.is(ScopeState.CANCELLED) && extras.hasHooks()) {
      HookRun.start(scope, List.of(scope), null);
    }
    for (HookRun run : extras.hookRuns()) {
      run.await(scope, GraceWatch.forHooks(scope));
    }
  }

  /** Extras that were made since, by a thread that registers cleanup or waits: it looks for CLOSED after adding, we look after setting. */
  private static @Nullable Throwable afterBare(ScopeCore scope, @Nullable ScopeExtras known) {
    ScopeExtras extras = scope.extrasOrNull();
    if (extras == known || extras == null) {
      return null;
    }
    extras.wakeWatchers();
    List<Throwable> failures = new ArrayList<>();
    Cleanup.run(scope, extras, failures);
    return outcome(scope, extras, failures, 0);
  }

  /** Wins the close. If anything is live it is cancelled first, so that whoever still forks gets a cancelled task and not an error. */
  private static boolean begin(ScopeCore scope) {
    for (;;) {
      long w = scope.word();
      if (ScopeState.is(w, ScopeState.CLOSING)) {
        return false;
      }
      if (!ScopeState.is(w, ScopeState.CANCELLED) && (ScopeState.live(w) > 0 || hasOpenChildren(scope))) {
        Cancellation.cancel(scope, closedReason(scope));
      } else if (scope.change(w, w | ScopeState.CLOSING)) {
        return true;
      }
    }
  }

  private static Reason closedReason(ScopeCore scope) {
    return scope.reason(CancelReason.Kind.CLOSED, "scope \"" + scope.purpose + "\" was closed", null);
  }

  private static boolean hasOpenChildren(ScopeCore scope) {
    return newestOpenChild(scope) != null;
  }

  private static boolean isTrivial(ScopeCore scope, @Nullable ScopeExtras extras) {
    if (ScopeState.live(scope.word()) > 0 || scope.childrenOrNull() != null || scope.options.executor() != null) {
      return false;
    }
    return extras == null || scope.isPlain() && extras.closeIfBare();
  }

  private static @Nullable ScopeCore newestOpenChild(ScopeCore scope) {
    Chain<ScopeCore> children = scope.childrenOrNull();
    if (children == null) {
      return null;
    }
    ScopeCore newest = children.newest();
    if (newest == null || !newest.is(ScopeState.CLOSED)) {
      return newest;
    }
    ScopeCore[] found = new ScopeCore[1]; // the newest has closed and lives on for its orphans: look behind it
    children.forEach(child -> {
      if (found[0] == null && !child.is(ScopeState.CLOSED)) {
        found[0] = child;
      }
    });
    return found[0];
  }

  private static void closeChildren(ScopeCore scope, ScopeExtras extras, List<Throwable> failures) {
    for (ScopeCore child = newestOpenChild(scope); child != null; child = newestOpenChild(scope)) {
      if (isOrphans(child)) {
        overHead(child);
        if (child.isCall || child.is(ScopeState.CLOSING)) {
          child.unlist(); // its orphan stands in it and will finish it; it leaves this tree
          continue;
        }
      }
      Throwable failure = end(child);
      if (failure != null) {
        failures.add(failure);
      }
    }
  }

  /** Ends the private scopes of resources that did not do so when they were closed. */
  private static void closeResources(ScopeCore scope, ScopeExtras extras, List<Throwable> failures) {
    Chain<PrivateScope> resources = extras.resourcesOrNull();
    if (resources != null) {
      resources.forEach(resource -> Cleanup.one(scope, resource::close, failures)); // shielded: it would not wait with the interrupt flag set
    }
  }

  /** Whether the child was opened by a task that its scope no longer waits for. */
  private static boolean isOrphans(ScopeCore child) {
    for (Frame f = child.opener instanceof Frame frame ? frame : null; f != null; f = f.enclosing) {
      if (f instanceof TaskNode<?> task && task.has(TaskNode.ORPHAN)) {
        return true;
      }
    }
    return false;
  }

  /** An orphan's child cannot be waited for either. */
  static void overHead(ScopeCore child) {
    List<ScopeCore> all = new ArrayList<>();
    all.add(child);
    for (int i = 0; i < all.size(); i++) { // grows while it is walked
      ScopeCore s = all.get(i);
      Chain<ScopeCore> below = s.childrenOrNull();
      if (below != null) {
        below.forEach(all::add);
      }
      if (ScopeState.live(s.word()) > 0 && !s.is(ScopeState.ABANDONED)) {
        GraceWatch.abandon(s);
      }
    }
  }

  private static void shutDownExecutor(ScopeCore scope, List<Throwable> failures) {
    if (scope.options.ownership() == Ownership.OWNED && scope.options.executor() instanceof ExecutorService executor) {
      try {
        executor.shutdown();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  /** Leaves the tree. */
  private static void leave(ScopeCore scope, @Nullable ScopeExtras extras) {
    LeakWatch watch = extras == null ? null : extras.watch;
    if (watch != null) {
      watch.clear();
    }
    scope.set(ScopeState.CLOSED);
    if (extras != null && extras.grace != null && ScopeState.live(scope.word()) == 0) {
      scope.lifecycle.timer.remove(extras.grace); // the last task may not have come to it yet
    }
    if (scope.isOver()) {
      scope.unlist(); // else the last orphan does, or the last child that has one
    }
    scope.wakeWatchers();
    if (extras != null) {
      extras.tellClosed();
    }
  }

  /** What close throws: a fatal failure that nobody has seen, else failed cleanup, else orphans. Never a deadline or a cancel. */
  private static @Nullable Throwable outcome(ScopeCore scope, ScopeExtras extras, List<Throwable> failures, int ofChildren) {
    for (Throwable failure : failures) {
      extras.outcome().extra(failure);
    }
    TaskNode<?> fatal = Joining.fatal(scope, scope.word());
    Throwable result;
    if (fatal != null && !fatal.has(TaskNode.SEEN)) {
      result = extras.outcome().failure(fatal);
    } else {
      if (extras.policy != Policy.FIRST_SUCCESS) {
        for (TaskNode<?> late : extras.outcome().unseen(fatal)) {
          Joining.tell(scope, late);
        }
      }
      result = failures.isEmpty() ? null : ofCleanup(scope, failures, ofChildren);
    }
    OrphanedTasksException orphans = extras.orphansSeen ? null : Joining.orphans(extras);
    if (orphans != null && result != null) {
      result.addSuppressed(orphans);
    }
    return result != null ? result : orphans;
  }

  /** Orphans of children come after everything else, as the scope's own do. */
  private static int first(List<Throwable> failures) {
    for (int i = 0; i < failures.size(); i++) {
      if (!(failures.get(i) instanceof OrphanedTasksException)) {
        return i;
      }
    }
    return 0;
  }

  private static Throwable ofCleanup(ScopeCore scope, List<Throwable> failures, int ofChildren) {
    int at = first(failures);
    Throwable first = failures.get(at);
    Throwable result = ofChildren > at && first instanceof LifecycleException ? first : new CleanupFailedException(scope.toString(), first);
    for (Throwable failure : failures) {
      if (failure != result && failure != first) {
        result.addSuppressed(failure);
      }
    }
    return result;
  }

  /** Deferred cleanup: after the last task, last in first out, on the closing thread, shielded. */
  private static final class Cleanup {
    static void run(ScopeCore scope, ScopeExtras extras, List<Throwable> failures) {
      for (AutoCloseable next = extras.nextDeferred(); next != null; next = extras.nextDeferred()) {
        one(scope, next, failures);
      }
    }

    private static void one(ScopeCore scope, AutoCloseable cleanup, List<Throwable> failures) {
      try {
        ShieldFrame.<@Nullable Void, Exception>run(
            scope,
            ShieldFrame.OWN_BOUND,
            () -> {
              cleanup.close();
              return null;
            });
      } catch (Throwable t) {
        if (t instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        if (failures.size() < 64) {
          failures.add(t);
        } else {
          scope.report(FailureReport.Kind.CLEANUP_FAILED, "deferred cleanup threw", null, t);
        }
      }
    }
  }

  /** Registers cleanup, or runs it now if the cleanup of the scope has already run. */
  static void defer(ScopeCore scope, AutoCloseable cleanup) {
    AutoCloseable now = cleanup;
    if (!scope.is(ScopeState.CLOSED) && scope.extras().defer(cleanup)) {
      now = scope.is(ScopeState.CLOSED) ? scope.extras().nextDeferred() : null; // closed since: it is the closer's or ours, whoever takes it
    }
    if (now != null) {
      IllegalStateException refused =
          new IllegalStateException("the cleanup of scope " + scope + " has already run: the resource was closed at once");
      List<Throwable> failures = new ArrayList<>(1);
      Cleanup.one(scope, now, failures);
      failures.forEach(refused::addSuppressed);
      throw refused;
    }
  }
}
