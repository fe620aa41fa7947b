package dev.lifecycle.internal;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a supervisor, in steps: drain, wait, cancel, wait, close, report. The caller goes through them; each may be gone through by several callers, in
 * any overlap: the first to come does what is to be done, and of two times the earlier counts. A caller who is interrupted leaves what has begun, for the next
 * to take up. Nothing here holds a lock while it waits.
 */
final class Shutdown {
  private final Supervision supervision;
  private final ScopeCore scope;

  // Guarded by the monitor, under which nothing blocks.
  private final Set<ScopeCore> seen = new LinkedHashSet<>(); // every scope that was there at a step, for its orphans
  private final Map<ServiceCore, Boolean> services = new LinkedHashMap<>();
  private List<TaskNode<?>> atBegin = List.of();
  private List<TaskNode<?>> atCancel = List.of();
  private final List<TaskNode<?>> putOff = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private long beganAt = MonotonicClock.NEVER;
  private long drainUntil = MonotonicClock.NEVER;
  private long cancelledAt = MonotonicClock.NEVER;
  private @Nullable JvmHook hook;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean closed; // by the thread that won closing, after it has recorded what the close threw
  private @Nullable ShutdownReport report;

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
    List<TaskNode<?>> live = live();
    synchronized (this) {
      if (beganAt == MonotonicClock.NEVER) {
        beganAt = now;
        atBegin = live;
      }
      drainUntil = Math.min(drainUntil, until);
    }
    for (TaskNode<?> task : live) {
      if (task.ext != null && task.ext.delay != null && task.isUnbegun() && task.ext.delay.due > until) { // it would not come to run in time
        if (Cancellation.cancel(task, scope.reason(CancelReason.Kind.SHUTDOWN, "due after the end of the drain", null), true)) {
          synchronized (this) {
            putOff.add(task);
          }
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
      for (ScopeCore below : scopes(Shutdown::isPart)) {
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
    long now = now();
    GraceWatch.Limit limit = new GraceWatch.Limit(until, abandon);
    List<TaskNode<?>> live = live();
    List<ServiceCore> left = supervision.toStop();
    synchronized (this) {
      if (cancelledAt == MonotonicClock.NEVER) {
        cancelledAt = now;
        atCancel = live;
        left.forEach(service -> services.put(service, true));
      }
    }
    GraceWatch.limit(scope, limit);
    forEachBelow(scope, below -> true, below -> GraceWatch.hurry(below, limit));
    Cancellation.cancelBut(scope, reason, Shutdown::isService);
    supervision.stopServices(reason, until);
  }

  /** Waits until everything has ended or was abandoned. */
  void awaitEnd() throws InterruptedException {
    for (boolean waited = true; waited; ) { // services open scopes until their turn comes
      waited = false;
      for (ScopeCore below : scopes(below -> !below.shielded)) { // no cancel reaches those, which may outlast the grace: the task that opened one is waited for
        if (isLive(below)) {
          waited = true;
          Waits.untilQuiet(below, MonotonicClock.NEVER);
        }
      }
      for (ServiceCore service : supervision.services()) {
        if (!service.hasEnded() && !service.scope.is(ScopeState.ABANDONED)) {
          waited = true;
          Waits.until(service.scope, () -> service.hasEnded() || service.scope.is(ScopeState.ABANDONED), MonotonicClock.NEVER);
        }
      }
    }
  }

  /** Runs cleanup and leaves the tree; returns what {@code close} must throw. */
  @Nullable Throwable close() {
    scopes(below -> true); // also those opened since the cancel
    if (!closing.compareAndSet(false, true)) {
      Waits.uninterruptibly(scope, () -> closed); // and not only until the scope is: the report must have what the first closer's close threw
      return null;
    }
    try {
      Throwable failure = Closing.end(scope);
      if (failure != null && !(failure instanceof OrphanedTasksException)) {
        synchronized (this) {
          failures.add(failure);
        }
      }
      return failure;
    } finally {
      closed = true;
      scope.wakeWatchers();
    }
  }

  /** The scope has closed, by whomever. */
  void removeHook() {
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
      for (ScopeCore below : scopes(Shutdown::isPart)) {
        if (!isService(below) && isLive(below) && (all || !Outlasting.is(below))) {
          waited = true;
          if (!awaitDrained(below, () -> !isLive(below), until)) {
            return false;
          }
        }
        ScopeExtras extras = below.extrasOrNull();
        for (ServiceCore service : extras != null && extras.endListener instanceof Supervision part ? part.services() : List.<ServiceCore>of()) {
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
    for (;;) {
      boolean waited = false;
      for (ScopeCore below : scopes(below -> true)) {
        if (isLive(below)) {
          waited = true;
          if (!Waits.untilQuiet(below, until)) {
            return false;
          }
        }
      }
      for (ServiceCore service : supervision.services()) {
        waited = true;
        if (!Waits.until(service.scope, () -> service.hasEnded() || service.scope.is(ScopeState.ABANDONED), until)) {
          return false;
        }
        waited = service.hasEnded();
      }
      if (!waited) {
        return true;
      }
    }
  }

  private static boolean isLive(ScopeCore below) {
    long w = below.word();
    return ScopeState.live(w) > 0 && !ScopeState.is(w, ScopeState.ABANDONED);
  }

  // ---- looking

  private static boolean isService(ScopeCore below) {
    ScopeExtras extras = below.extrasOrNull();
    return extras != null && extras.service instanceof RestartedService;
  }

  /** What a service runs in scopes of its own is the service's, unless that is a supervisor. */
  private static boolean isPart(ScopeCore below) {
    ScopeCore parent = below.parent;
    ScopeExtras extras = below.extrasOrNull();
    return !below.shielded && (parent == null || !isService(parent) || extras != null && extras.endListener instanceof Supervision);
  }

  private interface Filter {
    boolean takes(ScopeCore below);
  }

  /** Visits the scope and what is below it, parents first; what the filter does not take is left out with all below. */
  private static void forEachBelow(ScopeCore top, Filter filter, Consumer<ScopeCore> visitor) {
    List<ScopeCore> all = new ArrayList<>();
    all.add(top);
    for (int i = 0; i < all.size(); i++) { // grows while it is walked: a deep tree must not need a deep stack
      ScopeCore s = all.get(i);
      visitor.accept(s);
      Chain<ScopeCore> children = s.childrenOrNull();
      if (children != null) {
        children.forEach(
            child -> {
              if (filter.takes(child)) {
                all.add(child);
              }
            });
      }
    }
  }

  private List<ScopeCore> scopes(Filter filter) {
    List<ScopeCore> all = new ArrayList<>();
    forEachBelow(scope, filter, all::add);
    synchronized (this) {
      seen.addAll(all);
    }
    return all;
  }

  /** The live tasks but for runs of services. */
  private List<TaskNode<?>> live() {
    List<TaskNode<?>> live = new ArrayList<>();
    for (ScopeCore below : scopes(below -> true)) {
      TaskList tasks = below.tasksOrNull();
      if (tasks != null && !isService(below)) {
        tasks.forEach(live::add);
      }
    }
    return live;
  }

  private long now() {
    return scope.lifecycle.clock.nanoTime();
  }

  // ---- the report

  /** A scope has left orphans: the shutdowns above must name them, also if the scope's parent has closed and left the tree by the time they look. */
  static void orphaned(ScopeCore scope) {
    for (ScopeCore s = scope; s != null; s = s.parent) {
      ScopeExtras extras = s.extrasOrNull();
      if (extras != null && extras.endListener instanceof Supervision above) {
        above.shutdown.add(scope);
      }
    }
  }

  private synchronized void add(ScopeCore below) {
    if (beganAt != MonotonicClock.NEVER && report == null) {
      seen.add(below);
    }
  }

  synchronized ShutdownReport report() {
    if (report == null) {
      report = make();
    }
    return report;
  }

  private ShutdownReport make() {
    List<OrphanReport.Orphan> orphans = new ArrayList<>();
    Set<Long> orphaned = new LinkedHashSet<>();
    for (ScopeCore below : seen) {
      ScopeExtras extras = below.extrasOrNull();
      OrphanReport of = extras == null ? null : extras.orphans;
      if (extras != null && of != null) {
        extras.orphansSeen = true;
        for (OrphanReport.Orphan orphan : of.orphans()) {
          if (orphaned.add(orphan.taskId())) {
            orphans.add(orphan);
          }
        }
      }
    }
    Set<TaskNode<?>> cancelledTasks = new LinkedHashSet<>(putOff);
    cancelledTasks.addAll(atCancel);
    Map<String, Integer> cancelled = new TreeMap<>();
    int drained = 0;
    for (TaskNode<?> task : atBegin) {
      if (!cancelledTasks.contains(task) && !orphaned.contains(task.id()) && task.mark() == null) {
        drained++;
      } else {
        cancelledTasks.add(task);
      }
    }
    for (TaskNode<?> task : cancelledTasks) {
      if (!orphaned.contains(task.id()) && task.mark() != null) {
        cancelled.merge(task.purpose(), 1, Integer::sum);
      }
    }
    Map<String, Service.Status> stopped = new LinkedHashMap<>();
    services.forEach(
        (service, there) -> {
          if (stopped.putIfAbsent(service.purpose(), service.status()) != null) {
            stopped.put(service.purpose() + ' ' + service.scope.name(), service.status());
          }
        });
    long end = now();
    long began = Math.min(beganAt, end);
    long phase = Math.min(Math.max(cancelledAt, began), end);
    seen.clear();
    atBegin = List.of();
    atCancel = List.of();
    return new ShutdownSummary(
        scope.toString(), drained, cancelled, List.copyOf(orphans), stopped, List.copyOf(failures), Duration.ofNanos(phase - began), Duration.ofNanos(end - began));
  }
}
