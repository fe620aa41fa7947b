package dev.lifecycle.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The delay before the start of a task that has been admitted: a node of the timer, so that a pool's queue holds nothing until then. */
final class DelayedStart extends TimerNode {
  private @Nullable TaskNode<?> task; // written before the node is listed

  DelayedStart(long due) {
    this.due = due;
  }

  void of(TaskNode<?> delayed) {
    task = delayed;
  }

  @Override
  void fire() {
    TaskNode<?> delayed = Objects.requireNonNull(task);
    delayed.scope.handOver(() -> Forking.startDelayed(delayed));
  }
}
