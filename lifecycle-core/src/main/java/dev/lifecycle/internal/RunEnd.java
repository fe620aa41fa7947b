package dev.lifecycle.internal;

import dev.lifecycle.Task;

/** Who is told of the end of a task that is a run of something longer: a service, a schedule, a periodic task. */
interface RunEnd {
  /** The task of the run, before anybody else can know it. */
  void made(TaskNode<?> run);

  /**
   * The body has been left, or will never begin. Called once, on the ending thread, before the task leaves the scope's count; must not block or throw. Not
   * called for a run that was refused, which its starter learns by an exception.
   */
  void ended(TaskNode<?> run, Task.Status status);
}
