package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.spi.MonotonicClock;
import dev.lifecycle.spi.ResourceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The end of the pool: refuse, end what is idle, wait for what is out, revoke the rest, and be done when the last destroy hook has returned.
 *
 * <p>A lease is revoked by one CAS from its word, which advances the generation: from then on its holder's {@code get} throws. The object is still in the
 * holder's hands, so it is not destroyed under it; it waits in the state RETIRED until the holder closes the lease or its thread ends, and until the revoke
 * hook has returned, which may have been given it to make the holder's use fail.
 */
final class Ending<T> {
  private final Exchange<T> exchange;
  private final CompletableFuture<@Nullable Void> termination = new CompletableFuture<>();
  private final Patrol<T> patrol;

  private volatile boolean closed; // written in a turn
  private volatile boolean over; // likewise
  private final List<Thread> closers = new ArrayList<>(1); // in turns
  private long graceUntil = MonotonicClock.NEVER; // in turns; set by the first close: what it has revoked is not waited for again

  Ending(Exchange<T> exchange) {
    this.exchange = exchange;
    this.patrol = new Patrol<>(exchange);
  }

  boolean isClosed() {
    return closed;
  }

  CompletionStage<@Nullable Void> termination() {
    return termination.minimalCompletionStage();
  }

  // ---- closing

  void initiate(PoolClosedException why) {
    boolean first;
    exchange.turn.begin();
    try {
      first = !closed;
      if (first) {
        closed = true;
        exchange.publish(); // before the sweep: a release sees it, or is seen
        Waiting.refuseAll(exchange, Objects.requireNonNull(why.getMessage()));
        exchange.supply.sweep(Integer.MAX_VALUE);
        exchange.supply.close(why);
        exchange.publish();
        look();
      }
    } finally {
      exchange.turn.end();
    }
    if (first) {
      exchange.room.cancelWork("pool \"" + exchange.name() + "\" was closed");
    }
  }

  void close(PoolClosedException why) {
    initiate(why);
    MonotonicClock clock = exchange.house.clock();
    Thread self = Thread.currentThread();
    long until;
    exchange.turn.begin();
    try {
      until = Math.min(graceUntil, Spans.after(clock.nanoTime(), Spans.nanos(exchange.room.grace())));
      graceUntil = until;
      closers.add(self);
    } finally {
      exchange.turn.end();
    }
    while (!over && !self.isInterrupted() && clock.nanoTime() < until) {
      clock.parkUntil(this, until);
    }
    exchange.turn.begin();
    try {
      closers.remove(self);
      revokeAll();
    } finally {
      exchange.turn.end();
    }
    exchange.room.close();
    if (over) {
      termination.complete(null);
    }
  }

  // ---- in turns

  /** Something exists: the patrol looks after it. */
  void watch() {
    patrol.watch();
  }

  /** Whether this was the last that the closed pool waited for. */
  void look() {
    if (closed && !over && exchange.supply.existing() == 0) {
      over = true;
      patrol.stop();
      List<Thread> waiting = List.copyOf(closers);
      exchange.turn.after(
          () -> {
            waiting.forEach(LockSupport::unpark);
            exchange.room.dispose(
                () -> { // not here: the current thread may be that of a holder who closes the last lease
                  exchange.room.close();
                  termination.complete(null);
                });
          });
    }
  }

  private void revokeAll() {
    List<Runnable> reports = new ArrayList<>(0);
    for (int i = 0; i < exchange.table.length(); i++) {
      Slot<T> slot = exchange.table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.CLAIMED ? revoke(slot, w, false) : Slot.state(w) == Slot.RETURNING && interrupted(slot, w)) {
        long claim = Slot.as(w, Slot.CLAIMED);
        Thread owner = slot.isOwned(claim) ? slot.owner() : null;
        long since = slot.claimedAt();
        String what = "lease " + PooledLease.id(slot, claim) + " was revoked, held for " + Spans.words(exchange.house.clock().nanoTime() - since);
        String rest = (Slot.state(w) == Slot.RETURNING ? ", being reset" : "") + ": the pool has ended";
        reports.add(() -> exchange.report(ResourceEvent.LEASE_REVOKED, what, owner, since, rest));
      }
    }
    if (!reports.isEmpty()) {
      exchange.turn.after(() -> exchange.room.dispose(() -> reports.forEach(Runnable::run))); // a listener that takes its time must hold up no hook
    }
  }

  /** A reset runs, which nothing can take the object from; the revoke hook may make it fail. False if that was tried. */
  private boolean interrupted(Slot<T> slot, long returning) {
    if (slot.revokedReset == returning) {
      return false;
    }
    slot.revokedReset = returning;
    exchange.counts.revoked++;
    revokeByHook(slot, false);
    return true;
  }

  /** Takes the right to use the object from the holder of this claim; false if the lease has ended. {@code gone}: there is no holder any more. */
  boolean revoke(Slot<T> slot, long claim, boolean gone) {
    long revoked = Slot.revoked(claim);
    if (!slot.move(claim, revoked)) {
      return false;
    }
    exchange.counts.revoked++;
    exchange.counts.generationsBesides++;
    if (!revokeByHook(slot, gone) && gone) {
      exchange.supply.destroy(slot, revoked);
    }
    return true;
  }

  /** Begins the hook; false if there is none. */
  private boolean revokeByHook(Slot<T> slot, boolean thenDestroy) {
    ObjectPool.Hook<? super T> hook = exchange.settings.onRevoke();
    if (hook == null) {
      return false;
    }
    slot.revoking = true;
    slot.destroyWanted = thenDestroy;
    exchange.turn.after(() -> exchange.room.dispose(() -> runHook(slot, hook)));
    return true;
  }

  private void runHook(Slot<T> slot, ObjectPool.Hook<? super T> hook) {
    Throwable failure = null;
    try {
      hook.run(Objects.requireNonNull(slot.object));
    } catch (Throwable t) {
      failure = t;
    }
    exchange.turn.begin();
    try {
      slot.revoking = false;
      if (slot.destroyWanted) {
        exchange.supply.destroy(slot, slot.word());
      }
    } finally {
      exchange.turn.end();
    }
    if (failure != null) {
      exchange.hookFailed("onRevoke threw", failure);
      Supply.rethrowFatal(failure);
    }
  }

  // ---- in no turn

  /** The holder of a revoked object has let go of it, or has ended; false if that was known. */
  boolean letGo(Slot<T> slot, long revoked) {
    exchange.turn.begin();
    try {
      return exchange.supply.destroy(slot, revoked);
    } finally {
      exchange.turn.end();
    }
  }
}
