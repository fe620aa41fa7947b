package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.FailureReport;
import dev.lifecycle.ForkInterruptedException;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Overflow;
import dev.lifecycle.TaskOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * From the call of {@code fork} to a started task, or to a task that never will.
 *
 * <p>The order is: count, list, look again, start. Whatever goes wrong after the count is rolled back by whoever wins the task's word: count, permit and
 * listing are as before, the never-run handler has been told, and the task is in exactly one of the counts of its purpose.
 */
final class Forking {
  private static final int CALLER_RUNS = 1 << 30;

  private Forking() {}

  /** Makes and starts a task; {@code body} is a Callable, or an Action under {@link TaskNode#EFFECT}. */
  static <T extends @Nullable Object> TaskNode<T> fork(
      ScopeCore scope, String purpose, TaskOptions<T> options, Object body, int flags, @Nullable CompletionQueue<T> queue) {
    return fork(scope, scope.lifecycle.purposes.get(purpose), options, body, flags, queue);
  }

  /** As {@link #fork(ScopeCore, String, TaskOptions, Object, int, CompletionQueue)}, under a purpose of this lifecycle. */
  static <T extends @Nullable Object> TaskNode<T> fork(
      ScopeCore scope, Purpose purpose, TaskOptions<T> options, Object body, int flags, @Nullable CompletionQueue<T> queue) {
    TaskNode<T> task = create(scope, purpose, options, body, flags, queue, scope.carries ? Carriers.capture(scope) : null, null, null);
    purpose.counts.add(Counts.FORKED, task);
    scope.applyDeadline();
    Limiter limiter = scope.limiter();
    int how = limiter == null ? 0 : permit(scope, limiter, task);
    if (!admit(scope, task)) {
      return task;
    }
    if (how == CALLER_RUNS) {
      task.runShared(false);
    } else if (limiter != null && !task.has(TaskNode.PERMIT)) {
      queue(scope, limiter, task);
    } else {
      start(scope, task);
    }
    return task;
  }

  /** Makes and starts a run of something longer, for an effect, in a scope that is its alone and has no limit. Does not block. */
  static TaskNode<?> launch(ScopeCore scope, TaskOptions<@Nullable Void> options, Action body, Carriers.@Nullable Captured carried, RunEnd end) {
    return launch(scope, scope.purpose, options, body, carried, end);
  }

  /** As above, under a purpose of its own. */
  static TaskNode<?> launch(
      ScopeCore scope, Purpose purpose, TaskOptions<@Nullable Void> options, Action body, Carriers.@Nullable Captured carried, RunEnd end) {
    TaskNode<@Nullable Void> task = Forking.<@Nullable Void>create(scope, purpose, options, body, TaskNode.EFFECT, null, carried, end, null);
    purpose.counts.add(Counts.FORKED, task);
    scope.applyDeadline();
    if (admit(scope, task)) {
      end.admitted(task);
      start(scope, task);
    }
    return task;
  }

  /** Admits a task for a value that is started when the clock reads {@code due}, in a scope without a limit. */
  static <T extends @Nullable Object> TaskNode<T> delayed(ScopeCore scope, TaskOptions<T> options, Object body, long due) {
    DelayedStart delay = new DelayedStart(due);
    TaskNode<T> task = create(scope, scope.purpose, options, body, 0, null, scope.carries ? Carriers.capture(scope) : null, null, delay);
    delay.of(task);
    task.purpose.counts.add(Counts.FORKED, task);
    scope.applyDeadline();
    if (admit(scope, task)) {
      if (due <= scope.lifecycle.clock.nanoTime()) {
        start(scope, task);
      } else {
        scope.lifecycle.timer.add(delay);
        if (!task.isUnbegun()) {
          scope.lifecycle.timer.remove(delay); // cancelled meanwhile
        }
      }
    }
    return task;
  }

  /** The delay of a task is over. */
  static void startDelayed(TaskNode<?> task) {
    if (task.isUnbegun()) {
      try {
        task.scope.lifecycle.threads.start(task);
      } catch (Throwable t) {
        rollBack(task.scope, task, t, true); // its forker has gone: the failure is the task's, and whoever waits for the task learns it
      }
    }
  }

