package dev.lifecycle.pool.objects;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireRejectedException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a caller for whom nothing was free.
 *
 * <p>A waiter is settled in a turn, and withdraws in a turn. So of a hand-over and a timeout, an interrupt or a cancel that meet, one is first, and the other
 * sees it: a caller that comes too late to withdraw has an object and takes it, whatever woke it. Nothing is lost between the two.
 */
final class Waiting<T> {
  private final Exchange<T> exchange;
  private final Facts<T> facts;

  Waiting(Exchange<T> exchange, Facts<T> facts) {
    this.exchange = exchange;
    this.facts = facts;
  }

  /** Waits in line for a claim for the current thread. */
  Slot<T> await(Duration timeout) throws InterruptedException {
    long nanos = Spans.nanos(timeout);
    if (nanos <= 0) {
      Slot<T> slot = tryAgain();
      if (slot == null) {
        refuseInterrupted();
        throw facts.timeout(timeout);
      }
      return slot;
    }
    MonotonicClock clock = exchange.house.clock();
    long deadline = Spans.after(clock.nanoTime(), nanos);
    refuseInterrupted();
    Waiter<T> waiter = new Waiter<>(Thread.currentThread(), null);
    enter(waiter);
    for (;;) {
      Slot<T> slot = waiter.slot;
      if (slot != null) {
        return slot;
      }
      String refusal = waiter.refusal;
      if (refusal != null) {
        throw new PoolClosedException(refusal);
      }
      if (Thread.currentThread().isInterrupted()) {
        if (withdraw(waiter, false)) {
          Thread.interrupted();
          throw new InterruptedException("interrupted while waiting for pool \"" + exchange.name() + '"');
        }
      } else if (clock.nanoTime() >= deadline) {
        if (withdraw(waiter, true)) {
          throw facts.timeout(timeout);
        }
      } else {
        clock.parkUntil(exchange, deadline);
      }
    }
  }

