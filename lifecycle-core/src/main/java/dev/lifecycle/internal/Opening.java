package dev.lifecycle.internal;

import dev.lifecycle.Deadline;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** How a scope comes into the tree: its parent, its deadline, its place, and then a second look at the parent, which may be ending. */
final class Opening {
  /** No timeout was given as an argument. */
  static final long NO_TIMEOUT = Long.MIN_VALUE;

  private Opening() {}

  /** Opens a scope where the ambient rules put it. */
  static ScopeCore open(LifecycleCore lifecycle, String purpose, ScopeOptions options, long timeout, boolean call) {
    Frame frame = Frames.current();
    Scope explicit = options.parent();
    if (explicit != null) {
      return open(lifecycle, purpose, options, parent(lifecycle, explicit), null, frame, timeout, call);
    }
    if (frame == null || options.isDetached() || frame.scope.lifecycle != lifecycle) {
      return open(lifecycle, purpose, options, null, null, frame, timeout, call);
    }
    return open(lifecycle, purpose, options, frame.scope, frame, frame, timeout, call);
  }

  /** Opens a child of this very scope. */
  static ScopeCore child(ScopeCore parent, String purpose, ScopeOptions options) {
    if (options.parent() != null || options.isDetached()) {
      throw new IllegalArgumentException("options of child must not name a parent or be detached: \"" + purpose + '"');
    }
    return open(parent.lifecycle, purpose, options, parent, null, Frames.current(), NO_TIMEOUT, false);
  }

  /** Opens a child for a part of a supervisor: it does not belong to the task that happens to make it. */
  static ScopeCore part(ScopeCore parent, String purpose, ScopeOptions options) {
    return open(parent.lifecycle, purpose, options, parent, null, null, NO_TIMEOUT, false);
  }

  /**
   * Opens the private scope of a resource, which is no child of the owner's and belongs to no task: nothing that the owner does to its children reaches it. The
   * owner is looked at after the scope is listed, so its end either sees the newcomer or is seen by it.
   */
  static PrivateScope apart(ScopeCore owner, String name) {
    LifecycleCore lifecycle = owner.lifecycle;
    ScopeOptions options = PrivateScope.options(owner.options);
    ScopeCore core = new ScopeCore(lifecycle, lifecycle.purposes.get(name), options, owner, Thread.currentThread(), false, true, MonotonicClock.NEVER, false);
    PrivateScope scope = new PrivateScope(core, owner);
    ScopeExtras extras = core.extras();
    extras.apart = scope;
    extras.endsItself = true;
    try {
      owner.extras().resources().add(scope);
      owner.applyDeadline();
      long w = owner.word();
      if ((w & (ScopeState.NO_ADMIT | ScopeState.CLOSING | ScopeState.CLOSED)) != 0) {
        refuse(core, owner, w, "resource");
      }
    } catch (Throwable t) {
      core.withdraw();
      throw t;
    }
    return scope;
  }

  /** Opens the scope of a supervisor: a child only of the parent that its options name, and never of the task that happens to open it. */
  static ScopeCore supervisor(LifecycleCore lifecycle, String purpose, ScopeOptions options) {
    Scope explicit = options.parent();
    return open(lifecycle, purpose, options, explicit == null ? null : parent(lifecycle, explicit), null, null, NO_TIMEOUT, false);
  }

  private static ScopeCore parent(LifecycleCore lifecycle, Scope explicit) {
    ScopeCore parent = Scopes.coreOf(explicit);
    if (parent.lifecycle != lifecycle) {
      throw new IllegalArgumentException(
          "parent belongs to another lifecycle: scope " + parent + " of \"" + parent.lifecycle.name() + "\", not of \"" + lifecycle.name() + '"');
    }
    return parent;
  }

