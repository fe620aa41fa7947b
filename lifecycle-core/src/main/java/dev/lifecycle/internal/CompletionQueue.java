package dev.lifecycle.internal;

import dev.lifecycle.Completions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in the order of their ends. A task is counted as outstanding before it is forked and until it is taken, so that {@code next} knows whether one will
 * come; it is offered after its outcome is set and before the scope's count falls. Takers push themselves, re-check and park; the offerer wakes all of them,
 * and one wins the poll.
 */
final class CompletionQueue<T extends @Nullable Object> implements Completions<T> {
  private static final VarHandle WAITERS;

  static {
    try {
      WAITERS = MethodHandles.lookup().findVarHandle(CompletionQueue.class, "waiters", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ScopeHandle handle;
  private final ScopeCore scope;
  private final Queue<Task<T>> ended = new ConcurrentLinkedQueue<>();
  private final AtomicLong outstanding = new AtomicLong();

  @SuppressWarnings("unused") // through WAITERS
  private volatile @Nullable Waiter waiters;

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
    if (waiters != null) {
      Waiter.wakeAll(WAITERS, this, 0);
    }
  }

  @Override
  public @Nullable Task<T> next() throws InterruptedException {
    Inside.refuseJoin(scope, "next");
    scope.applyDeadline();
    try {
      for (;;) {
        Task<T> task = poll();
        if (task != null || outstanding.get() == 0) {
          return task;
        }
        park();
      }
    } finally {
      Reference.reachabilityFence(handle);
    }
  }

  /** Takes a task, unless the scope has failed: then throws as join does. */
  private @Nullable Task<T> poll() throws InterruptedException {
    if (scope.is(ScopeState.CANCELLED)) {
      Joining.throwIfFailed(scope);
    }
    Task<T> task = ended.poll();
    if (task != null) {
      outstanding.decrementAndGet();
      if (outstanding.get() == 0) {
        wake();
      }
    }
    return task;
  }

  private void park() throws InterruptedException {
    if (Helping.help(scope)) {
      return;
    }
    Waiter waiter = new Waiter();
    Waiter.push(WAITERS, this, waiter);
    try {
      while (waiter.thread != null && ended.isEmpty() && outstanding.get() > 0 && !scope.is(ScopeState.CANCELLED)) {
        if (Thread.interrupted()) {
          if (scope.is(ScopeState.CANCELLED)) {
            return; // ours: the caller throws what the scope came to
          }
          throw new InterruptedException();
        }
        LockSupport.park(this);
      }
    } finally {
      Waiter.leave(WAITERS, this, waiter);
    }
  }
}
