package dev.lifecycle.pool.objects;

import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.spi.Work;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * Looks at free objects before they are given: ends those that are too old, and asks of those that have lain idle whether they are good. The question is put on
 * a thread of the private scope; whoever wants the object waits in line meanwhile, and the object that proves good goes to the first in line. Used in turns.
 */
final class Inspection<T> {
  private final Exchange<T> exchange;
  private final Supply<T> supply;
  private final Settings<T> settings;

  private int running;

  /** How often all that is idle was to go. */
  private int retirements;

  /** Whether there may be free objects that must be looked at; counts while somebody waits, since what is freed then is young. */
  private boolean mayHaveAged;

  Inspection(Exchange<T> exchange, Supply<T> supply) {
    this.exchange = exchange;
    this.supply = supply;
    this.settings = exchange.settings;
  }

  /** How many checks run, or are about to. */
  int running() {
    return running;
  }

  /** What is being asked now is to go too, whatever the answer. */
  void retire() {
    retirements++;
  }

  /** Whether a free object must be looked at before it is given; ends it if it is too old. */
  boolean isStale(Slot<T> slot, long free, long now) {
    if (now >= slot.expiresAt || now - slot.idleSince >= slot.maxIdle) {
      if (supply.destroy(slot, free)) {
        exchange.counts.expired++;
      }
      return true;
    }
    return now - slot.idleSince >= slot.lookAfter;
  }

  /** Somebody begins to wait, and what lies idle has not been looked at. */
  void mayHaveAged() {
    mayHaveAged = true;
  }

  /** Ends what lies idle and is too old. */
  void retireStale(long now) {
    for (int i = 0; i < exchange.table.length(); i++) {
      Slot<T> slot = exchange.table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.FREE) {
        isStale(slot, w, now);
      }
    }
  }

  /** Destroys the idle that would have to be asked before they are given. */
  void endStale() {
    long now = exchange.house.coarseTime();
    for (int i = 0; i < exchange.table.length(); i++) {
      Slot<T> slot = exchange.table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.FREE && isStale(slot, w, now)) {
        supply.destroy(slot, w);
      }
    }
  }

  /** Ends idle objects that are too old, and begins to check those that must be, up to so many; returns how many. */
  int begin(int wanted) {
    if (!settings.ages() || exchange.line.size() > 0 && !mayHaveAged || exchange.room.isOwnerCancelled()) {
      return 0;
    }
    int begun = 0;
    long now = exchange.house.coarseTime();
    for (int i = 0; i < exchange.table.length() && begun < wanted; i++) {
      Slot<T> slot = exchange.table.get(i);
      long w = slot.word();
      if (Slot.state(w) == Slot.FREE && isStale(slot, w, now) && settings.validate() != null && slot.move(w, Slot.CHECKING)) {
        slot.hookSince = exchange.house.clock().nanoTime();
        slot.checkedFor = retirements;
        running++;
        begun++;
        exchange.turn.after(() -> exchange.room.start("check", new Checking(slot)));
      }
    }
    mayHaveAged = begun == wanted;
    return begun;
  }

  private final class Checking implements Work {
    private final Slot<T> slot;

    Checking(Slot<T> slot) {
      this.slot = slot;
    }

    @Override
    public void run() {
      if (exchange.ending.isClosed()) { // as for a creation
        neverRun(new CancellationException("pool \"" + settings.name() + "\" is closed"));
        return;
      }
      boolean good = false;
      Throwable failure = null;
      try {
        ObjectPool.Check<? super T> check = Objects.requireNonNull(settings.validate());
        good = check.test(Objects.requireNonNull(slot.object));
      } catch (Throwable t) { // means invalid
        failure = t;
      }
      checked(slot, good, true);
      Supply.rethrowFatal(failure);
    }

    @Override
    public void neverRun(Throwable why) {
      checked(slot, false, false);
    }
  }

  private void checked(Slot<T> slot, boolean good, boolean asked) {
    exchange.turn.begin();
    try {
      running--;
      supply.arrived();
      slot.hookSince = 0;
      slot.slowReported = false;
      long w = slot.word();
      if (good && slot.checkedFor == retirements) {
        slot.idleSince = exchange.house.coarseTime();
        exchange.give(slot, w);
      } else { // bad, or to go with all that was idle when it was asked, or never asked
        if (asked && !good) {
          exchange.counts.invalid++;
        }
        supply.destroy(slot, w);
      }
      supply.provide();
      exchange.publish();
    } finally {
      exchange.turn.end();
    }
  }
}
