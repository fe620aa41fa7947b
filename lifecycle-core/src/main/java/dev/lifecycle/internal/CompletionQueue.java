package dev.lifecycle.internal;

import dev.lifecycle.Completions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in the order of their ends. A task is counted as outstanding before it is forked and until it is taken, so that {@code next} knows whether one will
 * come; it is offered after its outcome is set and before the scope's count falls. Takers wait among the scope's waiters, so
 * that an end, a cancel and an abandonment wake them too; one wins the poll.
 */
final class CompletionQueue<T extends @Nullable Object> implements Completions<T> {
  private final ScopeHandle handle;
  private final ScopeCore scope;
  private final Queue<Task<T>> ended = new ConcurrentLinkedQueue<>();
  private final AtomicLong outstanding = new AtomicLong();

  CompletionQueue(ScopeHandle handle) {
    this.handle = handle;
    this.scope = handle.core;
  }

  @Override
  public Task<T> fork(String purpose, Callable<? extends T> body) {
    Objects.requireNonNull(body, "body");
    outstanding.incrementAndGet();
    boolean forked = false;
    try {
      Task<T> task = Forking.fork(scope, purpose, TaskOptions.<T>defaults(), body, 0, this);
      forked = true;
      return task;
    } finally {
      if (!forked) {
        retract();
      }
      Reference.reachabilityFence(handle);
    }
  }

  /** A fork that threw: nothing was or will be offered for it. */
  private void retract() {
    outstanding.decrementAndGet();
    wake();
  }

  void offer(TaskNode<T> task) {
    ended.add(task);
    wake();
  }

  private void wake() {
    scope.wakeWatchers();
  }

  @Override
  public @Nullable Task<T> next() throws InterruptedException {
    Inside.refuseJoin(scope, "next");
    scope.applyDeadline();
    try {
      for (;;) {
        if (hasFailed()) {
          Joining.throwIfFailed(scope);
        }
        Task<T> task = ended.poll();
        if (task != null) {
          if (outstanding.decrementAndGet() == 0) {
            wake(); // nothing is left to wait for
          }
          return task;
        }
        if (outstanding.get() == 0) {
          return null;
        }
        if (scope.is(ScopeState.ABANDONED)) {
          Joining.throwIfFailed(scope);
          return null; // what is outstanding are orphans
        }
        await();
      }
    } finally {
      Reference.reachabilityFence(handle);
    }
  }

  /** Whether the scope has come to something that join would throw; a decision is no failure. */
  private boolean hasFailed() {
    return scope.is(ScopeState.CANCELLED) && !Joining.isDecided(scope);
  }

  private void await() throws InterruptedException {
    if (Helping.helpOne(scope)) {
      return; // there may be one to take now
    }
    Waits.until(scope, () -> !ended.isEmpty() || outstanding.get() == 0 || hasFailed() || scope.is(ScopeState.ABANDONED), MonotonicClock.NEVER);
  }
}
