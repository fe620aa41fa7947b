package dev.lifecycle.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The state of a scope: one packed word, and who waits on it.
 *
 * <h2>The word</h2>
 *
 * <pre>
 *   63 ............ 8   7 ... 0
 *   live tasks          flags: NO_ADMIT, CANCELLED, CLOSING, CLOSED, ABANDONED, LEFT (the tree)
 * </pre>
 *
 * <p>Every transition is one atomic step on the word, so that "admitted", "cancelled" and "the last one ended" have an order. Flags are only ever set. The
 * count includes tasks that are queued and tasks that ignore their cancel; it does not include the body of a call.
 *
 * <h2>Cancel</h2>
 *
 * <p>The canceller first wins {@link #mark} by CAS, then sets CANCELLED. The bit is the linearization point: before it nobody is cancelled, though the
 * reason may be there already. Whoever comes upon a mark without the bit sets the bit before going on, so that a stalled canceller holds up nobody.
 *
 * <h2>Fork and cancel</h2>
 *
 * <p>A fork counts (CAS, refused once a flag forbids it), lists its task, and then reads the word again; a canceller sets the bit and then walks the list.
 * One of them sees the other: either the fork finds the bit, or the walk finds the task. Both may try to remove a task that has not begun; the task's own
 * word decides (see {@link Frame}).
 *
 * <h2>Join</h2>
 *
 * <p>The step that takes the count to zero returns the word as it was at that instant, and hands it to the waiters. So a join tells whether the cancel or
 * the last end came first, even if the waiter wakes much later, when both have happened.
 *
 * <h2>Memory order</h2>
 *
 * <p>All accesses of the word are volatile. What a task did happens before its decrement, which happens before the return of whoever saw zero.
 */
abstract class ScopeState extends TimerNode {
  static final long NO_ADMIT = 1;
  static final long CANCELLED = 2;
  static final long CLOSING = 4;
  static final long CLOSED = 8;
  static final long ABANDONED = 16;
  static final long LEFT = 32;
  static final long ONE = 1 << 8;

  private static final VarHandle WORD;
  private static final VarHandle MARK;
  private static final VarHandle WAITERS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WORD = lookup.findVarHandle(ScopeState.class, "word", long.class);
      MARK = lookup.findVarHandle(ScopeState.class, "mark", Mark.class);
      WAITERS = lookup.findVarHandle(ScopeState.class, "waiters", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long word;
  private volatile @Nullable Mark mark;

  @SuppressWarnings("unused") // through WAITERS
  private volatile @Nullable Waiter waiters;

  /** The word; sets the bit of a cancel that has won and not set it yet. */
  final long word() {
    long w = word;
    if ((w & CANCELLED) == 0 && mark != null) {
      return set(CANCELLED);
    }
    return w;
  }

  /** Live tasks in a word. */
  static int live(long word) {
    return (int) (word >>> 8);
  }

  static boolean is(long word, long flag) {
    return (word & flag) != 0;
  }

  final boolean is(long flag) {
    return (word() & flag) != 0;
  }

  /** The winning cancel, or null; never one whose bit is not set. */
  final @Nullable Mark mark() {
    Mark m = mark;
    return m != null && is(word(), CANCELLED) ? m : null;
  }

  /** Sets a flag and returns the word after. */
  final long set(long flag) {
    return (long) WORD.getAndBitwiseOr(this, flag) | flag;
  }

  /** Sets a flag; returns whether this call did. */
  final boolean win(long flag) {
    return ((long) WORD.getAndBitwiseOr(this, flag) & flag) == 0;
  }

  /** Sets flags; returns whether this call set the first of them. */
  final boolean win(long flag, long more) {
    return ((long) WORD.getAndBitwiseOr(this, flag | more) & flag) == 0;
  }

  /** Wins the cancel, or helps the one who has won. */
  final boolean win(Mark m) {
    boolean won = MARK.compareAndSet(this, null, m);
    set(CANCELLED);
    return won;
  }

  /** Counts one more if the word is still the expected one. */
  final boolean admit(long expected) {
    return WORD.compareAndSet(this, expected, expected + ONE);
  }

  /** Closes if nothing has changed since the word was read. */
  final boolean change(long expected, long next) {
    return WORD.compareAndSet(this, expected, next);
  }

  /** Counts one less; wakes the waiters and returns true if that was the last. */
  final boolean leave() {
    long after = (long) WORD.getAndAdd(this, -ONE) - ONE;
    if (live(after) == 0) {
      wake(after);
      return true;
    }
    return false;
  }

  /** Wakes everybody who waits for the count, with this word. */
  final void wake(long seen) {
    if (waiters != null) {
      Waiter.wakeAll(WAITERS, this, seen);
    }
  }

  final Waiter await() {
    Waiter waiter = new Waiter();
    Waiter.push(WAITERS, this, waiter);
    return waiter;
  }

  final void leave(Waiter waiter) {
    Waiter.leave(WAITERS, this, waiter);
  }
}
