package dev.lifecycle.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean rescuing = new AtomicBoolean();

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
   * Runs the work soon, on another thread. Never fails: when no thread can be had, which takes a thousand stuck hooks or a full process, one rescue
   * thread retries until one can; only if even that cannot start does the work run on the calling thread, since an interrupt or a hook must not be lost.
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
    waiting.add(guarded);
    if (rescuing.compareAndSet(false, true)) {
      try {
        daemon(this::retry, "lifecycle-rescue").start();
      } catch (OutOfMemoryError e) {
        rescuing.set(false);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) { // also what others left to this rescue
          next.run();
        }
      }
    }
  }

  /** Hands over what could not be, one after the other; ends when nothing is left. */
  private void retry() {
    do {
      for (Runnable next = waiting.peek(); next != null; next = waiting.peek()) {
        try {
          pool.execute(next);
          waiting.poll();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
          LockSupport.parkNanos(this, RETRY_NANOS);
        }
      }
      rescuing.set(false);
    } while (!waiting.isEmpty() && rescuing.compareAndSet(false, true)); // added after the last look, by one who saw this thread at work
  }

  private static void guard(Runnable work) {
    try {
      work.run();
    } catch (Throwable t) { // what runs here reports its own failures; this is the last net
      Reports.internal("a library thread's work failed", t);
    }
  }
}
