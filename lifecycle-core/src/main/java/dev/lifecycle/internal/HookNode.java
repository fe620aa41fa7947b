package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Registration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A cancel hook, listed in its scope. Whoever takes {@code pending} to false runs it or has removed it: the canceller's side, the registering thread that
 * finds the cancel done, or {@link #remove}.
 */
final class HookNode extends Link implements Registration {
  private static final VarHandle PENDING;

  static {
    try {
      PENDING = MethodHandles.lookup().findVarHandle(HookNode.class, "pending", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final ScopeCore scope;

  /** The frame that the hook ends with; null for a hook of the whole scope. */
  final @Nullable Frame frame;

  private final Chain<HookNode> chain;
  private final Action hook;
  private final Carriers.@Nullable Captured carried;

  @SuppressWarnings("unused") // through PENDING
  private volatile boolean pending = true;

  private HookNode(ScopeCore scope, @Nullable Frame frame, Chain<HookNode> chain, Action hook) {
    this.scope = scope;
    this.chain = chain;
    this.frame = frame;
    this.hook = hook;
    this.carried = carried(scope, frame);
  }

  /** What the hook's task was forked with; for a hook of the scope or of a call, what there is at the registration. */
  private static Carriers.@Nullable Captured carried(ScopeCore scope, @Nullable Frame frame) {
    if (frame instanceof TaskNode<?> task) {
      return task.ext == null ? null : task.ext.carried;
    }
    return scope.carries ? Carriers.capture(scope) : null;
  }

  /** Registers the hook, or runs it here if the scope or the frame's task is cancelled. */
  static Registration register(ScopeCore scope, @Nullable Frame frame, Action hook) {
    scope.applyDeadline(); // before the hook is listed: a cancel made here must not hand it to a library thread
    Chain<HookNode> chain = frame == null ? scope.extras().hooks() : scope.extras().hooks(frame);
    HookNode node = new HookNode(scope, frame, chain, hook);
    chain.add(node);
    if (frame != null && frame.phase() >= Frame.DONE) {
      scope.extras().removeHooksOf(frame);
      node.remove();
    } else if ((scope.is(ScopeState.CANCELLED) || isCancelled(frame)) && node.claim()) {
      chain.remove(node);
      node.run();
    } else if (scope.is(ScopeState.CLOSED)) {
      node.remove();
    }
    return node;
  }

  private static boolean isCancelled(@Nullable Frame frame) {
    return frame instanceof TaskNode<?> task && task.mark() != null;
  }

  /** Wins the right to run the hook. */
  boolean claim() {
    return PENDING.compareAndSet(this, true, false);
  }

  /** Runs the hook on this thread, shielded. */
  void run() {
    try {
      ShieldFrame.<@Nullable Void, Exception>run(
          scope,
          ShieldFrame.OWN_BOUND,
          () -> {
            Carriers.run(carried, hook);
            return null;
          });
    } catch (Throwable t) {
      scope.report(FailureReport.Kind.HOOK_FAILED, "a cancel hook threw", frame instanceof TaskNode<?> task ? task : null, t);
    }
  }

  @Override
  public boolean remove() {
    if (!claim()) {
      return false;
    }
    chain.remove(this);
    return true;
  }

  /** Takes the hook out of its list, once claimed. */
  void unlist() {
    chain.remove(this);
  }

  @Override
  public String toString() {
    return "hook of " + scope;
  }
}
