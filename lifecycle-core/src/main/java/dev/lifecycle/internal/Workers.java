package dev.lifecycle.internal;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The library's own daemon threads: they run cancel hooks, deliver interrupts for the timer and make reports. Platform threads, because they must run
 * when every carrier of virtual threads is busy. They have no context class loader and inherit nothing from whoever caused them.
 */
final class Workers {
  static final Workers SYSTEM = new Workers(1_024);

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ThreadPoolExecutor pool;

  Workers(int max) {
    AtomicLong number = new AtomicLong();
    pool =
        new ThreadPoolExecutor(
            0, max, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> daemon(work, "lifecycle-worker-" + number.incrementAndGet()));
  }

  /** A daemon thread that inherits nothing; not started. */
  static Thread daemon(Runnable work, String name) {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group != null && group.getParent() != null) {
      group = group.getParent();
    }
    Thread thread = new Thread(group, work, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    return thread;
  }

  /**
   * Runs the work soon, on another thread. Never fails: when no thread can be had, which takes a thousand stuck hooks or a full process, a rescue thread
   * retries until one can; only if even that cannot start does the work run on the calling thread, since an interrupt or a hook must not be lost.
   */
  void execute(Runnable work) {
    Runnable guarded = () -> guard(work);
    try {
      pool.execute(guarded);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      rescue(guarded);
    }
  }

  private void rescue(Runnable guarded) {
    try {
      daemon(() -> retry(guarded), "lifecycle-rescue").start();
    } catch (OutOfMemoryError e) {
      guarded.run();
    }
  }

  private void retry(Runnable guarded) {
    for (;;) {
      try {
        pool.execute(guarded);
        return;
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        LockSupport.parkNanos(this, RETRY_NANOS);
      }
    }
  }

  private static void guard(Runnable work) {
    try {
      work.run();
    } catch (Throwable t) { // what runs here reports its own failures; this is the last net
      Reports.internal("a library thread's work failed", t);
    }
  }
}
