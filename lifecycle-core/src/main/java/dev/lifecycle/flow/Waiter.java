package dev.lifecycle.flow;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits in a {@link Line}, used for one wait.
 *
 * <p>Whoever ends the wait does so under the lock of the buffer, takes the waiter out of its line, and writes {@code state} last; the waiter reads
 * {@code state} without the lock and then whatever was written before. The links are guarded by the lock, except that those of woken waiters, which are in
 * no line, belong to the waker.
 */
final class Waiter<T> {
  /** How a wait stands. */
  enum State {
    /** Goes on. */
    WAITING,
    /** The consumer has its element, the producer's is in the buffer, what was waited for has come. */
    SERVED,
    /** The buffer was closed. */
    CLOSED,
    /** The scope was cancelled. */
    CANCELLED,
    /** The waiter gave up. */
    LEFT
  }

  final Thread thread = Thread.currentThread();
  volatile State state = State.WAITING;

  /** What a producer brings, or what a consumer is given. */
  @Nullable T item;

  /** When the producer came; for one who waits for the end of elements, up to which. */
  long stamp;

  @Nullable Waiter<T> prev;
  @Nullable Waiter<T> next;

  /** Wakes a chain of waiters that are in no line. Not under the lock: it takes a microsecond or more for each. */
  static <T> void wake(@Nullable Waiter<T> chain) {
    for (Waiter<T> w = chain; w != null; ) {
      Waiter<T> after = w.next;
      LockSupport.unpark(w.thread);
      w = after;
    }
  }
}
