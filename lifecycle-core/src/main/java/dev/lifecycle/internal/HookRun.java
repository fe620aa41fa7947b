package dev.lifecycle.internal;

import dev.lifecycle.FailureReport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the hooks of one cancel, away from the canceller, and then the interrupts that waited for them.
 *
 * <p>One library thread runs the hooks in order, a scope's own before its children's. Once a hook has taken over {@value #SLOW_SECONDS} s, each of the rest
 * gets a thread of its own, so that a hook that blocks stops no other. The interrupts follow when all hooks have ended, or {@value #SLOW_SECONDS} s after
 * the mark, whichever is first, and once.
 *
 * <p>Thread-safe: hooks are taken from a concurrent queue; {@code interrupted} and {@code running} are atomic; {@code current} only tells the watch whether
 * the thread still stands at the hook that it saw.
 */
final class HookRun {
  private static final int SLOW_SECONDS = 1;
  private static final long SLOW = TimeUnit.SECONDS.toNanos(SLOW_SECONDS);
  private static final VarHandle WAITERS;

  static {
    try {
      WAITERS = MethodHandles.lookup().findVarHandle(HookRun.class, "waiters", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ScopeCore origin;
  private final List<ScopeCore> scopes;
  private final @Nullable TaskNode<?> task;
  private final Queue<HookNode> hooks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final Map<ScopeCore, AtomicInteger> ofScopes = new ConcurrentHashMap<>(); // who closes waits for the hooks of its own scope only
  private final Watch watch = new Watch();
  private volatile long currentSince;

  @SuppressWarnings("unused") // through WAITERS
  private volatile @Nullable Waiter waiters;

  private HookRun(ScopeCore origin, List<ScopeCore> scopes, @Nullable TaskNode<?> task) {
    this.origin = origin;
    this.scopes = scopes;
    this.task = task;
  }

  /**
   * Takes the hooks and starts to run them.
   *
   * @param scopes the marked scopes that have hooks, parents first
   * @param task if the cancel is that of one task: only its own hooks in its scope, and only it is interrupted there
   */
  static void start(ScopeCore origin, List<ScopeCore> scopes, @Nullable TaskNode<?> task) {
    HookRun run = new HookRun(origin, scopes, task);
    run.unfinished.incrementAndGet(); // the run itself, until it has been started
    if (task != null) {
      task.scope.extras().began(run);
      run.take(task.scope, task);
    }
    for (ScopeCore scope : scopes) {
      scope.extras().began(run);
      run.take(scope, null);
    }
    if (run.unfinished.decrementAndGet() == 0) {
      run.finish();
      return;
    }
    run.currentSince = origin.lifecycle.clock.nanoTime();
    origin.lifecycle.timer.addAfter(run.watch, SLOW);
    origin.lifecycle.workers.execute(run::runAll);
  }

  private void take(ScopeCore scope, @Nullable TaskNode<?> only) {
    for (Chain<HookNode> chain : scope.extras().hooksFor(only)) {
      chain.forEach( // newest first, as cleanup runs
          node -> {
            if (node.claim()) {
              node.unlist();
              unfinished.incrementAndGet();
              ofScopes.computeIfAbsent(scope, s -> new AtomicInteger()).incrementAndGet();
              hooks.add(node);
            }
          });
    }
  }

  private void runAll() {
    for (HookNode hook = hooks.poll(); hook != null; hook = hooks.poll()) {
      currentSince = origin.lifecycle.clock.nanoTime();
      run(hook);
    }
  }

  private void run(HookNode hook) {
    try {
      hook.run();
    } finally {
      AtomicInteger ofScope = ofScopes.get(hook.scope);
      if (ofScope != null && ofScope.decrementAndGet() == 0) {
        Waiter.wakeAll(WAITERS, this, 0);
      }
      if (unfinished.decrementAndGet() == 0) {
        finish();
      }
    }
  }

  private void finish() {
    origin.lifecycle.timer.remove(watch);
    interrupt();
    if (task != null) {
      task.scope.extras().finished(this);
    }
    for (ScopeCore scope : scopes) {
      scope.extras().finished(this);
    }
    Waiter.wakeAll(WAITERS, this, 0);
  }

  private void interrupt() {
    if (interrupted.compareAndSet(false, true)) {
      if (task != null) {
        Cancellation.interrupt(task, false);
      }
      for (ScopeCore scope : scopes) {
        Cancellation.interruptAll(scope, false);
      }
    }
  }

  /** Waits until every hook of the scope has ended, at most this long; reports if not. For the closing thread; not interruptible, keeps the flag. */
  void await(ScopeCore scope, long nanos) {
    AtomicInteger left = ofScopes.get(scope);
    if (left == null) {
      return;
    }
    long until = Times.after(origin.lifecycle.clock.nanoTime(), nanos);
    boolean flag = false;
    Waiter waiter = new Waiter();
    Waiter.push(WAITERS, this, waiter);
    while (left.get() > 0 && origin.lifecycle.clock.nanoTime() < until) {
      if (waiter.thread == null) { // woken for the hooks of another scope
        waiter = new Waiter();
        Waiter.push(WAITERS, this, waiter);
        continue;
      }
      origin.lifecycle.clock.parkUntil(this, until);
      flag |= Thread.interrupted();
    }
    Waiter.leave(WAITERS, this, waiter);
    if (flag) {
      Thread.currentThread().interrupt();
    }
    if (left.get() > 0) {
      scope.report(FailureReport.Kind.HOOK_FAILED, left.get() + " cancel hooks have not ended within the grace", null, null);
    }
  }

  /** Notices the second after the mark, and hooks that take longer than one. */
  private final class Watch extends TimerNode {
    @Override
    void fire() {
      origin.lifecycle.workers.execute(this::look);
    }

    private void look() {
      interrupt();
      if (hooks.isEmpty()) {
        return;
      }
      long left = currentSince + SLOW - origin.lifecycle.clock.nanoTime();
      if (left > 0) {
        origin.lifecycle.timer.addAfter(this, left);
        return;
      }
      for (HookNode hook = hooks.poll(); hook != null; hook = hooks.poll()) {
        HookNode own = hook;
        origin.lifecycle.workers.execute(() -> run(own));
      }
    }
  }
}