  private static <T extends @Nullable Object> TaskNode<T> create(
      ScopeCore scope,
      Purpose purpose,
      TaskOptions<T> options,
      Object body,
      int flags,
      @Nullable CompletionQueue<T> queue,
      Carriers.@Nullable Captured carried,
      @Nullable RunEnd end,
      @Nullable DelayedStart delay) {
    Interrupts interrupts = options.interrupts();
    if ((interrupts == null ? scope.options.interrupts() : interrupts) == Interrupts.NEVER) {
      flags |= TaskNode.NO_INTERRUPT;
    }
    flags |= scope.lifecycle.threads.flags(scope, purpose, options);
    TaskExt<T> ext = null;
    if (options != TaskOptions.<T>defaults() || queue != null || carried != null || end != null || delay != null || scope.lifecycle.capturesSites()) {
      ext = new TaskExt<>();
      ext.options = options;
      ext.queue = queue;
      ext.carried = carried;
      ext.end = end;
      ext.delay = delay;
      ext.site = scope.lifecycle.site();
    }
    return new TaskNode<>(scope, purpose, body, flags, ext);
  }

  // ---- admission

  /** Counts and lists the task; false if it is cancelled instead. Throws if it is refused. */
  static boolean admit(ScopeCore scope, TaskNode<?> task) {
    int live;
    for (;;) {
      long w = scope.word();
      live = ScopeState.live(w);
      if ((w & (ScopeState.CLOSED | ScopeState.CANCELLED | ScopeState.CLOSING | ScopeState.NO_ADMIT)) != 0 && !mayEnter(scope, task, w)) {
        return false;
      }
      if (scope.admit(w)) {
        break;
      }
    }
    try {
      return list(scope, task, live);
    } catch (Throwable t) { // no memory, or no thread for the timer
      if (rollBack(scope, task, t, false)) {
        throw t;
      }
      return false; // cancelled meanwhile
    }
  }

  /** Lists the counted task and looks again; false if it is cancelled. */
  private static boolean list(ScopeCore scope, TaskNode<?> task, int live) {
    scope.tasks().add(task, live);
    long w = scope.word();
    if (ScopeState.is(w, ScopeState.CANCELLED)) {
      if (task.cancelUnbegun(Objects.requireNonNull(scope.mark()))) {
        task.purpose.counts.add(Counts.CANCELLED, task);
        afterNeverRun(task, true);
        scope.release(task);
      }
      return false;
    }
    scope.enlist();
    scheduleTimeout(scope, task);
    return true;
  }

  private static boolean mayEnter(ScopeCore scope, TaskNode<?> task, long w) {
    if (ScopeState.is(w, ScopeState.CLOSED) || !ScopeState.is(w, ScopeState.CANCELLED) && ScopeState.is(w, ScopeState.CLOSING)) {
      throw refuse(task, new IllegalStateException("scope " + scope + " is closed: task \"" + task.purpose() + "\" was not started"));
    }
    if (ScopeState.is(w, ScopeState.CANCELLED)) {
      task.cancelUnbegun(Objects.requireNonNull(scope.mark()));
      dropPermit(task);
      task.purpose.counts.add(Counts.CANCELLED, task);
      afterNeverRun(task, true);
      return false;
    }
    if (isOutsider(scope)) {
      throw refuse(task, new RejectedExecutionException("scope " + scope + " is draining: task \"" + task.purpose() + "\" was not started"));
    }
    return true;
  }

  /** Whether the current thread stands outside the scope whose drain this scope is under. */
  static boolean isOutsider(ScopeCore scope) {
    ScopeExtras extras = scope.extrasOrNull();
    ScopeCore drained = extras == null ? null : extras.drainedBy;
    return !Inside.of(drained == null ? scope : drained);
  }

  /** Ends a task that was never counted. */
  private static RuntimeException refuse(TaskNode<?> task, RuntimeException why) {
    task.rejectUnbegun(why);
    dropPermit(task);
    task.purpose.counts.add(Counts.REJECTED, task);
    afterNeverRun(task, false);
    return why;
  }

