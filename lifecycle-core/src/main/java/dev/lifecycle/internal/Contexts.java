package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.Deadline;
import dev.lifecycle.Key;
import dev.lifecycle.Registration;
import dev.lifecycle.ScopeCancelledException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The implementations of {@link Context}: small views of a frame, a scope or nothing. */
public final class Contexts {
  private static final Context NONE = new None();

  private Contexts() {}

  /** The context of the current thread. */
  public static Context current() {
    Frame frame = Frames.current();
    if (frame == null) {
      return NONE;
    }
    return frame instanceof ShieldFrame shield ? new Shielded(shield) : new View(frame.scope, frame, null);
  }

  /** The empty context. */
  public static Context none() {
    return NONE;
  }

  static Context of(ScopeHandle handle) {
    return new View(handle.core, null, handle);
  }

  /** See {@link Context#shield}. */
  public static <T extends @Nullable Object, X extends Exception> T shield(Duration bound, Context.Shielded<T, X> cleanup) throws X {
    Objects.requireNonNull(bound, "bound");
    Objects.requireNonNull(cleanup, "cleanup");
    if (bound.isZero() || bound.isNegative()) {
      throw new IllegalArgumentException("bound must be positive: " + bound);
    }
    Frame frame = Frames.current();
    return frame == null ? cleanup.run() : ShieldFrame.run(frame.scope, Times.toNanos(bound), cleanup);
  }

  private static <T> Optional<T> valueOf(ScopeCore scope, Key<T> key) {
    Objects.requireNonNull(key, "key");
    T value = scope.value(key);
    return value == null ? Optional.empty() : Optional.of(value);
  }

  private static final class View implements Context {
    private final ScopeCore scope;
    private final @Nullable Frame frame;
    private final @Nullable ScopeHandle handle; // reachable while the view is

    View(ScopeCore scope, @Nullable Frame frame, @Nullable ScopeHandle handle) {
      this.scope = scope;
      this.frame = frame;
      this.handle = handle;
    }

    @Override
    public Deadline deadline() {
      if (frame instanceof TaskNode<?> task && task.ext != null && task.ext.timeout != null) {
        return Deadline.at(Math.min(scope.due, task.ext.timeout.due), scope.lifecycle.clock);
      }
      return scope.deadline();
    }

    private @Nullable Mark mark() {
      scope.applyDeadline();
      Mark mark = frame instanceof TaskNode<?> task ? task.mark() : null;
      return mark == null ? scope.mark() : mark;
    }

    @Override
    public boolean isCancelled() {
      return mark() != null;
    }

    @Override
    public @Nullable CancelReason cancelReason() {
      Mark mark = mark();
      return mark == null ? null : mark.reason;
    }

    @Override
    public void checkCancelled() {
      Mark mark = mark();
      if (mark != null) {
        throw new ScopeCancelledException(mark.reason);
      }
    }

    @Override
    public Registration onCancel(Action hook) {
      Objects.requireNonNull(hook, "hook");
      try {
        return HookNode.register(scope, frame, hook);
      } finally {
        Reference.reachabilityFence(handle);
      }
    }

    @Override
    public <T> Optional<T> get(Key<T> key) {
      return valueOf(scope, key);
    }
  }

  /** What nothing cancels. */
  private abstract static class Uncancelled implements Context {
    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public @Nullable CancelReason cancelReason() {
      return null;
    }

    @Override
    public void checkCancelled() {}

    @Override
    public Registration onCancel(Action hook) {
      Objects.requireNonNull(hook, "hook");
      AtomicBoolean there = new AtomicBoolean(true);
      return () -> there.getAndSet(false); // it never runs, so the first removal prevents it
    }
  }

  private static final class Shielded extends Uncancelled {
    private final ShieldFrame shield;

    Shielded(ShieldFrame shield) {
      this.shield = shield;
    }

    @Override
    public Deadline deadline() {
      return Deadline.at(shield.deadline, shield.scope.lifecycle.clock);
    }

    @Override
    public <T> Optional<T> get(Key<T> key) {
      return valueOf(shield.scope, key);
    }
  }

  private static final class None extends Uncancelled {
    @Override
    public Deadline deadline() {
      return Deadline.none();
    }

    @Override
    public <T> Optional<T> get(Key<T> key) {
      Objects.requireNonNull(key, "key");
      return Optional.empty();
    }
  }
}