  private void refuseInterrupted() throws InterruptedException {
    if (exchange.ending.isClosed()) {
      throw facts.closed();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before waiting for pool \"" + exchange.name() + '"');
    }
  }

  /** A claim for the current thread if one can be had at once. For a try: nobody waits, but what would be needed is begun. */
  @Nullable Slot<T> tryAgain() {
    exchange.turn.begin();
    try {
      if (exchange.ending.isClosed()) {
        throw facts.closed();
      }
      exchange.supply.warm();
      if (exchange.line.size() == 0) {
        Slot<T> slot = exchange.table.claim(Thread.currentThread(), exchange.house.coarseTime());
        if (slot != null) {
          return slot;
        }
        exchange.supply.provide(1);
      }
      return null;
    } finally {
      exchange.turn.end();
    }
  }

  /** Stands in line with a future. */
  CompletableFuture<Lease<T>> async(Duration timeout) {
    long nanos = Spans.nanos(timeout);
    CompletableFuture<Lease<T>> future = new CompletableFuture<>();
    Waiter<T> waiter = new Waiter<>(null, future);
    try {
      if (!enterOrTry(waiter, nanos)) {
        future.completeExceptionally(facts.timeout(timeout));
        return future;
      }
    } catch (PoolClosedException | AcquireRejectedException e) {
      future.completeExceptionally(e);
      return future;
    }
    try {
      whenOver(waiter, future, timeout, nanos);
    } catch (Throwable t) { // no memory: the caller will never see the future
      if (!withdraw(waiter, false) && !future.cancel(false) && !future.isCompletedExceptionally()) {
        future.join().close();
      }
      throw t;
    }
    return future;
  }

  private void whenOver(Waiter<T> waiter, CompletableFuture<Lease<T>> future, Duration timeout, long nanos) {
    Alarm alarm =
        exchange.house.alarm(
            () -> {
              if (withdraw(waiter, true)) {
                deliver(exchange, () -> future.completeExceptionally(facts.timeout(timeout)));
              }
            });
    future.whenComplete(
        (lease, failure) -> {
          alarm.cancel();
          withdraw(waiter, false); // it was completed or cancelled by somebody else
        });
    long deadline = Spans.after(exchange.house.clock().nanoTime(), nanos);
    if (deadline != MonotonicClock.NEVER && !future.isDone()) {
      alarm.at(deadline);
      if (future.isDone()) {
        alarm.cancel();
      }
    }
  }

  /** Into the line; with no time to wait, out of it again at once: false if it got nothing. */
  private boolean enterOrTry(Waiter<T> waiter, long nanos) {
    if (nanos > 0) {
      enter(waiter);
      return true;
    }
    exchange.turn.begin();
    try {
      if (exchange.ending.isClosed()) {
        throw facts.closed();
      }
      exchange.supply.warm();
      if (exchange.line.size() > 0) {
        return false;
      }
      join(waiter);
      return !exchange.line.remove(waiter);
    } finally {
      exchange.publish();
      exchange.turn.end();
    }
  }

  private void enter(Waiter<T> waiter) {
    exchange.turn.begin();
    try {
      if (exchange.ending.isClosed()) {
        throw facts.closed();
      }
      exchange.supply.warm();
      join(waiter);
      if (waiter.queued && exchange.line.size() - exchange.supply.onTheirWay() > exchange.settings.maxWaiters()) {
        exchange.line.remove(waiter);
        exchange.counts.rejections++;
        throw new AcquireRejectedException(
            "pool \"" + exchange.name() + "\" has its maximum of waiters: " + exchange.settings.maxWaiters() + ", for its " + exchange.supply.limit() + " objects");
      }
      if (waiter.queued) {
        exchange.counts.waits++;
      }
    } finally {
      exchange.publish();
      exchange.turn.end();
    }
  }

  /** Leaves the line; false if the waiter has been settled. */
  private boolean withdraw(Waiter<T> waiter, boolean timedOut) {
    exchange.turn.begin();
    try {
      if (!exchange.line.remove(waiter)) {
        return false;
      }
      if (timedOut) {
        exchange.counts.timeouts++;
      }
      exchange.supply.withdrawn();
      exchange.publish();
      return true;
    } finally {
      exchange.turn.end();
    }
  }

  // ---- in turns

  private void join(Waiter<T> waiter) {
    try {
      exchange.enter(waiter);
    } catch (OutOfMemoryError e) { // no memory or no thread for what was begun: the caller gets this, and nobody must think that it waits
      if (!exchange.line.remove(waiter) && waiter.slot != null) {
        exchange.takeFrom(waiter);
      }
      throw e;
    }
  }

  /** Settles a waiter that has left the line with a slot that was claimed for it. */
  static <T> void settle(Exchange<T> exchange, Waiter<T> waiter, Slot<T> slot) {
    waiter.slot = slot;
    CompletableFuture<Lease<T>> future = waiter.future;
    if (future == null) {
      exchange.turn.after(() -> LockSupport.unpark(waiter.thread));
    } else {
      Lease<T> lease = new PooledLease<>(slot);
      deliverAfter(
          exchange,
          () -> {
            if (!future.complete(lease)) {
              lease.close(); // nobody took it: the next in line gets it
            }
          });
    }
  }

  /** Settles all that wait with the news that they will get nothing. */
  static <T> void refuseAll(Exchange<T> exchange, String why) {
    for (Waiter<T> waiter = exchange.line.first(); waiter != null; waiter = exchange.line.first()) {
      exchange.line.remove(waiter);
      refuse(exchange, waiter, why);
    }
  }

  private static <T> void refuse(Exchange<T> exchange, Waiter<T> waiter, String why) {
    waiter.refusal = why;
    CompletableFuture<Lease<T>> future = waiter.future;
    if (future == null) {
      exchange.turn.after(() -> LockSupport.unpark(waiter.thread));
    } else {
      deliverAfter(exchange, () -> future.completeExceptionally(new PoolClosedException(why)));
    }
  }

  private static void deliverAfter(Exchange<?> exchange, Runnable delivery) {
    exchange.turn.after(() -> deliver(exchange, delivery));
  }

  /**
   * On a thread of the private scope, since what hangs on a future runs where it is completed; and as what is never refused or interrupted, since it must be
   * told.
   */
  static void deliver(Exchange<?> exchange, Runnable delivery) {
    exchange.room.dispose(delivery);
  }
}
