package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.Policy;
import dev.lifecycle.spi.ResourceKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What only some scopes have. Made on first use; final fields are thread-safe by their own monitor, the others are written once before they are read or
 * are volatile.
 */
final class ScopeExtras {
  private static final int ALSO = 16;

  /** Set at opening. */
  @Nullable Policy policy;

  /** Set at opening. */
  @Nullable Limiter limiter;

  /** The draining scope, this one or an ancestor, whose tasks alone may still fork here. */
  volatile @Nullable ScopeCore drainedBy;

  volatile @Nullable GraceWatch grace;
  volatile @Nullable HookRun hookRun;
  volatile @Nullable OrphanReport orphans;

  /** Whether somebody was told of the orphans. */
  volatile boolean orphansSeen;

  /** What the tree needs of a leak: set at opening by {@code Scope.open}. */
  @Nullable LeakWatch watch;

  StackTraceElement @Nullable [] site;

  final Outcome outcome = new Outcome();

  private final Chain<HookNode> hooks = new Chain<>();
  private final List<CancelReason> also = new ArrayList<>(0);
  private final ArrayDeque<AutoCloseable> defers = new ArrayDeque<>(0);
  private final Map<AutoCloseable, Named> owned = new LinkedHashMap<>(0);
  private final Set<TaskNode<?>> untaken = new LinkedHashSet<>(0);
  private boolean deferred;

  /** A resource in the tree. */
  record Named(ResourceKind kind, String name) {}

  Chain<HookNode> hooks() {
    return hooks;
  }

  void also(CancelReason reason) {
    synchronized (also) {
      if (also.size() < ALSO) {
        also.add(reason);
      }
    }
  }

  List<CancelReason> also() {
    synchronized (also) {
      return List.copyOf(also);
    }
  }

  /** Adds cleanup; false if the cleanup has already been taken to be run. */
  boolean defer(AutoCloseable cleanup, @Nullable Named named) {
    synchronized (defers) {
      if (deferred) {
        return false;
      }
      defers.push(cleanup);
      if (named != null) {
        owned.put(cleanup, named);
      }
      return true;
    }
  }

  /** Takes the cleanup that was added last; null when all is taken, after which none is accepted. */
  @Nullable AutoCloseable nextDeferred() {
    synchronized (defers) {
      AutoCloseable next = defers.poll();
      if (next == null) {
        deferred = true;
      } else {
        owned.remove(next);
      }
      return next;
    }
  }

  List<Named> owned() {
    synchronized (defers) {
      return List.copyOf(owned.values());
    }
  }

  void untaken(TaskNode<?> task) {
    synchronized (untaken) {
      untaken.add(task);
    }
  }

  void taken(TaskNode<?> task) {
    synchronized (untaken) {
      untaken.remove(task);
    }
  }

  List<TaskNode<?>> takeUntaken() {
    synchronized (untaken) {
      List<TaskNode<?>> all = List.copyOf(untaken);
      untaken.clear();
      return all;
    }
  }
}