  private static void dropPermit(TaskNode<?> task) {
    if (task.lower(TaskNode.PERMIT)) {
      passPermit(task.scope);
    }
  }

  private static void scheduleTimeout(ScopeCore scope, TaskNode<?> task) {
    TaskExt<?> ext = task.ext;
    Duration timeout = ext == null ? null : ext.options.timeout();
    if (ext == null || timeout == null) {
      return;
    }
    TaskTimeout node = new TaskTimeout(task);
    ext.timeout = node;
    if (timeout.isZero() || timeout.isNegative()) {
      node.expire();
    } else {
      node.due = Times.after(ext.delay == null ? scope.lifecycle.clock.nanoTime() : ext.delay.due, Times.toNanos(timeout));
      scope.lifecycle.timer.add(node);
      if (task.hasEnded()) {
        scope.lifecycle.timer.remove(node); // cancelled meanwhile, before there was a node to remove
      }
    }
  }

  // ---- the limit

  /** Gets a permit, or says how to do without. May block. */
  private static int permit(ScopeCore scope, Limiter limiter, TaskNode<?> task) {
    if (limiter.tryAcquire()) {
      task.raise(TaskNode.PERMIT);
      return 0;
    }
    Overflow.Mode mode = limiter.overflow().mode();
    switch (mode) {
      case REJECT -> {
        if (scope.is(ScopeState.CANCELLED | ScopeState.CLOSED | ScopeState.CLOSING)) {
          return 0; // admission says it better
        }
        throw refuse(task, new RejectedExecutionException("scope " + scope + " is at its limit of concurrent tasks: task \"" + task.purpose() + "\" was not started"));
      }
      case CALLER_RUNS -> {
        return CALLER_RUNS;
      }
      case QUEUE -> {
        return 0;
      }
      default -> {
        if (Inside.of(scope)) {
          return CALLER_RUNS; // what it would wait for may be itself
        }
        return await(scope, limiter, task);
      }
    }
  }

  private static int await(ScopeCore scope, Limiter limiter, TaskNode<?> task) {
    Limiter.Forker place = limiter.acquireOrWait();
    while (place != null && !place.granted) {
      scope.applyDeadline();
      if (scope.is(ScopeState.CANCELLED | ScopeState.CLOSED | ScopeState.CLOSING) || scope.is(ScopeState.NO_ADMIT) && isOutsider(scope)) {
        giveUp(scope, limiter, place);
        return 0; // admission decides
      }
      if (Thread.interrupted()) {
        giveUp(scope, limiter, place);
        Thread.currentThread().interrupt();
        throw refuse(task, new ForkInterruptedException("interrupted while waiting to fork task \"" + task.purpose() + "\" in scope " + scope));
      }
      LockSupport.park(limiter);
    }
    task.raise(TaskNode.PERMIT);
    return 0;
  }

  private static void giveUp(ScopeCore scope, Limiter limiter, Limiter.Forker place) {
    if (limiter.leave(place)) {
      passPermit(scope);
    }
  }

  private static void queue(ScopeCore scope, Limiter limiter, TaskNode<?> task) {
    if (limiter.overflow().mode() != Overflow.Mode.QUEUE) {
      start(scope, task); // cancelled meanwhile; the start finds out
      return;
    }
    switch (limiter.enqueue(task)) {
      case PERMIT -> {
        task.raise(TaskNode.PERMIT);
        start(scope, task);
      }
      case FULL -> {
        if (Inside.of(scope)) {
          task.runShared(false);
        } else {
          RejectedExecutionException why =
              new RejectedExecutionException(
                  "the queue of scope " + scope + " is full (" + limiter.overflow().capacity() + "): task \"" + task.purpose() + "\" was not started");
          if (rollBack(scope, task, why, false)) {
            throw why;
          }
        }
      }
      default -> {}
    }
  }

  /**
   * A permit has come back: hands it on, and starts the task that gets it. With an executor of somebody else on a library thread, since such an executor may
   * block or run the body on the thread that calls it, which here may be a canceller's.
   */
  static void passPermit(ScopeCore scope) {
    TaskNode<?> next = Objects.requireNonNull(scope.limiter()).release();
    if (next == null) {
      return;
    }
    if (scope.options.executor() == null) {
      startNext(scope, next);
    } else {
      scope.handOver(() -> startNext(scope, next));
    }
  }

