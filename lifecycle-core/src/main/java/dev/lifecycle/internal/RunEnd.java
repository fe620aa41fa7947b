package dev.lifecycle.internal;

import dev.lifecycle.Task;

/** Who is told of the end of a task that is a run of something longer: a service, a schedule, a periodic task, or the work of a resource. */
interface RunEnd {
  /**
   * The scope has counted and listed the task of the run, which can be cancelled from now on, and no thread has got it yet. Called on the starting thread; a
   * cancel of the scope may end the task before. Not called for one that was refused or cancelled instead.
   */
  void admitted(TaskNode<?> run);

  /**
   * The body has been left, or will never begin. Called once, on the ending thread, before the task leaves the scope's count; must not block or throw. Not
   * called for a run that was refused, which its starter learns by an exception.
   */
  void ended(TaskNode<?> run, Task.Status status);

  /** Whether {@link #ended} runs foreign code for a run that was cancelled before it began, so that the canceller must leave that to a library thread. */
  default boolean isForeign() {
    return false;
  }
}
