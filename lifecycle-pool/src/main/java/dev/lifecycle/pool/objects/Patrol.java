package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.ResourceEvent;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the slots once a second, on the maintenance thread, as long as there is anything in them: for leases that nobody can close any more or that are
 * held too long, for objects that are too old, for hooks that take too long; and forgets the threads that last had what is free.
 *
 * <p>It reads what claimers write without asking them; see the memory order in {@link Slot}. What it decides, it does by the same CAS as everybody.
 */
final class Patrol<T> {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);
  private static final long SLOW = TimeUnit.SECONDS.toNanos(10);

  private final Exchange<T> exchange;
  private final Alarm alarm;

  Patrol(Exchange<T> exchange) {
    this.exchange = exchange;
    this.alarm = exchange.house.alarm(this::look);
  }

  void watch() {
    alarm.at(Spans.after(exchange.house.clock().nanoTime(), INTERVAL));
  }

  /** There is nothing left to look after, and the timer need not hold the pool until it finds that out. */
  void stop() {
    alarm.cancel();
  }

  private void look() {
    boolean more = true;
    try {
      more = lookThrough();
    } finally {
      if (more) {
        watch();
      }
    }
  }

  /** One round; returns whether anything exists. */
  private boolean lookThrough() {
    long now = exchange.house.clock().nanoTime();
    List<Runnable> reports = new ArrayList<>(0);
    for (Slot<T> slot : exchange.table.all()) {
      long w = slot.word();
      switch (Slot.state(w)) {
        case Slot.CLAIMED -> claimed(slot, w, now, reports);
        case Slot.RETURNING -> {
          claimed(slot, w, now, reports);
          resetting(slot, w, now, reports);
        }
        case Slot.RETIRED -> {
          Thread owner = slot.owner();
          if (slot.isOwned(Slot.claimOf(w)) && owner != null && !owner.isAlive()) {
            exchange.ending.letGo(slot, w);
          }
        }
        default -> {}
      }
    }
    boolean more;
    exchange.turn.begin();
    try {
      for (Slot<T> slot : exchange.table.all()) {
        hooks(slot, now, reports);
        long w = slot.word();
        if (Slot.state(w) == Slot.FREE) {
          slot.forgetOwner(w);
        }
      }
      exchange.supply.inspection().retireStale(exchange.house.coarseTime());
      exchange.supply.provide();
      exchange.publish();
      more = exchange.supply.existing() > 0;
    } finally {
      exchange.turn.end();
    }
    if (!reports.isEmpty()) {
      exchange.tell(() -> reports.forEach(Runnable::run));
    }
    return more;
  }

  private void claimed(Slot<T> slot, long word, long now, List<Runnable> reports) {
    long claim = Slot.claimOf(word);
    if (!slot.isOwned(claim)) {
      return; // its claimer has not written its name yet
    }
    Thread owner = slot.owner();
    long since = slot.claimedAt();
    VarHandle.loadLoadFence();
    if (slot.word() != word) {
      return;
    }
    if (owner != null && !owner.isAlive() && word == claim) {
      leaked(slot, claim, owner, since, now, reports);
    } else if (now - since >= exchange.settings.expectedWithin() && slot.overdueReported != claim) {
      slot.overdueReported = claim;
      String what = "lease " + PooledLease.id(slot, claim) + " held " + Spans.words(now - since);
      String rest = "; expected within " + Spans.words(exchange.settings.expectedWithin()) + figures();
      reports.add(() -> exchange.report(ResourceEvent.LEASE_OVERDUE, what, owner, since, rest));
    }
  }

  /** A reset runs in no turn, so that nobody has written when it began: the patrol counts from its first sight. */
  private void resetting(Slot<T> slot, long returning, long now, List<Runnable> reports) {
    if (slot.resetSeen != returning) {
      slot.resetSeen = returning;
      slot.resetSince = now;
      slot.resetReported = false;
    } else if (now - slot.resetSince >= SLOW && !slot.resetReported) {
      slot.resetReported = true;
      reports.add(slow("reset", now - slot.resetSince));
    }
  }

  private Runnable slow(String hook, long nanos) {
    String what = hook + " has run for " + Spans.words(nanos);
    return () -> exchange.report(ResourceEvent.HOOK_SLOW, what, null, 0, "; its object counts against the size until it returns");
  }

  private void leaked(Slot<T> slot, long claim, Thread owner, long since, long now, List<Runnable> reports) {
    if (slot.leakReported == claim) {
      return;
    }
    slot.leakReported = claim;
    boolean reclaimed;
    exchange.turn.begin();
    try {
      if (slot.word() != claim) {
        return; // closed by another thread, just now
      }
      exchange.counts.leaked++;
      reclaimed = exchange.settings.leakPolicy() == LeakPolicy.DESTROY && exchange.ending.revoke(slot, claim, true);
      exchange.publish();
    } finally {
      exchange.turn.end();
    }
    String what = "lease " + PooledLease.id(slot, claim) + " was not closed, taken " + Spans.words(now - since) + " ago";
    String rest = ", which has ended" + (reclaimed ? "; the object is destroyed and replaced" : "") + figures();
    reports.add(() -> exchange.report(ResourceEvent.LEASE_LEAKED, what, owner, since, rest));
  }

  private String figures() {
    exchange.turn.begin();
    try {
      return "; leased " + exchange.table.count(Slot.CLAIMED) + '/' + exchange.supply.limit() + ", pending " + exchange.line.size();
    } finally {
      exchange.turn.end();
    }
  }

  private void hooks(Slot<T> slot, long now, List<Runnable> reports) {
    String hook = hook(Slot.state(slot.word()));
    if (hook != null && now - slot.hookSince >= SLOW && !slot.slowReported) {
      slot.slowReported = true;
      reports.add(slow(hook, now - slot.hookSince));
    }
  }

  private static @Nullable String hook(int state) {
    return switch (state) {
      case Slot.CREATING -> "create";
      case Slot.CHECKING -> "validate";
      case Slot.DESTROYING -> "destroy";
      default -> null;
    };
  }
}
