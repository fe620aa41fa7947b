package dev.lifecycle.benchmarks.flow;

import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock-free bounded queue with waiting on top, on both ends: what a hand-off over JCTools would be. The lock is taken only by those who wait and to wake
 * them. Who waits says so before it looks at the queue again; who has changed the queue looks for waiters after a fence.
 */
final class ParkingQueue<T> {
  private final Queue<T> queue;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notFull = lock.newCondition();
  private final Condition notEmpty = lock.newCondition();
  private volatile int producers;
  private volatile int consumers;

  ParkingQueue(Queue<T> queue) {
    this.queue = queue;
  }

  void put(T element) throws InterruptedException {
    if (!queue.offer(element)) {
      lock.lock();
      try {
        producers++;
        VarHandle.fullFence();
        while (!queue.offer(element)) {
          notFull.await();
        }
      } finally {
        producers--;
        lock.unlock();
      }
    }
    VarHandle.fullFence();
    if (consumers > 0) {
      signal(notEmpty);
    }
  }

  T take() throws InterruptedException {
    T taken = queue.poll();
    if (taken == null) {
      lock.lock();
      try {
        consumers++;
        VarHandle.fullFence();
        for (taken = queue.poll(); taken == null; taken = queue.poll()) {
          notEmpty.await();
        }
      } finally {
        consumers--;
        lock.unlock();
      }
    }
    VarHandle.fullFence();
    if (producers > 0) {
      signal(notFull);
    }
    return taken;
  }

  private void signal(Condition condition) {
    lock.lock();
    try {
      condition.signal();
    } finally {
      lock.unlock();
    }
  }
}
