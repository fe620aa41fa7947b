package dev.lifecycle.internal;

import dev.lifecycle.TaskOptions;
import dev.lifecycle.ThreadKind;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks get their threads: a virtual one each where there are any, else a bounded cached pool of daemon threads. The pool has no queue: tasks wait for
 * each other, and a queued one that others wait for is a deadlock.
 */
final class Threads {
  private final @Nullable ThreadFactory factory;
  private final ThreadPoolExecutor pool;
  private final int max;

  Threads(@Nullable ThreadFactory factory, int max) {
    this.factory = factory;
    this.max = max;
    AtomicLong number = new AtomicLong();
    this.pool =
        new ThreadPoolExecutor(
            0,
            max,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(null, work, "lifecycle-task-" + number.incrementAndGet(), 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(null); // each task brings its forker's
              return thread;
            });
  }

  /** The flags of a task for the kind of thread that it will get. */
  int flags(ScopeCore scope, Purpose purpose, TaskOptions<?> options) {
    boolean dedicated = purpose.threads != null && factory == null && scope.options.executor() == null && options.thread() == ThreadKind.VIRTUAL;
    return dedicated ? TaskNode.DEDICATED : 0;
  }

  /** Starts the task, or throws and has not started it. */
  void start(TaskNode<?> task) {
    ThreadFactory virtual = task.purpose.threads;
    if (virtual != null && task.has(TaskNode.DEDICATED)) {
      Thread thread = virtual.newThread(task);
      thread.setUncaughtExceptionHandler(task);
      task.assign(thread);
      thread.start();
      return;
    }
    Ticket ticket = task.ticket();
    if (ticket == null) {
      return; // it was begun by a joiner, or cancelled, just now
    }
    Executor executor = task.scope.options.executor();
    if (executor != null) {
      ticket.giveTo(executor);
      return;
    }
    if (factory != null) {
      Thread thread = factory.newThread(ticket);
      if (thread == null) {
        throw new RejectedExecutionException("the thread factory returned null for task t-" + task.id() + " \"" + task.purpose() + '"');
      }
      thread.start();
      return;
    }
    try {
      pool.execute(ticket);
    } catch (RejectedExecutionException e) {
      throw new RejectedExecutionException(
          "no thread for task t-" + task.id() + " \"" + task.purpose() + "\": " + pool.getActiveCount() + " of at most " + max + " threads are busy", e);
    }
  }

  /** Lets idle threads end. */
  void stop() {
    pool.shutdown();
  }
}
