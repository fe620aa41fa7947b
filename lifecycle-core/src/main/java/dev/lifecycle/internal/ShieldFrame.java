package dev.lifecycle.internal;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cleanup on a thread whose interrupts wait: the user's {@link Context#shield}, and the library's own defers, hooks and discard handlers.
 *
 * <p>On entry every frame below on this thread is shielded, up to the first that already was, and the interrupt flag is put aside; on exit both come back.
 * At the bound the timer lifts the shield from outside, which delivers the interrupt that waited; {@link Frame#unshield} is idempotent, so exit and timer
 * may meet.
 */
final class ShieldFrame extends Frame {
  /** The bound of the library's own cleanup. */
  static final long OWN_BOUND = TimeUnit.SECONDS.toNanos(30);

  /** The deadline that code inside sees. */
  final long deadline;

  private final Bound bound = new Bound();
  private @Nullable Frame shieldedUpTo;
  private boolean over; // guarded by bound
  private boolean overrun; // guarded by bound

  private ShieldFrame(ScopeCore scope, long deadline) {
    super(scope, RUNNING);
    this.deadline = deadline;
  }

  /** Runs the body shielded on this thread, on behalf of the scope. */
  static <T extends @Nullable Object, X extends Exception> T run(ScopeCore scope, long nanos, Context.Shielded<T, X> body) throws X {
    Object slot = Frames.slot();
    Frame below = Frames.get(slot);
    long deadline = Times.after(scope.lifecycle.clock.nanoTime(), nanos);
    if (below instanceof ShieldFrame outer) {
      deadline = Math.min(deadline, outer.deadline);
    }
    ShieldFrame shield = new ShieldFrame(scope, deadline);
    shield.thread = Thread.currentThread();
    shield.nestIn(below, landed(below, null));
    boolean before = shield.raise();
    try {
      Frames.set(slot, shield);
      shield.bound.due = deadline;
      scope.lifecycle.timer.add(shield.bound);
      return body.run();
    } finally {
      scope.lifecycle.timer.remove(shield.bound);
      Frames.set(slot, below);
      shield.leave(before);
    }
  }

  /** Shields the frames below; returns whether the flag was set, and clears it. */
  private boolean raise() {
    Frame f = enclosing;
    while (f != null && (f instanceof ShieldFrame || f.shield())) {
      f = f.enclosing;
    }
    shieldedUpTo = f;
    return Thread.interrupted();
  }

  private void lift() {
    for (Frame f = enclosing; f != null && f != shieldedUpTo; f = f.enclosing) {
      if (!(f instanceof ShieldFrame)) {
        f.unshield();
      }
    }
  }

  private void leave(boolean before) {
    boolean late;
    synchronized (bound) { // a timer that comes from here on must not lift the next shield
      over = true;
      late = !overrun && scope.lifecycle.clock.nanoTime() > deadline;
    }
    endShared(false, before);
    lift();
    if (late) {
      reportOverrun();
    }
  }

  private void reportOverrun() {
    scope.report(FailureReport.Kind.SHIELD_OVERRUN, "shielded code ran past its bound", null, null);
  }

  private void atBound() {
    synchronized (bound) {
      if (over) {
        return;
      }
      overrun = true;
      lift();
    }
    reportOverrun();
  }

  private final class Bound extends TimerNode {
    @Override
    void fire() {
      scope.lifecycle.workers.execute(ShieldFrame.this::atBound);
    }
  }
}
