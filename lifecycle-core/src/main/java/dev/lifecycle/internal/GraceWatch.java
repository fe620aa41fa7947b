package dev.lifecycle.internal;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureReport;
import dev.lifecycle.OrphanReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows a cancel on the library's timer, whether or not anyone waits: at the end of the grace one more interrupt, a moment later one report for each task
 * that still runs. Then under WAIT the reports repeat at doubling intervals, and under ABANDON the tasks become orphans and the waiters go.
 */
final class GraceWatch extends TimerNode {
  /** Between the second interrupt and the reports: a task that obeys it is not stuck. */
  static final long SETTLE = TimeUnit.MILLISECONDS.toNanos(100);

  /** How long the waiters wait for the reports at the most: with the settling time well within the 250 ms after the grace. */
  private static final long TELLING = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long MIN_INTERVAL = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_ORPHANS = 1_024;

  /**
   * The grace of a shutdown, which takes the place of the scope's own.
   *
   * @param until the reading at which it is over
   * @param abandon whether what still runs then is abandoned
   */
  record Limit(long until, boolean abandon) {
    /** Of two limits the earlier end counts, and the one that abandons. */
    static @Nullable Limit earlier(@Nullable Limit a, @Nullable Limit b) {
      if (a == null || b == null) {
        return a == null ? b : a;
      }
      return new Limit(Math.min(a.until, b.until), a.abandon || b.abandon);
    }
  }

  private final ScopeCore scope;
  private final @Nullable TaskNode<?> only;
  private final long cancelledAt;
  private final long grace;
  private boolean warned; // written by one firing after the other
  private long interval;

  private GraceWatch(ScopeCore scope, @Nullable TaskNode<?> only) {
    this.scope = scope;
    this.only = only;
    this.grace = Times.toNanos(scope.options.grace());
    this.cancelledAt = scope.lifecycle.clock.nanoTime();
    this.interval = Math.max(grace, MIN_INTERVAL);
  }

  /** Starts the grace of a scope, once. */
  static void begin(ScopeCore scope) {
    ScopeExtras extras = scope.extras();
    synchronized (extras) {
      if (extras.grace != null) {
        return;
      }
      extras.grace = new GraceWatch(scope, null);
    }
    Limit limit = limitOf(scope);
    extras.grace.list(limit == null ? extras.grace.grace : Math.max(0, limit.until - extras.grace.cancelledAt), limit);
    extras.grace.removeIfOver();
  }

  /** Takes the watch out if the last task ended before it could see the watch, or while it was not listed. */
  private void removeIfOver() {
    if (!stuck()) {
      scope.lifecycle.timer.remove(this);
    }
  }

  /** Puts a scope and what is or will be below it under the grace of a shutdown; see {@link #hurry}. Of several limits the earlier end counts. */
  static void limit(ScopeCore scope, Limit limit) {
    ScopeExtras extras = scope.extras();
    synchronized (extras) {
      extras.limit = Limit.earlier(extras.limit, limit);
    }
  }

  /** Tells a scope that a limit was set on it or above it; a grace that has begun keeps the earlier end. */
  static void hurry(ScopeCore scope, Limit limit) {
    ScopeExtras extras = scope.extrasOrNull();
    GraceWatch watch = extras == null ? null : extras.grace;
    if (watch != null && scope.lifecycle.timer.remove(watch)) { // else it is about to look at the limit, or looks again after it was listed
      watch.due = Math.min(watch.due, Math.max(limit.until, watch.now()));
      scope.lifecycle.timer.add(watch);
      watch.removeIfOver();
    }
  }

  /** The limit that a scope is under: its own and that of every scope above, since a scope that is opened during a shutdown is under it too. */
  private static @Nullable Limit limitOf(ScopeCore scope) {
    Limit limit = null;
    for (ScopeCore s = scope; s != null; s = s.parent) {
      ScopeExtras extras = s.extrasOrNull();
      limit = Limit.earlier(limit, extras == null ? null : extras.limit);
    }
    return limit;
  }

