package dev.lifecycle.pool.stress;

import java.util.concurrent.atomic.AtomicInteger;

/** A pooled object that notices when two have it, when it is used or ended at the wrong time, and when something done to it is not seen by the next holder. */
final class Item {
  private final Round round;
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger uses = new AtomicInteger();
  private int usesPlainly;
  private boolean dirty;

  Item(Round round) {
    this.round = round;
  }

  /** A holder begins to use it. */
  void enter() {
    if (users.incrementAndGet() != 1) {
      round.wrong("two owners of one object");
    }
    if (ends.get() != 0) {
      round.wrong("given after its end");
    }
    if (round.resets && dirty) {
      round.wrong("given before it was reset");
    }
    dirty = true;
    if (uses.getAndIncrement() != usesPlainly++) {
      round.wrong("what the holder before did is not seen");
    }
  }

  void leave() {
    users.decrementAndGet();
  }

  void reset() {
    if (users.get() != 0) {
      round.wrong("reset while it is used");
    }
    dirty = false;
  }

  /** Whether it is good; asked by the pool. */
  boolean check() {
    if (users.get() != 0) {
      round.wrong("checked while it is used");
    }
    return true;
  }

  void end() {
    if (users.get() != 0) {
      round.wrong("ended under its holder");
    }
    if (ends.getAndIncrement() != 0) {
      round.wrong("ended twice");
    }
    round.alive.decrementAndGet();
  }
}
