package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.Policy;
import dev.lifecycle.spi.ResourceKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What only some scopes have. Made on first use; fields are written before the scope is published, volatile, or guarded by the monitor, under
 * which no foreign code runs.
 */
final class ScopeExtras {
  private static final int ALSO = 16;
  private static final VarHandle WATCHERS;

  static {
    try {
      WATCHERS = MethodHandles.lookup().findVarHandle(ScopeExtras.class, "watchers", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Who waits for something else than the count: an end to take, a termination, the close. Apart from those who wait for the count, since these are told
   * the word of the instant at which it came to zero and must be woken for nothing else.
   */
  @SuppressWarnings("unused") // through WATCHERS
  private volatile @Nullable Waiter watchers;

  /** Set at opening. */
  @Nullable Policy policy;

  /** Set at opening. */
  @Nullable Limiter limiter;

  /** Whether the scope is an executor view's, which nobody closes: it ends with its last task after the shutdown. Set at opening. */
  boolean endsItself;

  /** The draining scope, this one or an ancestor, whose tasks alone may still fork here. */
  volatile @Nullable ScopeCore drainedBy;

  volatile @Nullable GraceWatch grace;

  /** Whether something here ends with a frame, so that the end of each must look. */
  volatile boolean framed;
  volatile @Nullable OrphanReport orphans;

  /** Whether somebody was told of the orphans. */
  volatile boolean orphansSeen;

  /** Who is told of drain and cancel. Set at opening. */
  @Nullable EndListener endListener;

  /** The service whose scope this is. Set before the service is known to anybody. */
  volatile @Nullable ServiceCore service;

  /** The grace of a shutdown of this very scope. Written under the monitor. */
  volatile GraceWatch.@Nullable Limit limit;

  /** What this scope is private to, if it is the private scope of a resource. Set at opening. */
  @Nullable PrivateScope apart;

  /**
   * The private scopes of the resources that this scope owns. Not among its children: nothing that spreads over them, such as a drain or a cancel, and nothing
   * that counts or awaits them, concerns the resources.
   */
  private volatile @Nullable Chain<PrivateScope> resources;

  /** What the tree needs of a leak: set at opening by {@code Scope.open}. */
  @Nullable LeakWatch watch;

  StackTraceElement @Nullable [] site;

  // Guarded by the monitor of this object; made when first needed, since most scopes need none of them.
  private @Nullable Outcome outcome;
  private @Nullable Mailbox handOvers;
  private @Nullable Chain<HookNode> hooks;
  private @Nullable Map<Frame, Chain<HookNode>> hooksOfFrames;
  private @Nullable Map<TaskNode<?>, GraceWatch> graceOfTasks;
  private @Nullable List<HookRun> hookRuns;
  private @Nullable List<CancelReason> also;
  private @Nullable ArrayDeque<AutoCloseable> defers;
  private @Nullable Set<TaskNode<?>> untaken;
  private int forgotten;
  private boolean deferred;

  /** A resource in the tree: stands for it among the defers, so that no method of a user's object decides what is shown. */
  static final class Named implements AutoCloseable {
    final ResourceKind kind;
    final String name;
    final long since;

    /** Whether it has a private scope, through which the tree finds it. */
    final boolean isApart;

    private volatile @Nullable AutoCloseable resource;
    private boolean listed; // guarded by the monitor of the extras

    Named(AutoCloseable resource, ResourceKind kind, String name, long since, boolean isApart) {
      this.resource = resource;
      this.kind = kind;
      this.name = name;
      this.since = since;
      this.isApart = isApart;
    }

    /** The resource; null once it was closed by hand and need not be closed by its owner. */
    @Nullable AutoCloseable resource() {
      return resource;
    }

    @Override
    public void close() throws Exception {
      AutoCloseable r = resource;
      if (r != null) {
        r.close();
      }
    }
  }

  /** The private scopes of the resources; made when the first is opened. */
  Chain<PrivateScope> resources() {
    Chain<PrivateScope> r = resources;
    if (r == null) {
      synchronized (this) {
        r = resources;
        if (r == null) {
          r = new Chain<>();
          resources = r;
        }
      }
    }
    return r;
  }

  @Nullable Chain<PrivateScope> resourcesOrNull() {
    return resources;
  }

  boolean hasResources() {
    Chain<PrivateScope> r = resources;
    return r != null && !r.isEmpty();
  }

  synchronized Mailbox handOvers(Workers workers) {
    Mailbox m = handOvers;
    if (m == null) {
      m = new Mailbox(workers);
      handOvers = m;
    }
    return m;
  }

  synchronized Outcome outcome() {
    Outcome o = outcome;
    if (o == null) {
      o = new Outcome();
      outcome = o;
    }
    return o;
  }

  synchronized Chain<HookNode> hooks() {
    Chain<HookNode> h = hooks;
    if (h == null) {
      h = new Chain<>();
      hooks = h;
    }
    return h;
  }

  /** The hooks that end with a frame. */
  synchronized Chain<HookNode> hooks(Frame frame) {
    framed = true;
    if (hooksOfFrames == null) {
      hooksOfFrames = new IdentityHashMap<>(4);
    }
    return hooksOfFrames.computeIfAbsent(frame, f -> new Chain<>());
  }

  /** A frame has ended: its hooks will not run. */
  void removeHooksOf(Frame frame) {
    Chain<HookNode> chain;
    synchronized (this) {
      chain = hooksOfFrames == null ? null : hooksOfFrames.remove(frame);
    }
    if (chain != null) {
      chain.forEach(HookNode::remove);
    }
  }

  Waiter watch() {
    Waiter waiter = new Waiter();
    Waiter.push(WATCHERS, this, waiter);
    return waiter;
  }

  void leave(Waiter waiter) {
    Waiter.leave(WATCHERS, this, waiter);
  }

  void tellEnd() {
    EndListener listener = endListener;
    if (listener != null) {
      listener.scopeEnds();
    }
  }

  void tellClosed() {
    EndListener listener = endListener;
    if (listener != null) {
      listener.scopeClosed();
    }
  }

  void wakeWatchers() {
    if (watchers != null) {
      Waiter.wakeAll(WATCHERS, this, 0);
    }
  }

  /** The grace of a task that was cancelled alone, to be forgotten at its end. */
  synchronized void grace(TaskNode<?> task, GraceWatch watch) {
    framed = true;
    if (graceOfTasks == null) {
      graceOfTasks = new IdentityHashMap<>(4);
    }
    graceOfTasks.put(task, watch);
  }

  synchronized @Nullable GraceWatch takeGrace(TaskNode<?> task) {
    return graceOfTasks == null ? null : graceOfTasks.remove(task);
  }

  /** A run of hooks that the close must wait for; listed before it takes its hooks. */
  synchronized void began(HookRun run) {
    if (hookRuns == null) {
      hookRuns = new ArrayList<>(1);
    }
    hookRuns.add(run);
  }

  synchronized void finished(HookRun run) {
    if (hookRuns != null) {
      hookRuns.remove(run);
    }
  }

  synchronized List<HookRun> hookRuns() {
    return hookRuns == null ? List.of() : List.copyOf(hookRuns);
  }

  synchronized boolean hasHooks() {
    return hooks != null && !hooks.isEmpty() || hooksOfFrames != null && !hooksOfFrames.isEmpty();
  }

  /** The lists of hooks to run at a cancel: of one frame, or of the whole scope and all its frames. */
  synchronized List<Chain<HookNode>> hooksFor(@Nullable Frame only) {
    List<Chain<HookNode>> all = new ArrayList<>();
    if (only == null) {
      if (hooks != null) {
        all.add(hooks);
      }
      if (hooksOfFrames != null) {
        all.addAll(hooksOfFrames.values());
      }
    } else if (hooksOfFrames != null && hooksOfFrames.get(only) != null) {
      all.add(hooksOfFrames.get(only));
    }
    return all;
  }

  synchronized void also(CancelReason reason) {
    if (also == null) {
      also = new ArrayList<>(1);
    }
    if (also.size() < ALSO) {
      also.add(reason);
    }
  }

  synchronized List<CancelReason> also() {
    return also == null ? List.of() : List.copyOf(also);
  }

  /** Whether the close has nothing to do here but to forget the watch; refuses cleanup from then on. */
  synchronized boolean closeIfBare() {
    boolean bare =
        outcome == null && hooks == null && hooksOfFrames == null && defers == null && untaken == null && grace == null && hookRuns == null && orphans == null && limiter == null && !hasResources();
    deferred |= bare;
    return bare;
  }

  /** Adds cleanup; false if the cleanup has already been taken to be run. */
  synchronized boolean defer(AutoCloseable cleanup) {
    if (deferred) {
      return false;
    }
    if (defers == null) {
      defers = new ArrayDeque<>(2);
    }
    defers.push(cleanup);
    if (cleanup instanceof Named named) {
      named.listed = true;
    }
    return true;
  }

  /**
   * The resource was closed by hand. Its entry is let go of at once, and taken out when there are more such than others: a search for each would be long where
   * many are open.
   */
  synchronized void forget(Named named) {
    if (named.listed && defers != null) {
      named.listed = false;
      named.resource = null;
      if (++forgotten > defers.size() / 2) {
        defers.removeIf(d -> d instanceof Named n && n.resource == null);
        forgotten = 0;
      }
    }
  }

  /** Takes the cleanup that was added last; null when all is taken, after which none is accepted. */
  synchronized @Nullable AutoCloseable nextDeferred() {
    AutoCloseable next = defers == null ? null : defers.poll();
    while (next instanceof Named named) {
      if (named.resource != null) {
        named.listed = false;
        return next;
      }
      forgotten--;
      next = defers == null ? null : defers.poll();
    }
    if (next == null) {
      deferred = true;
    }
    return next;
  }

  /** How many entries the cleanup has, those that were let go of included: for tests. */
  synchronized int deferredEntries() {
    return defers == null ? 0 : defers.size();
  }

  /** The resources of the tree, oldest first. */
  synchronized List<Named> owned() {
    List<Named> owned = new ArrayList<>();
    if (defers != null) {
      defers.descendingIterator().forEachRemaining(d -> {
        if (d instanceof Named named && named.resource != null) {
          owned.add(named);
        }
      });
    }
    return owned;
  }

  synchronized void untaken(TaskNode<?> task) {
    if (untaken == null) {
      untaken = new LinkedHashSet<>(2);
    }
    untaken.add(task);
  }

  synchronized void taken(TaskNode<?> task) {
    if (untaken != null) {
      untaken.remove(task);
    }
  }

  synchronized List<TaskNode<?>> takeUntaken() {
    List<TaskNode<?>> all = untaken == null ? List.of() : List.copyOf(untaken);
    untaken = null;
    return all;
  }
}
