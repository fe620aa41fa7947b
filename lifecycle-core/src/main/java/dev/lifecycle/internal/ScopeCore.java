package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Deadline;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Key;
import dev.lifecycle.Policy;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one scope and what belongs to it: the record that the tree, the timer and the dumps work with.
 *
 * <p>It is its own node of the timer ({@code due} is the effective deadline) and of its parent's list of children, so that a call allocates little more
 * than this. What only some scopes have is in {@link ScopeExtras}. The work is done by {@link Forking}, {@link Cancellation}, {@link Waits},
 * {@link Closing} and {@link Calls}; this class holds what they share.
 */
final class ScopeCore extends ScopeState {
  private static final VarHandle EXTRAS;
  private static final VarHandle TASKS;
  private static final VarHandle CHILDREN;
  private static final VarHandle CALL;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      EXTRAS = lookup.findVarHandle(ScopeCore.class, "extras", ScopeExtras.class);
      TASKS = lookup.findVarHandle(ScopeCore.class, "tasks", TaskList.class);
      CALL = lookup.findVarHandle(ScopeCore.class, "call", CallFrame.class);
      CHILDREN = lookup.findVarHandle(ScopeCore.class, "children", Chain.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final long id = Ids.next();
  final LifecycleCore lifecycle;
  final Purpose purpose;
  final ScopeOptions options;
  final @Nullable ScopeCore parent;

  /** The frame in which the scope was opened, else the thread. */
  final Object opener;

  /** Whether it is a child of the opener by the ambient rules, and so ends with that task alone; one with an explicit parent does not. */
  final boolean ambient;

  final long openedAt;

  /** Whether the parent's cancel stops here: opened inside a shield. */
  final boolean shielded;

  /** Whether a scope of the path has carriers. */
  final boolean carries;

  private final boolean plain;

  /** Whether this is the scope of a call, which only the caller's thread may close. */
  final boolean isCall;

  /** The body of a call while it runs. Written before the scope is listed, cleared by the caller's thread. */
  volatile @Nullable CallFrame call;

  /** A failure that there was no memory to judge; kept so that it is not lost. */
  private volatile @Nullable TaskNode<?> unjudged;

  private volatile @Nullable TaskList tasks;
  private volatile @Nullable Chain<ScopeCore> children;
  private volatile @Nullable ScopeExtras extras;

  ScopeCore(LifecycleCore lifecycle, Purpose purpose, ScopeOptions options, @Nullable ScopeCore parent, Object opener, boolean ambient, boolean shielded, long deadline, boolean isCall) {
    this.lifecycle = lifecycle;
    this.purpose = purpose;
    this.options = options;
    this.parent = parent;
    this.opener = opener;
    this.ambient = ambient;
    this.shielded = shielded;
    this.due = deadline;
    this.isCall = isCall;
    if (isCall) {
      CALL.set(this, new CallFrame(this)); // plain: published by the list
    }
    this.carries = !options.carriers().isEmpty() || parent != null && parent.carries;
    this.openedAt = lifecycle.coarse.nanoTime();
    Policy policy = options.newPolicy();
    this.plain = policy == Policy.FAIL_FAST;
    if (!plain || options.maxConcurrent() > 0) {
      ScopeExtras e = extras();
      e.policy = policy;
      if (options.maxConcurrent() > 0) {
        e.limiter = new Limiter(options.maxConcurrent(), options.overflow());
      }
    }
  }

  // ---- parts

  ScopeExtras extras() {
    ScopeExtras e = extras;
    if (e == null) {
      e = new ScopeExtras();
      if (!EXTRAS.compareAndSet(this, null, e)) {
        e = Objects.requireNonNull(extras);
      }
    }
    return e;
  }

  @Nullable ScopeExtras extrasOrNull() {
    return extras;
  }

  TaskList tasks() {
    TaskList c = tasks;
    if (c == null) {
      c = new TaskList();
      if (!TASKS.compareAndSet(this, null, c)) {
        c = Objects.requireNonNull(tasks);
      }
    }
    return c;
  }

  @Nullable TaskList tasksOrNull() {
    return tasks;
  }

  Chain<ScopeCore> children() {
    Chain<ScopeCore> c = children;
    if (c == null) {
      c = new Chain<>();
      if (!CHILDREN.compareAndSet(this, null, c)) {
        c = Objects.requireNonNull(children);
      }
    }
    return c;
  }

  @Nullable Chain<ScopeCore> childrenOrNull() {
    return children;
  }

  @Nullable Limiter limiter() {
    ScopeExtras e = extras;
    return e == null ? null : e.limiter;
  }

  Policy policy() {
    ScopeExtras e = extras;
    Policy p = e == null ? null : e.policy;
    return p == null ? Policy.FAIL_FAST : p;
  }

  /** Whether no code of a user follows the body of a plain task on its thread. */
  boolean isPlain() {
    return plain;
  }

  /**
   * Gives a task to the executor of somebody else, which may block or run the body on the thread that calls it: on a library thread, and for one scope on one
   * at a time, so that a pool that blocks does not take them all.
   */
  void handOver(Runnable start) {
    extras().handOvers(lifecycle.workers).post(start);
  }

  // ---- the deadline

  /**
   * Makes the deadline known to the timer, if it is not known yet: as that of the scope whose own it is, which may have nothing but this child. Called after
   * counting a task or setting the call frame: the timer unlists the scope and then looks for a task or a child, the forker counts and then looks at the
   * list, so one of them sees the other.
   */
  void enlist() {
    if (due != MonotonicClock.NEVER) {
      ScopeCore owner = deadlineOwner();
      if (owner.place == UNLISTED) {
        lifecycle.timer.addYoung(owner);
        if (owner.is(LEFT)) {
          lifecycle.timer.remove(owner); // it closed meanwhile
        }
      }
    }
  }

  private ScopeCore deadlineOwner() {
    ScopeCore owner = this;
    while (!owner.ownsDeadline()) {
      owner = Objects.requireNonNull(owner.parent);
    }
    return owner;
  }

  private boolean ownsDeadline() {
    ScopeCore p = parent;
    return p == null || shielded || due < p.due;
  }

  @Override
  void fire() {
    long w = word();
    Chain<ScopeCore> below = children;
    if (is(w, CANCELLED) && !is(w, CLOSED)) {
      also(deadlineReason());
      return;
    }
    if (is(w, CLOSED) || live(w) == 0 && call == null && (below == null || below.isEmpty()) && !hasResources()) {
      return; // nobody to tell: whoever comes next applies the deadline first
    }
    Mark m = new Mark(deadlineReason());
    if (win(m)) {
      lifecycle.workers.execute(() -> Cancellation.propagate(this, m));
    } else {
      also(m.reason);
    }
  }

  /** Cancels if the deadline has passed and nobody has noticed. */
  void applyDeadline() {
    if (due != MonotonicClock.NEVER && !is(CANCELLED | CLOSED) && lifecycle.clock.nanoTime() >= due) {
      ScopeCore owner = deadlineOwner();
      Cancellation.cancel(owner, owner.deadlineReason());
      if (owner != this && !is(CANCELLED)) { // the owner was cancelled before by somebody who is still on the way here
        Mark won = owner.mark();
        Mark m = won == null ? new Mark(owner.deadlineReason()) : won; // the very reason that won: a task knows its own cancel by it
        if (win(m)) {
          Cancellation.propagate(this, m);
        }
      }
    }
  }

  private Reason deadlineReason() {
    return reason(CancelReason.Kind.DEADLINE, "deadline of scope \"" + purpose.name + "\" exceeded", null);
  }

  Deadline deadline() {
    return Deadline.at(due, lifecycle.clock);
  }

  // ---- tasks

  /** A task has left its body, or never had one to run: judge it, count it, let it go. On the ending thread. */
  void ended(TaskNode<?> task) {
    try {
      ScopeExtras e = extras;
      if (e != null && e.framed) {
        e.removeHooksOf(task);
        GraceWatch watch = e.takeGrace(task);
        if (watch != null) {
          lifecycle.timer.remove(watch);
        }
      }
      Verdicts.ended(this, task);
    } catch (Throwable t) { // no foreign code throws here: memory or stack has run out
      if (task.hasFailed() && !task.has(TaskNode.SEEN)) {
        unjudged = task;
      }
      Reports.internal("the end of a task could not be judged", t);
    } finally {
      release(task); // also if memory ran out while the end was judged: a task that is never let go is waited for without end
    }
  }

  /** Takes a task out of the scope. Called once per admitted task, by whoever {@link Frame} says. */
  void release(TaskNode<?> task) {
    try {
      if (task.lower(TaskNode.PERMIT)) {
        Forking.passPermit(this);
      }
    } finally {
      task.unlist();
      if (leave()) {
        quiet();
      }
    }
  }

  /** Judges a failure that could not be judged at its end, before anybody learns what the scope came to. */
  boolean judgeLate() {
    TaskNode<?> task = unjudged;
    if (task == null) {
      return false;
    }
    unjudged = null;
    Verdicts.failedLate(this, task);
    return true;
  }

  /** Wakes who waits for something else than the count. */
  void wakeWatchers() {
    ScopeExtras e = extras;
    if (e != null) {
      e.wakeWatchers();
    }
  }

  /** The count has come to zero. */
  private void quiet() {
    ScopeExtras e = extras;
    if (e != null) {
      e.wakeWatchers();
      GraceWatch watch = e.grace;
      if (watch != null && call == null) {
        lifecycle.timer.remove(watch);
      }
      if (e.endsItself && e.drainedBy == this && !is(CLOSING)) {
        lifecycle.workers.execute(() -> Closing.endAlone(this)); // not here: the ending thread may be a stranger's, and listeners follow
      }
    }
    if (isOver()) {
      unlist(); // the last orphan of a closed scope
    }
  }

  /** Whether frame bodies of this scope or a descendant are where the current thread stands. */
  boolean isWithin(ScopeCore ancestor) {
    for (ScopeCore s = this; s != null; s = s.parent) {
      if (s == ancestor) {
        return true;
      }
    }
    return false;
  }

  /** The body of the call has ended, or will not begin: who waits for that may go on, and its grace is over unless something else is live. */
  void callEnded() {
    call = null;
    ScopeExtras e = extras;
    if (e != null) {
      e.wakeWatchers();
      GraceWatch watch = e.grace;
      if (watch != null && live(word()) == 0) {
        lifecycle.timer.remove(watch);
      }
    }
  }

  /** Closes a scope that nobody will ever hold, or whose end failed: whoever waits for it must not wait without end. */
  void withdraw() {
    set(CLOSED);
    unlist();
    wakeWatchers();
    ScopeExtras e = extras;
    if (e != null) {
      e.tellClosed();
    }
  }

  /** Lets go of the parent's list and the timer, once. */
  void unlist() {
    if (win(LEFT)) {
      takeOut();
    }
  }

  /** Ends the close of a scope that has nothing to end; false if it has. Looks after CLOSING was set: who comes now is turned away. */
  boolean closeBare() {
    if (live(word()) > 0 || extras != null || children != null || options.executor() != null) {
      return false;
    }
    if (win(LEFT, CLOSED)) { // an opener that was turned away takes its scope out itself
      takeOut();
    }
    return true;
  }

  /** Takes it out of its parent's list, and with it every closed ancestor that was only listed for what has now gone. */
  private void takeOut() {
    for (ScopeCore s = this; ; ) {
      lifecycle.timer.remove(s);
      ScopeCore p = s.parent;
      if (p == null) {
        lifecycle.roots(s.id).remove(s);
        return;
      }
      ScopeExtras e = s.extras;
      if (e == null || e.apart == null) {
        p.children().remove(s);
      } else {
        p.extras().resources().remove(e.apart);
      }
      if (!p.isOver() || !p.win(LEFT)) {
        return;
      }
      s = p;
    }
  }

  /**
   * Whether it is closed and nothing is left in it or below, so that it can leave the tree: its own orphans and those of its children are to be seen there
   * until they end. Asked by whoever closes it, by its last task and by its last child, each after its own step, so that the last of them finds it so.
   */
  boolean isOver() {
    long w = word();
    if (!is(w, CLOSED) || live(w) > 0) {
      return false;
    }
    Chain<ScopeCore> below = children;
    return (below == null || below.isEmpty()) && !hasResources();
  }

  private boolean hasResources() {
    ScopeExtras e = extras;
    return e != null && e.hasResources();
  }

  /** Visits the scopes right below: its children, and the private scopes of its resources. */
  void forEachBelow(Consumer<? super ScopeCore> visitor) {
    Chain<ScopeCore> below = children;
    if (below != null) {
      below.forEach(visitor);
    }
    ScopeExtras e = extras;
    Chain<PrivateScope> resources = e == null ? null : e.resourcesOrNull();
    if (resources != null) {
      resources.forEach(resource -> visitor.accept(resource.core));
    }
  }

  // ---- words about itself

  String name() {
    return "s-" + id;
  }

  String path() {
    StringBuilder path = new StringBuilder(purpose.name);
    for (ScopeCore p = parent; p != null; p = p.parent) {
      path.insert(0, p.purpose.name + '/');
    }
    return path.toString();
  }

  @Override
  public String toString() {
    return name() + ' ' + path();
  }

  Reason reason(CancelReason.Kind kind, String message, @Nullable Throwable cause) {
    return new Reason(kind, message, name(), lifecycle.clock.instant(), cause);
  }

  /** A cancel that came too late to win. */
  void also(Reason reason) {
    extras().also(reason);
    EndListener listener = extras().endListener;
    if (listener != null) {
      listener.cancelledAgain();
    }
  }

  <T> @Nullable T value(Key<T> key) {
    for (ScopeCore s = this; s != null; s = s.parent) {
      T value = s.options.value(key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  void report(FailureReport.Kind kind, String message, @Nullable TaskNode<?> task, @Nullable Throwable failure) {
    lifecycle.reports.tell(this, kind, message, task, failure, null);
  }
}