  /** How long the close of a scope waits for each run of its cancel hooks: the grace, or what a shutdown has left of it. */
  static long forHooks(ScopeCore scope) {
    Limit limit = limitOf(scope);
    return limit == null
        ? Math.max(Times.toNanos(scope.options.grace()), SETTLE)
        : Math.max(0, Times.after(limit.until, SETTLE) - scope.lifecycle.clock.nanoTime());
  }

  /** Starts the grace of a task that was cancelled alone. */
  static void beginFor(TaskNode<?> task) {
    GraceWatch watch = new GraceWatch(task.scope, task);
    task.scope.extras().grace(task, watch);
    task.scope.lifecycle.timer.addAfter(watch, watch.grace);
    if (task.hasEnded()) {
      task.scope.extras().takeGrace(task);
      task.scope.lifecycle.timer.remove(watch);
    }
  }

  /** Lists the watch of a scope, as was right under this limit. */
  private void list(long after, @Nullable Limit under) {
    scope.lifecycle.timer.addAfter(this, after);
    Limit limit = only == null ? limitOf(scope) : null;
    if (limit != null && !limit.equals(under)) { // set before there was a node to hurry
      hurry(scope, limit);
    }
  }

  @Override
  void fire() {
    if (stuck()) {
      scope.lifecycle.workers.execute(this::act);
    }
  }

  private boolean stuck() {
    return only != null ? !only.hasEnded() && !only.has(TaskNode.ORPHAN) && !scope.is(CLOSED) : ScopeState.live(scope.word()) > 0 || scope.call != null;
  }

  private static final long CLOSED = ScopeState.CLOSED;

  private void act() {
    if (!warned) {
      warned = true;
      if (only != null) {
        Cancellation.interrupt(only, true);
      } else {
        Cancellation.interruptAll(scope, true);
      }
      scope.lifecycle.timer.addAfter(this, SETTLE);
      removeIfOver();
      return;
    }
    List<TaskNode<?>> left = left();
    Limit limit = only == null ? limitOf(scope) : null;
    if (only == null && abandons(limit)) {
      abandon(scope, this::reportCall);
    } else {
      long next = limit != null && limit.abandon ? Math.min(interval, Math.max(0, limit.until - now())) : interval;
      interval = Math.max(interval, interval << 1);
      list(next, limit); // before the reports: a listener is foreign code and may take its time, or close the scope
      removeIfOver();
      for (TaskNode<?> task : left) {
        reportStuck(task);
      }
      reportCall();
    }
  }

  private boolean abandons(@Nullable Limit limit) {
    return scope.options.afterGrace() == AfterGrace.ABANDON || limit != null && limit.abandon && now() >= limit.until;
  }

  private List<TaskNode<?>> left() {
    List<TaskNode<?>> left = new ArrayList<>();
    if (only != null) {
      left.add(only);
    } else {
      scope.tasks().forEach(left::add);
    }
    return left;
  }

  private void reportStuck(TaskNode<?> task) {
    StackTraceElement[] stack = stack(task);
    if (!task.hasEnded()) { // ended while we looked: not stuck
      scope.lifecycle.reports.tell(
          scope, FailureReport.Kind.TASK_STUCK, "task ignores its cancel since " + seconds(now() - cancelledAt) + ", age " + seconds(now() - task.startedAt) + forkedAt(task), task, null, stack);
    }
  }

  private void reportCall() {
    CallFrame call = scope.call;
    if (call == null) {
      return;
    }
    Thread thread = call.thread;
    if (thread != null) {
      StackTraceElement[] stack = thread.getStackTrace();
      if (call.phase() < Frame.DONE && !waits(stack)) {
        scope.lifecycle.reports.tell(
            scope, FailureReport.Kind.TASK_STUCK, "the body of the call ignores its cancel since " + seconds(now() - cancelledAt), null, null, stack);
      }
    }
  }

