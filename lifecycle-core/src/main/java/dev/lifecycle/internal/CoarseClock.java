package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A clock that is cheap to read and lags the precise one by a tick or two: for starts, ages and expiry checks on hot paths. It never leads. On a clock
 * that is moved by hand it is that clock.
 *
 * <h2>States</h2>
 *
 * <p>{@code now} holds the last tick's reading, or {@link #STOPPED}. A daemon thread writes it every 5 ms and clears {@code touched}; a reader sets
 * {@code touched} only when it finds it clear, so that readers do not write a shared line. A tick that finds {@code touched} clear twice in a row stores
 * STOPPED and parks without a limit: an idle process is not woken. A reader that finds STOPPED reads the precise clock and wakes the thread.
 *
 * <h2>Memory order</h2>
 *
 * <p>Only the thread writes a reading to {@code now}; a reader may only replace STOPPED by 0 (started, no reading yet), by CAS, and unparks the thread
 * if it won. Since the thread stores STOPPED before it parks and re-reads it after each wake-up, the unpark of a winner is never lost. Reads are opaque:
 * a reader needs some recent value, not an order with other variables.
 */
final class CoarseClock {
  private static final long STOPPED = -1;
  private static final long STARTING = 0;
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final VarHandle NOW;
  private static final VarHandle TOUCHED;
  private static final CoarseClock SYSTEM = new CoarseClock(SystemClock.INSTANCE, false);

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NOW = lookup.findVarHandle(CoarseClock.class, "now", long.class);
      TOUCHED = lookup.findVarHandle(CoarseClock.class, "touched", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MonotonicClock clock;
  private final boolean precise;
  private volatile long now = STOPPED;
  private volatile boolean touched;
  private volatile @Nullable Thread thread;

  CoarseClock(MonotonicClock clock, boolean precise) {
    this.clock = clock;
    this.precise = precise;
  }

  /** The coarse clock of a clock: a ticking one for the system's, else the clock itself. */
  static CoarseClock on(MonotonicClock clock) {
    return clock == SystemClock.INSTANCE ? SYSTEM : new CoarseClock(clock, true);
  }

  /** A reading that is at most the precise one. */
  long nanoTime() {
    if (precise) {
      return clock.nanoTime();
    }
    long n = (long) NOW.getOpaque(this);
    if (n <= STARTING) {
      return slow(n);
    }
    if (!(boolean) TOUCHED.getOpaque(this)) {
      TOUCHED.setOpaque(this, true);
    }
    return n;
  }

  private long slow(long seen) {
    if (seen == STOPPED && NOW.compareAndSet(this, STOPPED, STARTING)) {
      wake();
    }
    return clock.nanoTime();
  }

  private void wake() {
    Thread t = thread;
    if (t == null) {
      try {
        t = Workers.daemon(this::loop, "lifecycle-clock");
        thread = t;
        t.start();
      } catch (OutOfMemoryError e) {
        thread = null;
        now = STOPPED; // the next reader tries again; until then everybody reads the precise clock
      }
    } else {
      LockSupport.unpark(t);
    }
  }

  private void loop() {
    int idle = 0;
    for (;;) {
      if (touched) {
        touched = false;
        idle = 0;
      } else if (++idle >= 2) {
        now = STOPPED;
        while (now == STOPPED) {
          LockSupport.park(this);
          Thread.interrupted();
        }
        idle = 0;
      }
      now = Math.max(1, clock.nanoTime());
      LockSupport.parkNanos(this, TICK_NANOS);
      Thread.interrupted();
    }
  }

  /** Whether the thread is parked because nobody reads: for tests. */
  boolean isStopped() {
    return now == STOPPED;
  }
}
