package dev.lifecycle.internal;

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
    TaskNode<T> task = new TaskNode<>(scope, p, stage, TaskNode.NO_INTERRUPT | TaskNode.ADOPTED, ext);
    p.counts.add(Counts.FORKED, task);
    scope.applyDeadline();
    if (!Forking.admit(scope, task)) {
      cancelLater(scope, stage);
      return task;
    }
    if (!task.begin()) { // cancelled since
      cancelLater(scope, stage);
      return task;
    }
    try {
      follow(scope, task, stage);
    } catch (Throwable t) { // foreign code: without its help the task would never end
      task.completeAdopted(null, t);
      if (t instanceof Error e) {
        throw e;
      }
    }
    return task;
  }

  private static <T extends @Nullable Object> void follow(ScopeCore scope, TaskNode<T> task, CompletionStage<T> stage) {
    CompletableFuture<T> future = futureOf(stage);
    CompletionStage<T> end = future == null ? stage : future; // a stage may give a copy: the cancel of the copy must end the task
    if (future != null) {
      HookNode.register(scope, task, () -> future.cancel(true)); // as a hook: completing a future runs the code that depends on it
    }
    end.whenComplete((value, failure) -> task.completeAdopted(value, failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure));
  }

  private static <T extends @Nullable Object> @Nullable CompletableFuture<T> futureOf(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture();
    } catch (UnsupportedOperationException e) {
      return null; // cannot be cancelled; it is counted and waited for all the same
    }
  }

  /** Cancels a stage that came after the cancel. */
  private static void cancelLater(ScopeCore scope, CompletionStage<?> stage) {
    CompletableFuture<?> future = futureOf(stage);
    if (future != null) {
      scope.lifecycle.workers.execute(() -> future.cancel(true));
    }
  }
}
