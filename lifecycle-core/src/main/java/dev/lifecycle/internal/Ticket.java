package dev.lifecycle.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a task in the queue of somebody else's executor. A task that is cancelled or run by a joiner before its turn leaves an empty ticket, which
 * holds on to nothing; the executor finds it empty and goes on.
 */
final class Ticket extends AtomicReference<@Nullable TaskNode<?>> implements Runnable {
  private static final long serialVersionUID = 1L;

  /** The forker's context class loader, which a shared thread installs around the body. */
  final transient @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  /** The thread that hands the ticket over, until the executor has taken it. Only that thread can find itself here, so it needs no order. */
  private transient @Nullable Thread giver;

  Ticket(TaskNode<?> task) {
    super(task);
    task.ticket(this);
    if (task.neverRan()) {
      set(null); // its cancel came before it could see the ticket
    }
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
    TaskNode<?> task = getAndSet(null);
    if (task != null) {
      task.runShared(giver != Thread.currentThread());
    }
  }
}
