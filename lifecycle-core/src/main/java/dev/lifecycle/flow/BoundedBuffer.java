package dev.lifecycle.flow;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.spi.MonotonicClock;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The buffer behind a hand-off: a ring and two lines of waiters under one lock.
 *
 * <p><b>Two invariants</b> hold whenever the lock is free. If consumers wait, the ring is empty: an element that comes goes to the first of them and
 * not through the ring. If producers wait, the ring is full: room that comes goes to the first of them. So nobody overtakes those who wait (an offer
 * that drops aside, see {@link #offer}), a wake-up cannot be lost, since it carries its outcome with it, and a waiter has nothing to look at under
 * the lock again.
 *
 * <p><b>Who ends a wait</b> is decided under the lock, in favour of the element: a waiter that wants to leave, by time, interrupt or cancel, and
 * finds that it has been served, takes what it was given and keeps its interrupt flag. So an element is at one place at any time: with its producer,
 * in the ring, with its consumer, or given back as a left-over.
 *
 * <p><b>States</b>: OPEN, CLOSED (no producer is admitted, consumers take what is left), CANCELLED (neither side is admitted; what is left stays
 * until it is given back). A cancel of the scope is seen by each call on its own, before the hook that tells this buffer has run; the hook is there
 * for those who wait. Waits are bounded by the deadline of the scope too, since a scope without tasks is not known to the timer.
 *
 * <p>The lock is held for some tens of instructions: nobody parks, is woken, or runs foreign code under it. Not lock-free: a thread that is preempted
 * while it holds the lock delays the others. Nobody spins.
 */
class BoundedBuffer<T> {
  private static final int OPEN = 0;
  private static final int CLOSED = 1;
  private static final int CANCELLED = 2;

  final ReentrantLock lock = new ReentrantLock();
  final MonotonicClock clock;
  final Ring<T> ring;
  final Tally tally = new Tally();

  private final String name;
  private final Context context;
  private final boolean stamped;
  private final long due;
  private final Line<T> producers = new Line<>();
  private final Line<T> consumers = new Line<>();
  private int state = OPEN;

  /**
   * An empty buffer.
   *
   * @param context of the scope that the buffer ends with
   * @param stamped whether to read the clock for each element
   */
  BoundedBuffer(String name, int capacity, Context context, MonotonicClock clock, boolean stamped) {
    this.name = name;
    this.ring = new Ring<>(capacity, stamped);
    this.context = context;
    this.clock = clock;
    this.stamped = stamped;
    this.due = context.deadline().nanos();
  }

  // ---- producers

  /** Waits for room until the clock reads {@code until}; false if there was none. */
  boolean put(T element, long until) throws InterruptedException {
    enter();
    long stamp = stamp();
    Waiter<T> me = null;
    Waiter<T> served = null;
    lock.lock();
    try {
      admitProducer();
      if (!isFull()) {
        served = accept(element, stamp);
      } else if (isOver(until)) {
        tally.rejected();
        return false;
      } else {
        me = new Waiter<>();
        me.item = element;
        me.stamp = stamp;
        producers.add(me);
      }
    } finally {
      lock.unlock();
    }
    if (me != null) {
      return await(me, producers, until) || rejected();
    }
    Waiter.wake(served);
    return true;
  }

  /**
   * Puts the element by the policy, which is not BLOCK; false if it was rejected. An element that is dropped instead goes to the consumer, on this
   * thread. An offer that drops does not wait and so comes before producers that do.
   */
  boolean offer(T element, WhenFull policy, Consumer<? super T> dropped) throws InterruptedException {
    enter();
    long stamp = stamp();
    T victim = null;
    Waiter<T> served = null;
    lock.lock();
    try {
      admitProducer();
      if (!isFull()) {
        served = accept(element, stamp);
      } else if (policy == WhenFull.REJECT) {
        tally.rejected();
        return false;
      } else if (policy == WhenFull.DROP_NEWEST) {
        victim = element;
        tally.put(1);
        tally.dropped();
      } else {
        victim = ring.poll();
        tally.dropped();
        served = removed(accept(element, stamp));
      }
    } finally {
      lock.unlock();
    }
    Waiter.wake(served);
    if (victim != null) {
      dropped.accept(victim);
    }
    return true;
  }

  private boolean rejected() {
    lock.lock();
    try {
      tally.rejected();
    } finally {
      lock.unlock();
    }
    return false;
  }

  private long stamp() {
    return stamped ? clock.nanoTime() : 0;
  }

  private boolean isFull() {
    return consumers.isEmpty() && ring.room() == 0;
  }

  /** Takes an element in, for which there is room; returns whom to wake. */
  private @Nullable Waiter<T> accept(T element, long stamp) {
    Waiter<T> consumer = consumers.first();
    if (consumer != null) {
      consumer.item = element;
      tally.put(1);
      tally.taken(1);
      return consumers.end(consumer, Waiter.State.SERVED, null);
    }
    ring.add(element, stamp);
    tally.put(1);
    return added();
  }

  /** There is room again: takes in what those bring who wait longest. */
  final @Nullable Waiter<T> refill(@Nullable Waiter<T> woken) {
    Waiter<T> chain = woken;
    for (Waiter<T> w = producers.first(); w != null && ring.room() > 0; w = producers.first()) {
      ring.add(Objects.requireNonNull(w.item), w.stamp);
      tally.put(1);
      chain = producers.end(w, Waiter.State.SERVED, chain);
    }
    return chain;
  }

  // ---- consumers

  /** Waits for an element until the clock reads {@code until}; null if none came, or none will. */
  @Nullable T take(long until) throws InterruptedException {
    enter();
    T taken = null;
    Waiter<T> me = null;
    Waiter<T> served = null;
    boolean last = false;
    lock.lock();
    try {
      admitConsumer();
      if (ring.size() > 0) {
        taken = ring.poll();
        tally.taken(1);
        served = refill(null);
        last = state == CLOSED && ring.size() == 0;
      } else if (state == CLOSED || isOver(until)) {
        return null;
      } else {
        me = new Waiter<>();
        consumers.add(me);
      }
    } finally {
      lock.unlock();
    }
    if (me != null) {
      return await(me, consumers, until) ? me.item : null;
    }
    Waiter.wake(served);
    if (last) {
      drained();
    }
    return taken;
  }

  // ---- waiting

  /** Applies what ends a call before it has begun. A cancel first: which exception comes must not depend on when the interrupt does. */
  final void enter() throws InterruptedException {
    if (context.isCancelled()) {
      throw cancelled();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * Waits in the line, in which the waiter stands, until it is served: true. False if the time is over, and for one who does not bring an element if
   * the buffer was closed.
   */
  final boolean await(Waiter<T> me, Line<T> line, long until) throws InterruptedException {
    boolean interrupted = false;
    try {
      while (me.state == Waiter.State.WAITING) {
        if (context.isCancelled()) {
          leave(me, line, Waiter.State.CANCELLED);
        } else if (Thread.interrupted()) {
          interrupted = true;
          leave(me, line, Waiter.State.LEFT);
        } else if (isOver(until)) {
          leave(me, line, Waiter.State.LEFT);
        } else {
          clock.parkUntil(this, Math.min(until, due));
        }
      }
      switch (me.state) {
        case SERVED:
          return true;
        case CANCELLED:
          throw cancelled();
        case CLOSED:
          if (line == producers) {
            throw closed();
          }
          return false;
        default:
          if (interrupted) {
            interrupted = false;
            throw new InterruptedException();
          }
          return false;
      }
    } finally {
      leave(me, line, Waiter.State.LEFT); // if the clock threw
      if (interrupted) {
        Thread.currentThread().interrupt(); // the wait came to its end first
      }
    }
  }

  private void leave(Waiter<T> me, Line<T> line, Waiter.State how) {
    if (me.state == Waiter.State.WAITING) {
      lock.lock();
      try {
        if (me.state == Waiter.State.WAITING) {
          line.end(me, how, null);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  final boolean isCancelled() {
    return context.isCancelled();
  }

  final boolean isOver(long until) {
    return until != MonotonicClock.NEVER && clock.nanoTime() >= until;
  }

  final RuntimeException cancelled() {
    CancelReason reason = Objects.requireNonNull(context.cancelReason());
    return reason.kind() == CancelReason.Kind.DEADLINE ? new DeadlineExceededException(reason) : new ScopeCancelledException(reason);
  }

  private HandoffClosedException closed() {
    return new HandoffClosedException('"' + name + "\" is closed: the element was not accepted");
  }

  private void admitProducer() {
    admitConsumer();
    if (state == CLOSED) {
      throw closed();
    }
  }

  /** For one who holds the lock: throws after a cancel. */
  final void admitConsumer() {
    if (state == CANCELLED) {
      throw cancelled();
    }
  }

  /** For one who holds the lock. */
  final boolean isClosed() {
    return state != OPEN;
  }

  // ---- the end

  /** No more producers; after a cancel of the scope, which this may be the first to notice, nobody. Returns whether this closed it with nothing left. */
  boolean close() {
    if (context.isCancelled()) {
      cancel();
      return false;
    }
    Waiter<T> woken;
    boolean empty;
    lock.lock();
    try {
      if (state != OPEN) {
        return false;
      }
      state = CLOSED;
      woken = producers.endAll(Waiter.State.CLOSED, null);
      woken = closing(consumers.endAll(Waiter.State.CLOSED, woken));
      empty = ring.size() == 0;
    } finally {
      lock.unlock();
    }
    Waiter.wake(woken);
    return empty;
  }

  /** The scope has been cancelled: everybody who waits leaves. */
  final void cancel() {
    Waiter<T> woken;
    lock.lock();
    try {
      state = CANCELLED;
      woken = producers.endAll(Waiter.State.CANCELLED, null);
      woken = cancelling(consumers.endAll(Waiter.State.CANCELLED, woken));
    } finally {
      lock.unlock();
    }
    Waiter.wake(woken);
  }

  /** Takes out an element that no consumer will take, once the buffer is closed or cancelled; null if there is none. */
  @Nullable T leftOver() {
    lock.lock();
    try {
      if (ring.size() == 0) {
        return null;
      }
      tally.discarded(1);
      return ring.poll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the buffer is closed and empty, or cancelled. */
  boolean isEnded() {
    if (context.isCancelled()) {
      return true;
    }
    lock.lock();
    try {
      return state == CANCELLED || state == CLOSED && ring.size() == 0;
    } finally {
      lock.unlock();
    }
  }

  // ---- for what stands on a buffer; all but the last are called under the lock and return the chain of those to wake

  /** An element has come into the ring. */
  @Nullable Waiter<T> added() {
    return null;
  }

  /** An element was dropped out of the ring. */
  @Nullable Waiter<T> removed(@Nullable Waiter<T> woken) {
    return woken;
  }

  /** The buffer was closed. */
  @Nullable Waiter<T> closing(@Nullable Waiter<T> woken) {
    return woken;
  }

  /** The buffer was cancelled. */
  @Nullable Waiter<T> cancelling(@Nullable Waiter<T> woken) {
    return woken;
  }

  /** The last element of a closed buffer was taken. Not under the lock. */
  void drained() {}
}
