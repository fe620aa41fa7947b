package dev.lifecycle.internal;

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

  Ticket(TaskNode<?> task) {
    super(task);
    task.ticket(this);
    if (task.neverRan()) {
      set(null); // its cancel came before it could see the ticket
    }
  }

  @Override
  public void run() {
    TaskNode<?> task = getAndSet(null);
    if (task != null) {
      task.run();
    }
  }
}
