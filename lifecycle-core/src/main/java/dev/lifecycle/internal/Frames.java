package dev.lifecycle.internal;

import org.jspecify.annotations.Nullable;

/**
 * Finds the innermost {@link Frame} of the current thread.
 *
 * <p>A thread that was made for one task carries the task as its uncaught-exception handler, which costs no memory, and the task holds the innermost
 * frame. Any other thread has one thread-local cell, an {@code Object[]}, so that a pooled thread keeps no class of ours alive; it is empty whenever no
 * body of ours runs. A body that replaces its thread's handler hides its task: the thread then falls back to a cell that was filled when the body asked
 * for its context before, and else finds its task in the registry, once.
 */
final class Frames {
  private static final ThreadLocal<@Nullable Object @Nullable []> CELL = new ThreadLocal<>();

  private Frames() {}

  /** The innermost frame, or null outside any. */
  static @Nullable Frame current() {
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    if (handler instanceof TaskNode<?> task && task.thread == thread) {
      return task.top;
    }
    @Nullable Object[] cell = CELL.get();
    if (cell != null) {
      Frame frame = (Frame) cell[0];
      return frame instanceof TaskNode<?> task && task.top != null ? task.top : frame;
    }
    return mayBeLost(thread, handler) ? lost(thread) : null;
  }

  /** Where the current thread keeps its innermost frame; valid on this thread until its task ends. */
  static Object slot() {
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    if (handler instanceof TaskNode<?> task && task.thread == thread) {
      return task;
    }
    @Nullable Object[] cell = CELL.get();
    if (cell == null) {
      cell = new Object[1];
      CELL.set(cell);
      if (mayBeLost(thread, handler)) {
        cell[0] = LifecycleCore.find(thread);
      }
    }
    return cell[0] instanceof TaskNode<?> task && task.top != null ? task : cell; // only a task on its own thread has a top
  }

  /** Whether a body of ours may have replaced the handler: there is another one, or none on a virtual thread with a name, as all of ours have. */
  private static boolean mayBeLost(Thread thread, Thread.UncaughtExceptionHandler handler) {
    ThreadGroup group = thread.getThreadGroup();
    return handler != group || group != null && group.getName().equals("VirtualThreads") && !thread.getName().isEmpty();
  }

  /** The frame of a thread that has a handler of its own: most such threads are not ours; one may be a task's whose body replaced the handler. */
  private static @Nullable Frame lost(Thread thread) {
    TaskNode<?> task = LifecycleCore.find(thread);
    CELL.set(new @Nullable Object[] {task}); // either way, the next look is cheap; the task, not its innermost frame, which changes
    return task == null ? null : task.top;
  }

  static @Nullable Frame get(Object slot) {
    return slot instanceof TaskNode<?> task ? task.top : (Frame) ((Object[]) slot)[0];
  }

  static void set(Object slot, @Nullable Frame frame) {
    if (slot instanceof TaskNode<?> task) {
      task.top = frame;
    } else {
      ((@Nullable Object[]) slot)[0] = frame;
    }
  }
}
