package dev.lifecycle.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A body on a thread: a task's, a call's, or shielded cleanup. It holds the word that decides who may interrupt that thread, and when.
 *
 * <h2>The problem</h2>
 *
 * <p>{@link Thread#interrupt} names a thread, not the work on it. Sent a moment late it hits whatever runs there next: the next task of a pool, the code
 * after a call. So every interrupt of this library goes through the word of the frame it is meant for.
 *
 * <h2>States</h2>
 *
 * <pre>
 *   NEW ------------> RUNNING -----------------------> DONE
 *    |                 |   ^ \                          ^
 *    |                 v   |  v                         |
 *    |            SHIELDED |  INTERRUPTING -> INTERRUPTED
 *    |                 |   |  ^    ^               |
 *    |                 v   |  |    +---------------+  (second delivery)
 *    |        SHIELDED_PENDING     (end of the shield)
 *    +--> CANCELLED | REJECTED
 * </pre>
 *
 * <p>Who writes: the runner takes NEW to RUNNING, enters and leaves shields and ends in DONE. A deliverer takes RUNNING or INTERRUPTED to INTERRUPTING,
 * interrupts, and stores INTERRUPTED; {@code Thread.interrupt} is called nowhere else for the sake of a cancel. A deliverer that finds a shield leaves
 * SHIELDED_PENDING, and the end of the shield delivers. Of a body that has not begun, whoever takes NEW to CANCELLED or REJECTED owns its removal; of one
 * that has begun only the runner does. DONE, CANCELLED and REJECTED are final.
 *
 * <p>A thread that is started for one body knows its frame before it starts. On a thread that is shared (a pool's, a caller's) the runner passes through
 * SHIELDED on its way from NEW to RUNNING: it must win the frame before it may write {@link #thread}, and a deliverer that comes in between is made to
 * wait by the shield.
 *
 * <h2>The end of a body</h2>
 *
 * <p>On a thread that outlives the body the runner waits for INTERRUPTING to become INTERRUPTED (the deliverer is between two instructions: spin a little,
 * then yield, report after a second; the only such wait of the library), so that the interrupt has landed, and clears the flag. On a thread made for one
 * body nothing waits: a late interrupt hits a thread that ends.
 *
 * <p>The flag is one bit. An interrupt from outside that lands between ours and the end of the body is cleared with ours; nobody can tell them apart.
 *
 * <h2>Nesting</h2>
 *
 * <p>Frames nest on a thread: a call in a task, a task run by its caller. All share the thread's flag. The upper bits of the word count deliveries; a frame
 * remembers the sum over its enclosing frames when it begins, and if the sum has grown when it ends, the flag that it cleared was also meant for them and
 * is set again. The first sum leaves out what is still INTERRUPTING and is read before the runner looks at the flag, so that an interrupt is either in the
 * flag that the runner found or makes the sum grow. Reading the second sum after clearing is safe: a delivery counted before its interrupt has landed only
 * sets the flag twice.
 *
 * <h2>Memory order</h2>
 *
 * <p>All transitions are CAS on the volatile word. {@link #thread} is written before the word says that there is one to interrupt.
 */
abstract class Frame {
  static final int NEW = 0;
  static final int RUNNING = 1;
  static final int SHIELDED = 2;
  static final int SHIELDED_PENDING = 3;
  static final int INTERRUPTING = 4;
  static final int INTERRUPTED = 5;
  static final int DONE = 6;
  static final int CANCELLED = 7;
  static final int REJECTED = 8;

  private static final int STATE = 0xF;
  private static final int DELIVERY = 0x10;
  private static final int SPINS = 100;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);
  private static final VarHandle WORD;
  private static final VarHandle THREAD;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(Frame.class, "word", int.class);
      THREAD = lookup.findVarHandle(Frame.class, "thread", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The scope that this body belongs to. */
  final ScopeCore scope;

  /** The thread that runs the body; null before and after. */
  volatile @Nullable Thread thread;

  /** The frame below on the same thread. Written and read by that thread, and through {@link ShieldFrame} by a timer after it was published. */
  @Nullable Frame enclosing;

  private volatile int word;
  private int enclosingDeliveries;

  Frame(ScopeCore scope, int state) {
    this.scope = scope;
    WORD.set(this, state); // plain: published with the frame
  }

  final int phase() {
    return word & STATE;
  }

  /** Whether any interrupt was sent to this frame. */
  final boolean wasInterrupted() {
    return word >= DELIVERY;
  }

  /** Names the thread that is made for the body, before it is started; gives way to a joiner that has taken the body meanwhile. */
  final void assign(Thread made) {
    THREAD.compareAndSet(this, null, made);
  }

  // ---- the runner

  /**
   * Places the frame on top of another one of the same thread; called by the runner before the body.
   *
   * @param landed {@link #landed(Frame, ScopeCore)} of the frames below, read before the runner looked at the thread's flag
   */
  final void nestIn(@Nullable Frame below, int landed) {
    enclosing = below;
    enclosingDeliveries = landed;
  }

  /** NEW to RUNNING on a thread that was made for this body. */
  final boolean begin() {
    return WORD.compareAndSet(this, NEW, RUNNING);
  }

  /** NEW to RUNNING on the current thread, which other bodies use too. */
  final boolean beginShared(@Nullable Frame below, int landed) {
    if (!WORD.compareAndSet(this, NEW, SHIELDED)) {
      return false;
    }
    THREAD.setOpaque(this, Thread.currentThread()); // published by the end of the shield
    nestIn(below, landed);
    unshield();
    return true;
  }

  /** NEW to RUNNING on the current thread of a body that nobody else can begin, cancel or refuse. */
  final void beginOwn(@Nullable Frame below, int landed) {
    THREAD.set(this, Thread.currentThread()); // plain: published by the word
    nestIn(below, landed);
    WORD.setVolatile(this, RUNNING);
  }

  /** Forgets the thread of a body that has ended. */
  final void forgetThread() {
    THREAD.setRelease(this, null);
  }

  /** Of a body that has not begun: wins the right to remove it. */
  final boolean refuse(int state) {
    return WORD.compareAndSet(this, NEW, state);
  }

  /** Ends the body on a thread that was made for it. */
  final void end() {
    for (;;) {
      int w = word;
      if (WORD.compareAndSet(this, w, w & ~STATE | DONE)) {
        return;
      }
    }
  }

  /**
   * Ends the body on a thread that goes on, after which no interrupt for it can land.
   *
   * @param base true if the thread is a pool's and nothing of ours is below: the flag is cleared whoever set it
   * @param before whether the flag must be set again because it was before the body
   */
  final void endShared(boolean base, boolean before) {
    for (;;) {
      int w = word;
      if ((w & STATE) == INTERRUPTING) {
        awaitDelivery();
      } else if (WORD.compareAndSet(this, w, w & ~STATE | DONE)) {
        break;
      }
    }
    if (base) {
      Thread.interrupted();
      return;
    }
    if (wasInterrupted()) {
      Thread.interrupted();
    }
    if (before || deliveries(enclosing) != enclosingDeliveries) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on interrupts wait. Returns false if they already did. */
  final boolean shield() {
    for (;;) {
      int w = word;
      switch (w & STATE) {
        case RUNNING, INTERRUPTED -> {
          if (WORD.compareAndSet(this, w, w & ~STATE | SHIELDED)) {
            return true;
          }
        }
        case INTERRUPTING -> awaitDelivery();
        default -> {
          return false;
        }
      }
    }
  }

  /** Lets interrupts through again and delivers the one that waited. Called by the runner, or by the timer when a shield is past its bound. */
  final void unshield() {
    for (;;) {
      int w = word;
      switch (w & STATE) {
        case SHIELDED -> {
          if (WORD.compareAndSet(this, w, w & ~STATE | RUNNING)) {
            return;
          }
        }
        case SHIELDED_PENDING -> {
          if (deliver(w)) {
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  // ---- the deliverers

  /**
   * Interrupts the body if it runs.
   *
   * @param again also if it has been interrupted before
   */
  final void interrupt(boolean again) {
    for (;;) {
      int w = word;
      switch (w & STATE) {
        case RUNNING -> {
          if (deliver(w)) {
            return;
          }
        }
        case INTERRUPTED -> {
          if (!again || deliver(w)) {
            return;
          }
        }
        case SHIELDED -> {
          if (WORD.compareAndSet(this, w, w & ~STATE | SHIELDED_PENDING)) {
            return;
          }
        }
        default -> {
          return; // pending, being delivered, ended, or not begun
        }
      }
    }
  }

  private boolean deliver(int from) {
    Thread target = thread;
    int sending = (from & ~STATE) + DELIVERY | INTERRUPTING;
    if (!WORD.compareAndSet(this, from, sending)) {
      return false;
    }
    try {
      if (target != null) {
        target.interrupt();
      }
    } finally {
      WORD.compareAndSet(this, sending, sending & ~STATE | INTERRUPTED); // fails if the body has ended on a thread of its own
    }
    return true;
  }

  private void awaitDelivery() {
    int spins = 0;
    long since = 0;
    while (phase() == INTERRUPTING) {
      if (++spins <= SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
        if (since == 0) {
          since = System.nanoTime();
        } else if (since > 0 && System.nanoTime() - since > PATIENCE) {
          since = -1;
          Reports.internal("an interrupt is being delivered for over a second", null);
        }
      }
    }
  }

  private static int deliveries(@Nullable Frame top) {
    return deliveries(top, null);
  }

  /** As {@link #deliveries(Frame, ScopeCore)}, but only those that have landed for certain. */
  static int landed(@Nullable Frame top, @Nullable ScopeCore except) {
    int sum = 0;
    for (Frame f = top; f != null; f = f.enclosing) {
      if (f.scope != except) {
        int w = f.word;
        sum += (w >>> 4) - ((w & STATE) == INTERRUPTING ? 1 : 0);
      }
    }
    return sum;
  }

  /** How many interrupts were sent to these frames, but for those of a scope. */
  static int deliveries(@Nullable Frame top, @Nullable ScopeCore except) {
    int sum = 0;
    for (Frame f = top; f != null; f = f.enclosing) {
      if (f.scope != except) {
        sum += f.word >>> 4;
      }
    }
    return sum;
  }
}
