package dev.lifecycle.internal;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The end of a supervisor, in steps: drain, wait, cancel, wait, close, report. The caller goes through them; each may be gone through by several callers, in
 * any overlap: the first to come does what is to be done, and of two times the earlier counts. A caller who is interrupted leaves what has begun, for the next
 * to take up. Nothing here holds a lock while it waits.
 */
final class Shutdown {
  private final Supervision supervision;
  private final ScopeCore scope;

  final Toll toll = new Toll();

  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean closed; // by the thread that won closing, after it has recorded what the close threw
  private long drainUntil = MonotonicClock.NEVER; // guarded by the monitor, under which nothing blocks
  private @Nullable JvmHook hook; // likewise

  Shutdown(Supervision supervision) {
    this.supervision = supervision;
    this.scope = supervision.scope;
  }

  static void check(Duration drain, Duration grace) {
    if (Objects.requireNonNull(drain, "drain").isNegative()) {
      throw new IllegalArgumentException("drain must not be negative: " + drain);
    }
    if (Objects.requireNonNull(grace, "grace").isNegative()) {
      throw new IllegalArgumentException("grace must not be negative: " + grace);
    }
  }

  void install(JvmHook jvmHook) {
    jvmHook.install();
    synchronized (this) {
      hook = jvmHook;
    }
    if (scope.is(ScopeState.CLOSED)) { // by its parent, before there was a hook to remove
      removeHook();
    }
  }

  // ---- the steps

  /** Begins: nothing more comes in from outside. Does not block. */
  void drain(Duration drain) {
    long now = now();
    long until = Times.after(now, Times.toNanos(drain));
    Draining.drain(scope);
    List<TaskNode<?>> live = Below.tasks(scope);
    toll.began(now, live, Below.all(scope));
    synchronized (this) {
      drainUntil = Math.min(drainUntil, until);
    }
    for (TaskNode<?> task : live) {
      DelayedStart delay = task.ext == null ? null : task.ext.delay;
      if (delay != null && task.isUnbegun() && delay.due > until) { // it would not come to run in time
        if (Cancellation.cancel(task, scope.reason(CancelReason.Kind.SHUTDOWN, "due after the end of the drain", null), true)) {
          toll.putOff(task);
        }
      }
    }
  }

  /** Waits until all work has ended by itself, or the time is over, or the supervisor is cancelled. */
  void awaitDrained() throws InterruptedException {
    long until;
    synchronized (this) {
      until = drainUntil;
    }
    if (awaitWork(until, false)) {
      boolean told = false;
      for (ScopeCore below : Below.of(scope, Below::isPart)) {
        ScopeExtras extras = below.extrasOrNull();
        if (extras != null && extras.endListener instanceof Outlasting outlasting) {
          outlasting.workEnded();
          told = true;
        }
      }
      if (told) {
        awaitWork(until, true);
      }
    }
  }

  /** Cancels what is left; what still runs after the grace is abandoned if the supervisor's options say so. Does not block. */
  void cancel(Duration grace) {
    cancel(grace, scope.options.afterGrace() == AfterGrace.ABANDON);
  }

  /** As {@link #cancel(Duration)}, whatever the options say. */
  void cancel(Duration grace, boolean abandon) {
    Reason reason = scope.reason(CancelReason.Kind.SHUTDOWN, "supervisor \"" + scope.purpose + "\" shuts down", null);
    cancel(reason, Times.after(now(), Times.toNanos(grace)), abandon);
  }

  /**
   * Cancels what is left.
   *
   * @param reason that of the shutdown, or of whoever ends this supervisor as a part of something
   * @param until the end of the grace
   * @param abandon whether what still runs then is abandoned
   */
  void cancel(Reason reason, long until, boolean abandon) {
    GraceWatch.Limit limit = new GraceWatch.Limit(until, abandon);
    toll.cancelled(now(), Below.tasks(scope), supervision.toStop());
    GraceWatch.limit(scope, limit);
    Below.all(scope).forEach(below -> GraceWatch.hurry(below, limit));
    Cancellation.cancelBut(scope, reason, Below::endsInOrder);
    supervision.stopServices(reason, until);
    for (Supervision child : Below.supervisors(scope)) { // its services stop in their order too
      child.shutdown.drain(Duration.ZERO);
      child.shutdown.cancel(reason, until, abandon);
    }
  }

  /** Waits until everything has ended or was abandoned. */
  void awaitEnd() throws InterruptedException {
    awaitAll(below -> !below.shielded, MonotonicClock.NEVER); // no cancel reaches the shielded, which may outlast the grace: the task that opened one is waited for
  }

