package dev.lifecycle.internal;

import dev.lifecycle.Task;

/** Lets a test's body know its own task, which a fork in its caller's frame gives away only afterwards. */
public final class Bodies {
  private Bodies() {}

  /** The innermost task of this thread. */
  public static Task<?> current() {
    for (Frame f = Frames.current(); f != null; f = f.enclosing) {
      if (f instanceof TaskNode<?> task) {
        return task;
      }
    }
    throw new AssertionError("not in a task");
  }
}
