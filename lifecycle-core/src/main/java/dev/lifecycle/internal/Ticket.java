package dev.lifecycle.internal;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a task in the queue of somebody else's executor. A task that is cancelled or run by a joiner before its turn leaves an empty ticket, which
 * holds on to nothing; the executor finds it empty and goes on.
 *
 * <p>Its fields need no order. It is made with the task, before anybody can find that; the executor's queue publishes it to the thread that runs it; and
 * whoever comes late and still reads the task finds in the task's word that it has been begun or removed.
 */
final class Ticket implements Runnable {
  /** The forker's context class loader, which a shared thread installs around the body. */
  final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  /** The thread that hands the ticket over, until the executor has taken it. Only that thread can find itself here, so it needs no order. */
  private @Nullable Thread giver;

  private @Nullable TaskNode<?> task;

  Ticket(TaskNode<?> task) {
    this.task = task;
  }

  /** Forgets the task. */
  void empty() {
    task = null;
  }

  /** Gives the ticket to the executor, which may run it here and now: then it is a body in its caller's frame, not one on a pool's thread. */
  void giveTo(Executor executor) {
    giver = Thread.currentThread();
    try {
      executor.execute(this);
    } finally {
      giver = null;
    }
  }

  @Override
  public void run() {
    TaskNode<?> held = task;
    if (held != null) {
      held.runShared(giver != Thread.currentThread());
    }
  }
}
