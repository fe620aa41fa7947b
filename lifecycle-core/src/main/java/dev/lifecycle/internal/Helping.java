package dev.lifecycle.internal;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets a body that waits for tasks run those that have not begun, in its own frame, where otherwise they might wait for the thread that waits for them: on
 * the same executor, or in the queue of the same limit. Newest first, as a work-stealing worker would; at most {@value #MAX_DEPTH} tasks deep.
 */
final class Helping {
  private static final int MAX_DEPTH = 64;

  private Helping() {}

  /** Runs the tasks of the scope that have not begun, if this thread may; returns whether it ran any. */
  static boolean help(ScopeCore scope) {
    TaskList tasks = scope.tasksOrNull();
    if (tasks == null || !may(scope)) {
      return false;
    }
    boolean[] ran = new boolean[1];
    tasks.forEach(task -> ran[0] |= run(task)); // one walk for all: one walk each would be quadratic
    return ran[0];
  }

  /** Runs one task of the scope that has not begun, if this thread may; returns whether it did. */
  static boolean helpOne(ScopeCore scope) {
    TaskList tasks = scope.tasksOrNull();
    return tasks != null && may(scope) && tasks.any(Helping::run);
  }

  private static boolean run(TaskNode<?> task) {
    return task.isUnbegun() && !task.has(TaskNode.ADOPTED) && isDue(task) && task.runShared(false);
  }

  private static boolean isDue(TaskNode<?> task) {
    DelayedStart delay = task.ext == null ? null : task.ext.delay;
    return delay == null || task.scope.lifecycle.clock.nanoTime() >= delay.due;
  }

  /** Runs this task if it has not begun and this thread may; returns whether it did. */
  static boolean help(TaskNode<?> task) {
    return task.isUnbegun() && may(task.scope) && run(task);
  }

  private static boolean may(ScopeCore scope) {
    Executor executor = scope.options.executor();
    Limiter limiter = scope.limiter();
    if (executor == null && limiter == null || !scope.options.helpOnJoin()) {
      return false;
    }
    boolean near = false;
    int depth = 0;
    for (@Nullable Frame f = Frames.current(); f != null; f = f.enclosing) {
      if (f instanceof TaskNode<?> task) { // the body of a call runs on its caller's thread, whatever executor its scope has
        depth++;
        near |= executor != null && f.scope.options.executor() == executor && !task.has(TaskNode.INLINE);
        near |= limiter != null && Inside.holdsPermit(f, scope);
      }
    }
    return near && depth <= MAX_DEPTH;
  }
}
