package dev.lifecycle.internal;

import dev.lifecycle.FailureReport;
import dev.lifecycle.TaskOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A stage of somebody else as a task: it runs from the start, on no thread of ours, and ends when the stage does. */
final class Adoption {
  private Adoption() {}

  static <T extends @Nullable Object> TaskNode<T> adopt(ScopeCore scope, String purpose, CompletionStage<T> stage) {
    Purpose p = scope.lifecycle.purposes.get(purpose);
    TaskExt<T> ext = new TaskExt<>();
    ext.options = TaskOptions.defaults();
    TaskNode<T> task = new TaskNode<>(scope, p, stage, 0, ext);
    p.counts.add(Counts.FORKED, task);
    scope.applyDeadline();
    boolean admitted = Forking.admit(scope, task);
    try {
      ext.adopted = stage.toCompletableFuture();
    } catch (UnsupportedOperationException e) {
      // cannot be cancelled; it is counted and waited for all the same
    }
    if (!admitted || !task.begin()) { // cancelled before it was counted, or since
      CompletableFuture<?> future = ext.adopted;
      if (future != null) {
        scope.lifecycle.workers.execute(() -> cancel(task, future));
      }
      return task;
    }
    stage.whenComplete((value, failure) -> task.completeAdopted(value, failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure));
    return task;
  }

  /** Cancels the stage. What its dependents throw is theirs; a stage that refuses goes on and is reported after the grace. */
  static void cancel(TaskNode<?> task, CompletableFuture<?> future) {
    try {
      future.cancel(true);
    } catch (RuntimeException e) {
      task.scope.report(FailureReport.Kind.CALLBACK_FAILED, "cancelling an adopted stage threw", task, e);
    }
  }
}
