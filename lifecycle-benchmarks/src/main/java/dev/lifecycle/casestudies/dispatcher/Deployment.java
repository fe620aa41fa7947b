package dev.lifecycle.casestudies.dispatcher;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The place where jobs arrive, whichever dispatcher is deployed. Thread-safe; one thread redeploys. */
final class Deployment {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final AtomicLong submitted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private Dispatcher current;

  Deployment(Dispatcher first) {
    current = first;
  }

  /** Submits a new job to the dispatcher of the moment. */
  void submit() {
    deliver(new Job(submitted.incrementAndGet(), System.nanoTime()));
  }

  private void deliver(Job job) {
    lock.readLock().lock();
    try {
      if (!current.submit(job)) {
        refused.incrementAndGet();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Starts a new dispatcher, stops the old one and returns it. */
  Dispatcher redeploy(Supplier<Dispatcher> factory) throws InterruptedException {
    Dispatcher next = factory.get();
    Dispatcher old;
    lock.writeLock().lock();
    try {
      old = current;
      current = next;
    } finally {
      lock.writeLock().unlock();
    }
    old.stop().forEach(this::deliver);
    return old;
  }

  /** Stops the last dispatcher and returns it. */
  Dispatcher stop() throws InterruptedException {
    current.stop();
    return current;
  }

  long submittedCount() {
    return submitted.get();
  }

  long refusedCount() {
    return refused.get();
  }
}
