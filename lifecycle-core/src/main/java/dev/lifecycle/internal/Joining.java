package dev.lifecycle.internal;

import dev.lifecycle.FailureReport;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Policy;
import dev.lifecycle.TaskFailedException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code join} returns or throws. */
final class Joining {
  private Joining() {}

  static void join(ScopeCore scope) throws InterruptedException {
    long word = await(scope);
    Throwable outcome = outcome(scope, word);
    if (outcome != null) {
      throw unchecked(outcome);
    }
  }

  static <X extends Exception> void join(ScopeCore scope, Class<X> expected) throws InterruptedException, X {
    long word = await(scope);
    TaskNode<?> fatal = fatal(scope, word);
    if (fatal != null && expected.isInstance(fatal.peekFailure())) {
      throw expected.cast(itself(scope, fatal));
    }
    Throwable outcome = outcome(scope, word);
    if (outcome != null) {
      throw unchecked(outcome);
    }
  }

  private static long await(ScopeCore scope) throws InterruptedException {
    Inside.refuseJoin(scope, "join");
    scope.applyDeadline();
    long word = Waits.untilQuiet(scope);
    return scope.judgeLate() ? scope.word() : word;
  }

  /** For completions: throws if the scope has failed by now, without waiting for its tasks. */
  static void throwIfFailed(ScopeCore scope) throws InterruptedException {
    if (ScopeState.live(scope.word()) > 0 && !isDecided(scope)) {
      Waits.untilQuiet(scope);
    }
    Throwable outcome = outcome(scope, scope.word());
    if (outcome != null) {
      throw unchecked(outcome);
    }
  }

  /** Whether the winning cancel says that the scope has what it wants. */
  static boolean isDecided(ScopeCore scope) {
    Mark mark = scope.mark();
    ScopeExtras extras = scope.extrasOrNull();
    return mark != null && extras != null && extras.outcome().isDecidedBy(mark.reason);
  }

  /** The task whose failure is what the scope failed with, or null. */
  static @Nullable TaskNode<?> fatal(ScopeCore scope, long word) {
    ScopeExtras extras = scope.extrasOrNull();
    if (extras == null) {
      return null;
    }
    Mark mark = ScopeState.is(word, ScopeState.CANCELLED) ? scope.mark() : null;
    if (mark != null) {
      return extras.outcome().fatal(mark.reason);
    }
    return extras.policy == Policy.FIRST_SUCCESS && !extras.outcome().hasSucceeded() ? extras.outcome().first() : null;
  }

  /** A fresh exception for what the scope came to, or null if that is good. */
  static @Nullable Throwable outcome(ScopeCore scope, long word) {
    TaskNode<?> fatal = fatal(scope, word);
    ScopeExtras extras = scope.extrasOrNull();
    if (fatal != null) {
      TaskFailedException e = Objects.requireNonNull(extras).outcome().failure(fatal);
      return withOrphans(extras, e);
    }
    Mark mark = ScopeState.is(word, ScopeState.CANCELLED) ? scope.mark() : null;
    if (mark != null) {
      if (extras != null && extras.outcome().isDecidedBy(mark.reason)) {
        return orphans(extras);
      }
      return withOrphans(extras, extras == null ? Outcome.plain(mark.reason) : extras.outcome().cancelled(mark.reason));
    }
    if (extras != null && extras.policy == Policy.FIRST_SUCCESS && !extras.outcome().hasSucceeded()) {
      return new IllegalStateException("no task of scope " + scope + " has succeeded: none was forked, or all were cancelled");
    }
    return null;
  }

  private static Throwable withOrphans(@Nullable ScopeExtras extras, Throwable outcome) {
    Throwable orphans = extras == null ? null : orphans(extras);
    if (orphans != null) {
      outcome.addSuppressed(orphans);
    }
    return outcome;
  }

  static @Nullable OrphanedTasksException orphans(ScopeExtras extras) {
    OrphanReport report = extras.orphans;
    if (report == null) {
      return null;
    }
    extras.orphansSeen = true;
    return new OrphanedTasksException(report);
  }

  /** The failure itself, carrying the others if it can and is new to everybody; otherwise the listener gets them. */
  private static Throwable itself(ScopeCore scope, TaskNode<?> fatal) {
    Throwable failure = fatal.peekFailure();
    boolean fresh = (fatal.raise(TaskNode.SEEN) & TaskNode.SEEN) == 0;
    List<TaskNode<?>> others = scope.extras().outcome().unseen(fatal);
    for (TaskNode<?> other : others) {
      if (!fresh || !carries(failure, other.peekFailure())) {
        tell(scope, other);
      } else {
        other.raise(TaskNode.SEEN);
      }
    }
    return failure;
  }

  /** Suppresses the other on the failure, or finds it there; false if the failure does not take it. */
  private static boolean carries(Throwable failure, Throwable other) {
    if (Outcome.holds(failure, other)) {
      return true;
    }
    if (Outcome.holds(other, failure)) {
      return false; // would make a circle
    }
    int before = failure.getSuppressed().length;
    failure.addSuppressed(other);
    return failure.getSuppressed().length > before;
  }

  /** Gives the listener a failure that no caller will see. */
  static void tell(ScopeCore scope, TaskNode<?> task) {
    if ((task.raise(TaskNode.SEEN) & TaskNode.SEEN) == 0) {
      scope.report(FailureReport.Kind.TASK_FAILED, "task failed", task, task.peekFailure());
    }
  }

  static RuntimeException unchecked(Throwable outcome) {
    if (outcome instanceof Error e) {
      throw e;
    }
    return (RuntimeException) outcome;
  }
}