  /** Runs cleanup and leaves the tree; returns what {@code close} must throw. */
  @Nullable Throwable close() {
    if (!closing.compareAndSet(false, true)) {
      Waits.uninterruptibly(scope, () -> closed); // and not only until the scope is: the report must have what the first closer's close threw
      return null;
    }
    try {
      Throwable failure = Closing.end(scope);
      if (failure != null && !(failure instanceof OrphanedTasksException)) {
        toll.failed(failure);
      }
      return failure;
    } finally {
      try {
        toll.report(scope); // now: the supervisor may be held for long, and what was counted need not be
      } finally {
        closed = true; // also if there was no memory for the report: the next closer must not wait without end
        scope.wakeWatchers();
      }
    }
  }

  /** The scope has closed, by whomever. */
  void scopeClosed() {
    removeHook();
    if (!closing.get()) { // by its parent: there will be nothing more to count
      toll.report(scope);
    }
  }

  private void removeHook() {
    JvmHook installed;
    synchronized (this) {
      installed = hook;
      hook = null;
    }
    if (installed != null) {
      installed.remove();
    }
  }

  /** All steps with the supervisor's own times; returns what {@code close} must throw. Keeps the interrupt flag. */
  @Nullable Throwable closeUninterruptibly() {
    boolean interrupted = false;
    try {
      if (!scope.is(ScopeState.CLOSED)) {
        drain(supervision.options.drain());
        for (boolean ended = false; !ended; ) {
          try {
            awaitDrained();
            cancel(scope.options.grace());
            awaitEnd();
            ended = true;
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
      return close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // ---- waiting

  /**
   * Waits for everything but services that run on, in nested supervisors too, until the reading or the cancel of the supervisor.
   *
   * @param all false: not for what outlasts the other work
   * @return whether all has ended by itself
   */
  private boolean awaitWork(long until, boolean all) throws InterruptedException {
    for (boolean waited = true; waited; ) {
      waited = false;
      for (ScopeCore below : Below.of(scope, Below::isPart)) {
        if (!Below.isService(below) && Below.isLive(below) && (all || !Outlasting.is(below))) {
          waited = true;
          if (!awaitDrained(below, () -> !Below.isLive(below), until)) {
            return false;
          }
        }
        Supervision part = Below.supervision(below);
        for (ServiceCore service : part == null ? List.<ServiceCore>of() : part.services()) {
          if (!service.hasEnded() && (!(service instanceof RestartedService restarted) || restarted.options.isEndingOnDrain())) {
            waited = true;
            if (!awaitDrained(service.scope, service::hasEnded, until)) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  /** Waits for a condition of a scope below; false if the time is over, or the supervisor is cancelled, which wakes who waits for a scope below. */
  private boolean awaitDrained(ScopeCore below, BooleanSupplier condition, long until) throws InterruptedException {
    return Waits.until(below, () -> condition.getAsBoolean() || scope.is(ScopeState.CANCELLED), until) && !scope.is(ScopeState.CANCELLED);
  }

  /** Waits until the supervisor ends and nothing is live; false if the time is over. */
  boolean awaitTermination(long until) throws InterruptedException {
    return Waits.until(scope, supervision::isEnding, until) && awaitIdle(until);
  }

  /** Waits until nothing is live and there is no service, or the supervisor is cancelled and everything has ended; false if the time is over. */
  boolean awaitIdle(long until) throws InterruptedException {
    return awaitAll(below -> true, until);
  }

  /** Waits until no task and no service is live, but for what was abandoned; false if the time is over. */
  private boolean awaitAll(Predicate<ScopeCore> filter, long until) throws InterruptedException {
    for (boolean waited = true; waited; ) { // what was waited for may have opened and forked more
      waited = false;
      for (ScopeCore below : Below.of(scope, filter)) {
        if (Below.isLive(below)) {
          waited = true;
          if (!Waits.untilQuiet(below, until)) {
            return false;
          }
        }
      }
      for (ServiceCore service : supervision.services()) {
        if (!isOver(service)) {
          waited = true;
          if (!Waits.until(service.scope, () -> isOver(service), until)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isOver(ServiceCore service) {
    return service.hasEnded() || service.scope.is(ScopeState.ABANDONED);
  }

  private long now() {
    return scope.lifecycle.clock.nanoTime();
  }

  ShutdownReport report() {
    return toll.report(scope);
  }
}