  private static void startNext(ScopeCore scope, TaskNode<?> first) {
    Limiter limiter = Objects.requireNonNull(scope.limiter());
    for (TaskNode<?> next = first; next != null; next = limiter.release()) {
      if (!next.isUnbegun()) {
        if (next.lower(TaskNode.PERMIT)) {
          continue; // cancelled or run by a joiner just now
        }
        return;
      }
      if (scope.is(ScopeState.CANCELLED)) { // the cancel is on its way to the task; here it is sooner
        boolean had = next.lower(TaskNode.PERMIT);
        if (next.cancelUnbegun(Objects.requireNonNull(scope.mark()))) {
          cancelledUnbegun(next);
        }
        if (had) {
          continue;
        }
        return;
      }
      try {
        scope.lifecycle.threads.start(next);
        return;
      } catch (Throwable t) {
        // Its forker has gone: the failure is the task's, and whoever waits for the task learns it.
        boolean had = next.lower(TaskNode.PERMIT);
        rollBack(scope, next, t, true);
        if (!had) {
          return;
        }
      }
    }
  }

  // ---- start and rollback

  private static void start(ScopeCore scope, TaskNode<?> task) {
    if (!task.isUnbegun()) {
      return;
    }
    try {
      scope.lifecycle.threads.start(task);
    } catch (Throwable t) {
      if (rollBack(scope, task, t, false)) {
        throw t;
      }
    }
  }

  /** Takes a task that could not be started out of the scope; false if somebody cancelled it first. {@code returned}: its fork has, and did not throw. */
  private static boolean rollBack(ScopeCore scope, TaskNode<?> task, Throwable why, boolean returned) {
    if (!task.rejectUnbegun(why)) {
      return false;
    }
    try {
      removeTimeout(task);
      task.purpose.counts.add(Counts.REJECTED, task);
      if (returned) {
        task.lower(TaskNode.SEEN); // its forker holds it and does not know
        Verdicts.failedLate(scope, task);
      }
      afterNeverRun(task, returned);
    } finally {
      scope.release(task);
    }
    return true;
  }

  /** A cancel has won a task that had not begun: takes it out, after its never-run handler has run on a library thread. */
  static void cancelledUnbegun(TaskNode<?> task) {
    Limiter limiter = task.scope.limiter();
    if (limiter != null) {
      limiter.noteDead();
    }
    removeTimeout(task);
    task.purpose.counts.add(Counts.CANCELLED, task);
    TaskExt<?> ext = task.ext;
    if (ext != null && (ext.options.onNeverRun() != null || ext.end != null && ext.end.isForeign())) {
      task.scope.lifecycle.workers.execute(
          () -> {
            afterNeverRun(task, true);
            task.scope.release(task);
          });
    } else {
      afterNeverRun(task, true);
      task.scope.release(task);
    }
  }

  private static void removeTimeout(TaskNode<?> task) {
    TaskExt<?> ext = task.ext;
    if (ext != null && ext.timeout != null) {
      task.scope.lifecycle.timer.remove(ext.timeout);
    }
    if (ext != null && ext.delay != null) {
      task.scope.lifecycle.timer.remove(ext.delay);
    }
  }

  private static <T extends @Nullable Object> void afterNeverRun(TaskNode<T> task, boolean returned) {
    task.emptyTicket();
    TaskExt<T> ext = task.ext;
    if (ext == null) {
      return;
    }
    if (returned && ext.queue != null) {
      ext.queue.offer(task);
    }
    if (returned && ext.end != null) {
      ext.end.ended(task, task.status());
    }
    Action handler = ext.options.onNeverRun();
    if (handler != null) {
      try {
        ShieldFrame.<@Nullable Void, Exception>run(
            task.scope,
            ShieldFrame.OWN_BOUND,
            () -> {
              Carriers.run(ext.carried, handler);
              return null;
            });
      } catch (Throwable t) {
        task.scope.report(FailureReport.Kind.CLEANUP_FAILED, "onNeverRun threw", task, t);
      }
    }
  }
}