  /** Whether the thread stands in a wait of this library, for the very tasks that are reported. */
  private static boolean waits(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().equals(Waits.class.getName())) {
        return true;
      }
      if (!frame.getClassName().startsWith("java.") && !frame.getClassName().startsWith("jdk.") && !frame.getClassName().startsWith("dev.lifecycle.")) {
        return false;
      }
    }
    return false;
  }

  /** Stops waiting for what still runs in a scope: marks it as orphaned, reports it, and lets the waiters go. */
  static void abandon(ScopeCore scope) {
    abandon(scope, null);
  }

  private static void abandon(ScopeCore scope, @Nullable Runnable first) {
    GraceWatch watch = scope.extras().grace;
    abandon(scope, watch == null ? scope.lifecycle.clock.nanoTime() : watch.cancelledAt, first);
  }

  /** As {@link #abandon(ScopeCore)}, of tasks that were cancelled one by one. */
  static void abandon(ScopeCore scope, long cancelledAt) {
    abandon(scope, cancelledAt, null);
  }

  private static void abandon(ScopeCore scope, long cancelledAt, @Nullable Runnable first) {
    ScopeExtras extras = scope.extras();
    List<OrphanReport.Orphan> orphans = new ArrayList<>();
    List<Runnable> reports = new ArrayList<>();
    if (first != null) {
      reports.add(first);
    }
    scope.tasks().forEach(task -> orphan(scope, task, cancelledAt, orphans, reports));
    Collections.reverse(orphans); // the walk was newest first
    if (!orphans.isEmpty()) {
      extras.orphans = new Orphans(scope.toString(), List.copyOf(orphans));
      Toll.orphaned(scope); // before any waiter goes and the scope may leave the tree
    }
    tell(scope, reports);
    scope.wake(scope.set(ScopeState.ABANDONED));
    scope.wakeWatchers();
  }

  /**
   * Tells of the orphans, and waits a moment for that: a listener that is quick has heard of them when the waiters go, and one that is slow, or that closes the
   * scope, holds up nobody.
   */
  private static void tell(ScopeCore scope, List<Runnable> reports) {
    CountDownLatch told = new CountDownLatch(1);
    scope.lifecycle.workers.execute(
        () -> {
          try {
            reports.forEach(Runnable::run);
          } finally {
            told.countDown();
          }
        });
    boolean interrupted = Thread.interrupted();
    try {
      told.await(TELLING, TimeUnit.NANOSECONDS); // in real time, whatever the clock: it is about the listener's thread
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void orphan(ScopeCore scope, TaskNode<?> task, long cancelledAt, List<OrphanReport.Orphan> orphans, List<Runnable> reports) {
    StackTraceElement[] stack = stack(task);
    if (task.isUnbegun() || task.hasEnded()) {
      return;
    }
    if ((task.raise(TaskNode.ORPHAN) & TaskNode.ORPHAN) != 0) {
      return; // somebody else has named it
    }
    task.purpose.counts.add(Counts.ORPHANED, task);
    if (task.hasEnded() && task.lower(TaskNode.ORPHAN)) { // its end came first; one that has lowered the flag itself has ended as an orphan
      task.purpose.counts.remove(Counts.ORPHANED, task);
      return;
    }
    long now = scope.lifecycle.clock.nanoTime();
    if (orphans.size() < MAX_ORPHANS) {
      orphans.add(new Orphans.One(task.id(), task.purpose(), now - task.startedAt, now - cancelledAt, List.of(stack)));
    }
    String why = task.mark() == null ? "it still runs" : "it ignores its cancel since " + seconds(now - cancelledAt); // a resource's close is never cancelled
    String message = "task abandoned: " + why + ", age " + seconds(now - task.startedAt) + forkedAt(task);
    reports.add(() -> scope.lifecycle.reports.tell(scope, FailureReport.Kind.TASK_STUCK, message, task, null, stack));
  }

  private static StackTraceElement[] stack(TaskNode<?> task) {
    Thread thread = task.thread;
    return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
  }

  private static String forkedAt(TaskNode<?> task) {
    TaskExt<?> ext = task.ext;
    StackTraceElement[] site = ext == null ? null : ext.site;
    return site == null || site.length == 0 ? "" : ", forked at " + site[0];
  }

  private long now() {
    return scope.lifecycle.clock.nanoTime();
  }

  private static String seconds(long nanos) {
    return nanos / 100_000_000 / 10.0 + " s";
  }
}