  /**
   * Opens a scope.
   *
   * @param ambient the frame that the scope is inside of by the ambient rules, from which it has its deadline and its shield
   * @param opener the frame that opens it, which may be somewhere else
   */
  private static ScopeCore open(
      LifecycleCore lifecycle,
      String purpose,
      ScopeOptions options,
      @Nullable ScopeCore parent,
      @Nullable Frame ambient,
      @Nullable Frame opener,
      long timeout,
      boolean call) {
    Purpose p = lifecycle.purposes.get(purpose);
    if (options.executor() instanceof ExecutorService executor && executor.isShutdown()) {
      throw new IllegalArgumentException("executor of scope \"" + purpose + "\" is shut down: " + executor.getClass().getName());
    }
    boolean shielded = ambient instanceof ShieldFrame;
    boolean timed = timeout != NO_TIMEOUT || options.timeout() != null;
    long now = timed ? lifecycle.clock.nanoTime() : 0;
    long deadline = deadline(lifecycle, options, timeout, inherited(parent, ambient), now);
    ScopeCore scope = new ScopeCore(lifecycle, p, options, parent, opener == null ? Thread.currentThread() : opener, ambient != null, shielded, deadline, call);
    if (lifecycle.capturesSites()) {
      scope.extras().site = lifecycle.site();
    }
    try {
      list(scope, parent, ambient);
      if (deadline != MonotonicClock.NEVER) {
        if (!timed || deadline <= now) { // else it cannot have passed: a precise reading costs as much as the rest of a call's entry
          scope.applyDeadline();
        }
        if (call) {
          scope.enlist();
        }
      }
      if (call && scope.is(ScopeState.CANCELLED)) {
        scope.callEnded();
      }
    } catch (Throwable t) {
      scope.withdraw(); // a closer may have found it already and wait for its end
      throw t;
    }
    return scope;
  }

  private static long inherited(@Nullable ScopeCore parent, @Nullable Frame ambient) {
    if (ambient instanceof ShieldFrame shield) {
      return shield.deadline;
    }
    long due = parent == null ? MonotonicClock.NEVER : parent.due;
    if (ambient instanceof TaskNode<?> task && task.ext != null && task.ext.timeout != null) {
      due = Math.min(due, task.ext.timeout.due);
    }
    return due;
  }

  private static long deadline(LifecycleCore lifecycle, ScopeOptions options, long timeout, long inherited, long now) {
    long due = inherited;
    Duration own = options.timeout();
    if (own != null || timeout != NO_TIMEOUT) {
      due = Math.min(due, Times.after(now, own != null ? Times.toNanos(own) : timeout));
    }
    Deadline deadline = options.deadline();
    if (deadline != null && !deadline.isNone()) {
      if (deadline.clock() != lifecycle.clock) {
        throw new IllegalArgumentException("deadline is on another clock than lifecycle \"" + lifecycle.name() + "\": " + deadline);
      }
      due = Math.min(due, deadline.nanos());
    }
    return due;
  }

  /** Lists the scope, then looks at what it was listed under: whoever ends that either sees the newcomer or is seen by it. */
  private static void list(ScopeCore scope, @Nullable ScopeCore parent, @Nullable Frame ambient) {
    if (parent == null) {
      scope.lifecycle.roots(scope.id).add(scope);
      if (scope.lifecycle.isClosed()) {
        throw new IllegalStateException("lifecycle \"" + scope.lifecycle.name() + "\" is closed: scope \"" + scope.purpose + "\" was not opened");
      }
      return;
    }
    TaskNode<?> task = taskOf(ambient);
    if (task != null && !task.has(TaskNode.OPENED)) {
      task.raise(TaskNode.OPENED);
    }
    parent.children().add(scope);
    long w = parent.word();
    if ((w & (ScopeState.NO_ADMIT | ScopeState.CLOSING | ScopeState.CLOSED)) != 0) {
      if (refuse(scope, parent, w, "scope")) {
        ScopeExtras extras = parent.extrasOrNull();
        scope.extras().drainedBy = extras == null ? parent : Objects.requireNonNullElse(extras.drainedBy, parent);
        scope.set(ScopeState.NO_ADMIT);
      }
    }
    if (scope.shielded) {
      return;
    }
    Mark mark = parent.mark();
    if (mark == null && task != null) {
      mark = task.mark();
    }
    if (mark != null) {
      Cancellation.inherit(scope, mark);
    }
  }

  /** Throws if the parent takes nothing more from this thread; returns whether it drains. */
  private static boolean refuse(ScopeCore scope, ScopeCore parent, long w, String what) {
    boolean outsider = Forking.isOutsider(parent);
    if (ScopeState.is(w, ScopeState.CLOSED) || ScopeState.is(w, ScopeState.CLOSING) && outsider) {
      throw new IllegalStateException("parent scope " + parent + " is closed: " + what + " \"" + scope.purpose + "\" was not opened");
    }
    boolean draining = ScopeState.is(w, ScopeState.NO_ADMIT);
    if (draining && outsider) {
      throw new RejectedExecutionException("parent scope " + parent + " is draining: " + what + " \"" + scope.purpose + "\" was not opened");
    }
    return draining;
  }

  /** The task whose cancel reaches what is opened here; none inside a shield, however many calls are in between. */
  private static @Nullable TaskNode<?> taskOf(@Nullable Frame frame) {
    for (Frame f = frame; f != null && !(f instanceof ShieldFrame); f = f.enclosing) {
      if (f instanceof TaskNode<?> task) {
        return task;
      }
    }
    return null;
  }
}
