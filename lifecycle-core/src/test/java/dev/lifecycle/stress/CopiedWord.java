package dev.lifecycle.stress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The protocol of the engine's frames in its smallest form, correct or with one seeded bug, to prove that the races would notice it.
 *
 * <p>The windows of the bugs are as wide as the random pauses in them, so that a hunt takes some hundred rounds and not a lucky preemption.
 */
public final class CopiedWord implements InterruptWord {
  /** What is wrong with it. */
  public enum Bug {
    /** Nothing. */
    NONE,
    /** Rule 24: the word says INTERRUPTED before the interrupt is sent. */
    NO_INTERRUPTING,
    /** Rule 24: the end does not wait until the interrupt has landed. */
    END_DOES_NOT_WAIT,
    /** Rule 24: a shield goes up while an interrupt is on its way. */
    SHIELD_DOES_NOT_WAIT,
    /** Rule 25: what is cleared is decided by the cancel's mark, what is sent by the word. */
    TWO_WORDS,
    /** Rule 24a: the end looks at the enclosing frames and then clears the flag. */
    LOOKS_BEFORE_CLEARING,
    /** Rule 24a: the end clears the flag and forgets the enclosing frames. */
    FORGETS_ENCLOSING
  }

  private static final int NEW = 0;
  private static final int RUNNING = 1;
  private static final int SHIELDED = 2;
  private static final int PENDING = 3;
  private static final int INTERRUPTING = 4;
  private static final int INTERRUPTED = 5;
  private static final int DONE = 6;

  private final Bug bug;
  private final AtomicInteger word = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean marked;
  private volatile Thread thread;
  private CopiedWord enclosing;
  private int enclosingSent;
  private boolean before;

  /** A word with this bug. */
  public CopiedWord(Bug bug) {
    this.bug = bug;
  }

  @Override
  public void begin() {
    beginIn(null);
  }

  /** Begins on top of another frame. */
  public void beginIn(CopiedWord below) {
    thread = Thread.currentThread();
    enclosing = below;
    enclosingSent = below == null ? 0 : below.landed();
    before = Thread.interrupted(); // after the sum: what lands in between is in both
    word.compareAndSet(NEW, RUNNING);
  }

  private int landed() {
    return sent.get() - (word.get() == INTERRUPTING ? 1 : 0);
  }

  @Override
  public void interrupt(boolean again) {
    marked = true;
    if (bug == Bug.TWO_WORDS) {
      Race.linger();
    }
    for (;;) {
      int w = word.get();
      boolean send = w == RUNNING || w == INTERRUPTED && again;
      if (w == SHIELDED && word.compareAndSet(w, PENDING) || !send && w != SHIELDED) {
        return;
      }
      if (send && deliver(w)) {
        return;
      }
    }
  }

  private boolean deliver(int from) {
    if (!word.compareAndSet(from, bug == Bug.NO_INTERRUPTING ? INTERRUPTED : INTERRUPTING)) {
      return false;
    }
    sent.incrementAndGet();
    if (bug == Bug.NO_INTERRUPTING || bug == Bug.END_DOES_NOT_WAIT || bug == Bug.SHIELD_DOES_NOT_WAIT) {
      Race.linger();
    } else {
      Race.dawdle();
    }
    thread.interrupt();
    word.compareAndSet(INTERRUPTING, INTERRUPTED);
    return true;
  }

  @Override
  public void end(boolean base) {
    for (int w = word.get(); ; w = word.get()) {
      if ((w != INTERRUPTING || bug == Bug.END_DOES_NOT_WAIT) && word.compareAndSet(w, DONE)) {
        break;
      }
      Thread.onSpinWait();
    }
    boolean grown = enclosing != null && enclosing.sent.get() != enclosingSent;
    if (bug == Bug.LOOKS_BEFORE_CLEARING) {
      Race.linger();
    }
    if (base || (bug == Bug.TWO_WORDS ? marked : sent.get() > 0)) {
      Thread.interrupted();
    }
    if (bug != Bug.LOOKS_BEFORE_CLEARING) {
      grown = enclosing != null && enclosing.sent.get() != enclosingSent;
    }
    if (!base && before || grown && bug != Bug.FORGETS_ENCLOSING) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean wasInterrupted() {
    return sent.get() > 0;
  }

  @Override
  public void shield() {
    for (int w = word.get(); ; w = word.get()) {
      boolean free = w == RUNNING || w == INTERRUPTED || w == INTERRUPTING && bug == Bug.SHIELD_DOES_NOT_WAIT;
      if (free && word.compareAndSet(w, SHIELDED)) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void unshield() {
    for (int w = word.get(); ; w = word.get()) {
      if (w == SHIELDED && word.compareAndSet(w, RUNNING) || w == PENDING && deliver(w)) {
        return;
      }
    }
  }
}
