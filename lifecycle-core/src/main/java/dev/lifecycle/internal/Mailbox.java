package dev.lifecycle.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs what is posted one after the other, in the order of the posts, on the library's worker threads: what happens there needs no lock.
 *
 * <p>{@code pending} counts what was posted and has not run. Whoever raises it from zero brings a worker, which goes on until it has lowered it to zero again,
 * so there is never more than one; the count also hands the memory of one worker to the next. Posting does not block. What is posted must not wait.
 */
final class Mailbox {
  private final Workers workers;
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  Mailbox(Workers workers) {
    this.workers = workers;
  }

  void post(Runnable event) {
    posted.add(event);
    if (pending.getAndIncrement() == 0) {
      workers.execute(this::run);
    }
  }

  private void run() {
    int done = pending.get();
    do {
      for (int i = 0; i < done; i++) {
        Runnable event = posted.poll();
        if (event != null) {
          one(event);
        }
      }
      done = pending.addAndGet(-done);
    } while (done > 0);
  }

  private static void one(Runnable event) {
    try {
      event.run();
    } catch (Throwable t) { // no foreign code runs here: memory or stack has run out, and the next event must still have its turn
      Reports.internal("an event of a supervisor failed", t);
    }
  }
}
