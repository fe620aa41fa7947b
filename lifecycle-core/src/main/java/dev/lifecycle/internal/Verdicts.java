package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.ErrorMode;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Policy;
import dev.lifecycle.Task;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the end of a task means: for the counts, for its scope, and for whoever should hear of a failure. */
final class Verdicts {
  private Verdicts() {}

  static void ended(ScopeCore scope, TaskNode<?> task) {
    Task.Status status = task.status();
    boolean failed = status == Task.Status.FAILED;
    try {
      if (task.has(TaskNode.ORPHAN) && task.lower(TaskNode.ORPHAN)) {
        task.purpose.counts.remove(Counts.ORPHANED, task);
        late(scope, task, status);
      } else if (!scope.isPlain() || failed) {
        judge(scope, task, failed);
      }
    } finally {
      if (task.ext != null) {
        ofExtended(scope, task, status);
      }
      count(task, status);
    }
  }

  private static void count(TaskNode<?> task, Task.Status status) {
    int how;
    if (task.has(TaskNode.REFUSED)) {
      how = Counts.REJECTED;
    } else if (status == Task.Status.SUCCEEDED) {
      how = Counts.SUCCEEDED;
    } else {
      how = status == Task.Status.FAILED ? Counts.FAILED : Counts.CANCELLED;
    }
    task.purpose.counts.add(how, task);
  }

  private static <T extends @Nullable Object> void ofExtended(ScopeCore scope, TaskNode<T> task, Task.Status status) {
    TaskExt<T> ext = Objects.requireNonNull(task.ext);
    if (ext.timeout != null) {
      scope.lifecycle.timer.remove(ext.timeout);
    }
    if (status == Task.Status.SUCCEEDED && ext.options.onDiscard() != null && !task.has(TaskNode.SEEN)) {
      ScopeExtras extras = scope.extras();
      extras.untaken(task);
      if (task.has(TaskNode.SEEN)) {
        extras.taken(task);
      }
    }
    if (ext.queue != null) {
      ext.queue.offer(task);
    }
    if (ext.end != null) {
      ext.end.ended(task, status);
    }
  }

  private static void judge(ScopeCore scope, TaskNode<?> task, boolean failed) {
    Policy.Verdict verdict;
    Policy policy = scope.policy();
    if (policy == Policy.FAIL_FAST) {
      verdict = failed ? Policy.Verdict.FAIL : Policy.Verdict.CONTINUE;
    } else {
      verdict = ask(scope, policy, task);
    }
    if (failed && scope.options.errors() == ErrorMode.FAIL_SCOPE && task.peekFailure() instanceof Error) {
      verdict = Policy.Verdict.FAIL;
    }
    switch (verdict) {
      case FAIL -> fail(scope, task, failed);
      case SUCCEED -> succeed(scope, task);
      default -> {
        if (failed) {
          unfatal(scope, policy, task);
        }
      }
    }
  }

  private static Policy.Verdict ask(ScopeCore scope, Policy policy, TaskNode<?> task) {
    try {
      return Objects.requireNonNull(policy.onEnd(task), "the policy returned null");
    } catch (Throwable t) {
      scope.report(FailureReport.Kind.CALLBACK_FAILED, "the policy threw; its verdict counts as CONTINUE", task, t);
      return Policy.Verdict.CONTINUE;
    }
  }

  /** A failure whose judgment was put off, or that is told by something else than the end of a body. */
  static void failedLate(ScopeCore scope, TaskNode<?> task) {
    judge(scope, task, true);
  }

  /** A failure in a part of the scope that is the scope's. */
  static void fatal(ScopeCore scope, TaskNode<?> task) {
    fail(scope, task, true);
  }

  private static void fail(ScopeCore scope, TaskNode<?> task, boolean failed) {
    if (!failed) {
      Cancellation.cancel(scope, scope.reason(CancelReason.Kind.DECIDED, "the policy failed the scope at the end of task t-" + task.id(), null));
      return;
    }
    Outcome outcome = scope.extras().outcome();
    if (scope.is(ScopeState.CANCELLED)) {
      outcome.later(task);
      return;
    }
    Reason reason = scope.reason(CancelReason.Kind.SIBLING_FAILED, "task t-" + task.id() + " \"" + task.purpose() + "\" failed", task.peekFailure());
    outcome.candidate(reason, task);
    if (!Cancellation.cancel(scope, reason)) {
      outcome.later(task);
    }
  }

  private static void succeed(ScopeCore scope, TaskNode<?> task) {
    Reason reason = scope.reason(CancelReason.Kind.DECIDED, "decided by task t-" + task.id() + " \"" + task.purpose() + '"', null);
    Cancellation.cancel(scope, scope.extras().outcome().decide(reason));
  }

  /** A failure that cancels nobody: it belongs to its task, or to the listener. */
  private static void unfatal(ScopeCore scope, Policy policy, TaskNode<?> task) {
    if (policy == Policy.FIRST_SUCCESS) {
      scope.extras().outcome().later(task);
    } else if (task.ext != null && task.ext.end != null) {
      task.raise(TaskNode.SEEN); // whose run it is tells of it
    } else if (task.has(TaskNode.EXECUTE)) {
      task.raise(TaskNode.SEEN);
      Uncaught.tell(task.peekFailure());
    } else if (task.has(TaskNode.EFFECT)) {
      task.raise(TaskNode.SEEN);
      scope.report(FailureReport.Kind.TASK_FAILED, "task failed", task, task.peekFailure());
    } else {
      scope.lifecycle.unseen.add(task);
    }
  }

  private static void late(ScopeCore scope, TaskNode<?> task, Task.Status status) {
    if (status == Task.Status.FAILED) {
      task.raise(TaskNode.SEEN);
      scope.report(FailureReport.Kind.LATE_RESULT, "orphaned task failed at last", task, task.peekFailure());
    } else {
      scope.report(FailureReport.Kind.LATE_RESULT, "orphaned task ended at last", task, null);
    }
  }
}
