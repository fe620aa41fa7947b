package dev.lifecycle.internal;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Task;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values that nobody will take: handed to the task's handler once, shielded, or counted. */
final class Discards {
  private Discards() {}

  /** A value that came after the cancel. */
  @SuppressWarnings("unchecked") // the value is what the body, a Callable<? extends T>, returned
  static <T extends @Nullable Object> void value(TaskNode<T> task, @Nullable Object value) {
    TaskExt<T> ext = task.ext;
    Consumer<? super T> handler = ext == null ? null : ext.options.onDiscard();
    if (ext == null || handler == null) {
      if (value instanceof AutoCloseable) {
        task.scope.lifecycle.reports.discarded(task);
      }
      return;
    }
    try {
      ShieldFrame.<@Nullable Void, Exception>run(
          task.scope,
          ShieldFrame.OWN_BOUND,
          () -> {
            Carriers.run(ext.carried, () -> handler.accept((T) value));
            return null;
          });
    } catch (Throwable t) {
      task.scope.report(FailureReport.Kind.CLEANUP_FAILED, "onDiscard threw", task, t);
    }
  }

  /** The value of a task was taken by somebody. */
  static void taken(TaskNode<?> task) {
    ScopeExtras extras = task.scope.extrasOrNull();
    if (extras != null) {
      extras.taken(task);
    }
  }

  /** At the close of a failed scope: the values that nobody has taken. */
  static void untaken(ScopeExtras extras) {
    List<TaskNode<?>> all = extras.takeUntaken();
    for (TaskNode<?> task : all) {
      if (task.status() == Task.Status.SUCCEEDED && (task.raise(TaskNode.SEEN) & TaskNode.SEEN) == 0) {
        value(task, task.peek());
      }
    }
  }
}
