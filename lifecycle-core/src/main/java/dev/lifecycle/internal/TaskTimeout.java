package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;

/** The timeout of one task: cancels it when due. */
final class TaskTimeout extends TimerNode {
  private final TaskNode<?> task;

  TaskTimeout(TaskNode<?> task) {
    this.task = task;
  }

  @Override
  void fire() {
    task.scope.lifecycle.workers.execute(this::expire);
  }

  void expire() {
    Cancellation.cancel(task, task.scope.reason(CancelReason.Kind.DEADLINE, "deadline of task t-" + task.id() + " \"" + task.purpose() + "\" exceeded", null), true);
  }
}
