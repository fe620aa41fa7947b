package dev.lifecycle.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Failures that belong to a task and that nobody has asked for yet. Each is told to the listener {@value #SECONDS} s after the end, or when its scope
 * closes, unless somebody has seen it by then. At most {@value #MAX} are held per lifecycle: beyond that the oldest is told at once.
 *
 * <p>Guarded by the monitor of the queue; listeners are called outside it.
 */
final class Unseen {
  private static final int MAX = 1_024;
  private static final int SECONDS = 60;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(SECONDS);

  private record Entry(TaskNode<?> task, long due) {}

  private final LifecycleCore lifecycle;
  private final ArrayDeque<Entry> queue = new ArrayDeque<>();
  private final Due due = new Due();

  Unseen(LifecycleCore lifecycle) {
    this.lifecycle = lifecycle;
  }

  void add(TaskNode<?> task) {
    Entry oldest = null;
    long at = Times.after(lifecycle.clock.nanoTime(), NANOS);
    synchronized (queue) {
      if (queue.size() == MAX) {
        queue.removeIf(entry -> entry.task.has(TaskNode.SEEN)); // those are nobody's business any more
        oldest = queue.size() == MAX ? queue.poll() : null;
      }
      queue.add(new Entry(task, at));
      schedule();
    }
    if (oldest != null) {
      Joining.tell(oldest.task.scope, oldest.task);
    }
  }

  /** Makes the timer know the oldest; under the monitor. */
  private void schedule() {
    Entry oldest = queue.peek();
    if (oldest != null && due.place == TimerNode.UNLISTED) {
      due.due = oldest.due;
      lifecycle.timer.add(due);
    }
  }

  /** Tells what is left of a scope that closes. */
  void flush(ScopeCore scope) {
    tell(take(scope, Long.MIN_VALUE));
  }

  /** Tells all. */
  void flushAll() {
    tell(take(null, Long.MAX_VALUE));
  }

  private void tell(List<TaskNode<?>> tasks) {
    for (TaskNode<?> task : tasks) {
      Joining.tell(task.scope, task);
    }
  }

  private List<TaskNode<?>> take(@Nullable ScopeCore scope, long until) {
    synchronized (queue) {
      if (queue.isEmpty()) {
        return List.of();
      }
      List<TaskNode<?>> taken = new ArrayList<>();
      for (Iterator<Entry> it = queue.iterator(); it.hasNext(); ) {
        Entry entry = it.next();
        if (entry.due <= until || entry.task.scope == scope) {
          it.remove();
          taken.add(entry.task);
        }
      }
      return taken;
    }
  }

  private final class Due extends TimerNode {
    @Override
    void fire() {
      lifecycle.workers.execute(
          () -> {
            tell(take(null, lifecycle.clock.nanoTime()));
            synchronized (queue) {
              schedule();
            }
          });
    }
  }
}
