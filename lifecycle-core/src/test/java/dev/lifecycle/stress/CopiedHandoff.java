package dev.lifecycle.stress;

import dev.lifecycle.flow.HandoffClosedException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** The protocol of a hand-off of one place that is handed over directly, small enough to put a bug into it. */
final class CopiedHandoff implements HandoffRaceTest.Subject {
  /** What is wrong with it. */
  enum Bug {
    NONE,
    /** An interrupted consumer leaves without asking whether it has been served. */
    LEAVES_BLINDLY,
    /** What is left is given back without the lock, while consumers still take. */
    GIVES_BACK_BESIDE_THE_LOCK,
    /** A discarded element is not counted. */
    FORGETS_TO_COUNT,
    /** A consumer looks whether the end has come, and then lets go of the lock before it joins the line: a lost wake-up. */
    LOOKS_FOR_THE_END_TOO_EARLY
  }

  private static final long WAIT = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    volatile Integer item;
    volatile boolean over;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> consumers = new ArrayDeque<>();
  private final ArrayDeque<Waiter> producers = new ArrayDeque<>();
  private final IntConsumer onDropped;
  private final boolean cancelling;
  private final Bug bug;
  private volatile Integer place;
  private boolean closed;
  private int discarded;

  /** With or without a bug; the end is a cancel, after which nothing is taken, or a close. */
  CopiedHandoff(IntConsumer onDropped, boolean cancelling, Bug bug) {
    this.onDropped = onDropped;
    this.cancelling = cancelling;
    this.bug = bug;
  }

  @Override
  public void put(int element) throws InterruptedException {
    Waiter me = new Waiter();
    me.item = element;
    lock.lock();
    try {
      if (closed) {
        throw new HandoffClosedException("closed");
      }
      Waiter consumer = consumers.poll();
      if (consumer != null) {
        serve(consumer, element);
        return;
      }
      if (place == null) {
        place = element;
        return;
      }
      producers.add(me);
    } finally {
      lock.unlock();
    }
    while (!me.over) {
      LockSupport.park(this);
    }
    if (me.item != null) {
      throw new HandoffClosedException("closed");
    }
  }

  @Override
  public void offer(int element) throws InterruptedException {
    put(element);
  }

  private static void serve(Waiter waiter, Integer element) {
    waiter.item = element;
    waiter.over = true;
    LockSupport.unpark(waiter.thread);
  }

  @Override
  public Integer take() throws InterruptedException {
    Waiter me = new Waiter();
    lock.lock();
    try {
      if (closed && cancelling) {
        return null;
      }
      if (place != null) {
        Integer taken = place;
        Waiter producer = producers.poll();
        if (producer == null) {
          if (bug == Bug.GIVES_BACK_BESIDE_THE_LOCK) {
            Race.linger();
          }
          place = null;
        } else {
          place = producer.item;
          serve(producer, null);
        }
        return taken;
      }
      if (closed) {
        return null;
      }
      if (bug == Bug.LOOKS_FOR_THE_END_TOO_EARLY) {
        lock.unlock();
        Race.linger();
        lock.lock();
      }
      consumers.add(me);
    } finally {
      lock.unlock();
    }
    for (long began = System.nanoTime(); !me.over; ) {
      if (System.nanoTime() - began > LONGEST) { // not a count of waits: a park may return at once, and more than once
        throw new AssertionError("waits in vain");
      }
      LockSupport.parkNanos(this, WAIT);
      if (Thread.interrupted()) {
        if (bug == Bug.LEAVES_BLINDLY) {
          Race.linger();
          lock.lock();
          consumers.remove(me);
          lock.unlock();
          throw new InterruptedException();
        }
        lock.lock();
        try {
          if (consumers.remove(me)) {
            throw new InterruptedException();
          }
        } finally {
          lock.unlock();
        }
      }
    }
    return me.item;
  }

  @Override
  public void end() {
    lock.lock();
    try {
      closed = true;
      producers.forEach(producer -> serve(producer, producer.item));
      producers.clear();
      consumers.forEach(consumer -> serve(consumer, null));
      consumers.clear();
    } finally {
      lock.unlock();
    }
    if (bug == Bug.GIVES_BACK_BESIDE_THE_LOCK) {
      giveBack();
    }
  }

  private void giveBack() {
    Integer left = place;
    if (left != null) {
      place = null;
      discarded += bug == Bug.FORGETS_TO_COUNT ? 0 : 1;
      onDropped.accept(left);
    }
  }

  @Override
  public void settle() {
    giveBack();
  }

  @Override
  public String miscounted(int kept, int taken, int dropped) {
    return discarded == dropped ? null : "dropped " + dropped + ", but counted " + discarded;
  }
}
