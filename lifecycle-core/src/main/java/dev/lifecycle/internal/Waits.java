package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How threads wait for the end of tasks. */
final class Waits {
  private static final long TIMED_OUT = -1;

  private Waits() {}

  /** Waits for the future of a task; false if the time is over first. */
  static boolean forTask(TaskNode<?> task, VarHandle head, long nanos) throws InterruptedException {
    if (task.isDone()) {
      return true;
    }
    Inside.refuseGet(task);
    task.scope.applyDeadline();
    if (nanos == Long.MAX_VALUE) { // a body that is run here may take longer than a timed wait allows
      while (!task.isDone() && Helping.help(task)) {}
    }
    if (task.isDone()) {
      return true;
    }
    MonotonicClock clock = task.scope.lifecycle.clock;
    long until = nanos == Long.MAX_VALUE ? MonotonicClock.NEVER : Times.after(clock.nanoTime(), nanos);
    Waiter waiter = new Waiter();
    Waiter.push(head, task, waiter);
    try {
      while (!task.isDone()) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (until != MonotonicClock.NEVER && clock.nanoTime() >= until) {
          return false;
        }
        clock.parkUntil(task, until);
      }
      return true;
    } finally {
      if (waiter.thread != null) {
        Waiter.leave(head, task, waiter);
      }
    }
  }

  /** Waits until no task is live, or the rest is abandoned; returns the word of that instant. */
  static long untilQuiet(ScopeCore scope) throws InterruptedException {
    return untilQuiet(scope, MonotonicClock.NEVER, true);
  }

  /** Waits until no task is live, whatever happens to this thread; keeps its interrupt flag. */
  static long untilQuietUninterruptibly(ScopeCore scope) {
    try {
      return untilQuiet(scope, MonotonicClock.NEVER, false);
    } catch (InterruptedException e) {
      throw new AssertionError(e); // not thrown in this mode
    }
  }

  /** Waits until no task is live or the clock reads {@code until}; returns whether none is. */
  static boolean untilQuiet(ScopeCore scope, long until) throws InterruptedException {
    return untilQuiet(scope, until, true) != TIMED_OUT;
  }

  private static boolean isQuiet(long word) {
    return ScopeState.live(word) == 0 || ScopeState.is(word, ScopeState.ABANDONED);
  }

  private static long untilQuiet(ScopeCore scope, long until, boolean interruptible) throws InterruptedException {
    long word = scope.word();
    if (isQuiet(word)) {
      return word;
    }
    Interruption interruption = new Interruption(scope, interruptible);
    MonotonicClock clock = scope.lifecycle.clock;
    Waiter waiter = scope.await();
    try {
      for (;;) {
        if (waiter.thread == null) {
          return waiter.seen;
        }
        word = scope.word();
        if (isQuiet(word)) {
          return waiter.thread == null ? waiter.seen : word;
        }
        interruption.check();
        if (until != MonotonicClock.NEVER && clock.nanoTime() >= until) {
          return TIMED_OUT;
        }
        if (until != MonotonicClock.NEVER || !Helping.help(scope)) {
          clock.parkUntil(scope, until);
        }
      }
    } finally {
      if (waiter.thread != null) {
        scope.leave(waiter);
      }
      interruption.restore();
    }
  }

  /**
   * What an interrupt means to a thread that waits for a scope. One that this library sent because that scope was cancelled is no reason to leave: the end is
   * near, and what the scope came to says more than an {@code InterruptedException} would, whichever of the two comes first. Of the frames below that belong
   * to other scopes it is kept; one from outside ends the wait.
   */
  private static final class Interruption {
    private final ScopeCore scope;
    private final boolean interruptible;
    private final @Nullable Frame top = Frames.current();
    private final int othersBefore;
    private int known;
    private boolean wasThere;
    private boolean keep;

    Interruption(ScopeCore scope, boolean interruptible) {
      this.scope = scope;
      this.interruptible = interruptible;
      this.othersBefore = Frame.landed(top, scope);
      this.known = Frame.landed(top, null);
      this.wasThere = Thread.currentThread().isInterrupted();
    }

    void check() throws InterruptedException {
      if (!Thread.interrupted()) {
        return;
      }
      int sent = Frame.deliveries(top, null);
      boolean atStart = wasThere;
      wasThere = false;
      if (!interruptible) {
        keep = true;
      } else if (!scope.is(ScopeState.CANCELLED)) {
        throw new InterruptedException();
      } else if (sent == known && atStart) {
        int ofOthers = Frame.deliveries(top, scope);
        if (sent == 0) {
          throw new InterruptedException();
        }
        keep = sent == ofOthers; // nothing was sent to this scope's own body: whosever it is, it is not ours to take
      } else if (sent == known) {
        throw new InterruptedException();
      }
      known = sent;
    }

    void restore() {
      if (keep || Frame.deliveries(top, scope) != othersBefore) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits until the condition holds, which must wake the scope's watchers when it changes, or the clock reads {@code until}. */
  static boolean until(ScopeCore scope, BooleanSupplier condition, long until) throws InterruptedException {
    Interruption interruption = new Interruption(scope, true);
    try {
      return until(scope, condition, until, interruption);
    } finally {
      interruption.restore();
    }
  }

  private static boolean until(ScopeCore scope, BooleanSupplier condition, long until, Interruption interruption) throws InterruptedException {
    MonotonicClock clock = scope.lifecycle.clock;
    ScopeExtras extras = scope.extras();
    while (!condition.getAsBoolean()) {
      Waiter waiter = extras.watch();
      try {
        while (waiter.thread != null && !condition.getAsBoolean()) {
          interruption.check();
          if (clock.nanoTime() >= until) {
            return false;
          }
          clock.parkUntil(scope, until);
        }
      } finally {
        if (waiter.thread != null) {
          extras.leave(waiter);
        }
      }
    }
    return true;
  }

  /** Waits until another thread has closed the scope; keeps the interrupt flag. */
  static void untilClosed(ScopeCore scope) {
    uninterruptibly(scope, () -> scope.is(ScopeState.CLOSED));
  }

  /** Waits until the condition holds, which must wake the scope's watchers when it changes; keeps the interrupt flag. */
  static void uninterruptibly(ScopeCore scope, BooleanSupplier condition) {
    boolean flag = false;
    ScopeExtras extras = scope.extras();
    while (!condition.getAsBoolean()) {
      Waiter waiter = extras.watch();
      while (waiter.thread != null && !condition.getAsBoolean()) {
        LockSupport.park(scope);
        flag |= Thread.interrupted();
      }
      if (waiter.thread != null) {
        extras.leave(waiter);
      }
    }
    if (flag) {
      Thread.currentThread().interrupt();
    }
  }
}
