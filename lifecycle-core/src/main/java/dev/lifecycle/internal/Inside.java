package dev.lifecycle.internal;

import org.jspecify.annotations.Nullable;

/** Where the current thread stands: in which tasks, of which scopes. Waiting for oneself would never end, so it is refused at once. */
final class Inside {
  private Inside() {}

  /** Whether a body on this thread belongs to the scope or a descendant. */
  static boolean of(ScopeCore scope) {
    for (Frame f = Frames.current(); f != null; f = f.enclosing) {
      if (f.scope.isWithin(scope)) {
        return true;
      }
    }
    return false;
  }

  /** Refuses to wait for the scope from a body of it or of a descendant; the body of its own call is task 0 and may. */
  static void refuseJoin(ScopeCore scope, String method) {
    for (Frame f = Frames.current(); f != null; f = f.enclosing) {
      if (f.scope.isWithin(scope) && !(f.scope == scope && f instanceof CallFrame)) {
        throw refused(scope, f, method);
      }
    }
  }

  /** Refuses to close the scope from any body of it or of a descendant. */
  static void refuseClose(ScopeCore scope) {
    refuseClose(scope, "close");
  }

  /** As above, for a method of another name. */
  static void refuseClose(ScopeCore scope, String method) {
    for (Frame f = Frames.current(); f != null; f = f.enclosing) {
      if (f.scope.isWithin(scope)) {
        throw refused(scope, f, method);
      }
    }
  }

  private static IllegalStateException refused(ScopeCore scope, Frame at, String method) {
    return new IllegalStateException(
        method + " of scope " + scope + " called from inside it, by " + describe(at) + " of scope " + at.scope + ": it would wait for itself");
  }

  private static String describe(Frame frame) {
    if (frame instanceof TaskNode<?> task) {
      return "task t-" + task.id() + " \"" + task.purpose() + '"';
    }
    return frame instanceof CallFrame ? "the body of the call" : "cleanup";
  }

  /** Refuses to wait for a task from itself or from something that it waits for. */
  static void refuseGet(TaskNode<?> task) {
    for (Frame f = Frames.current(); f != null; f = f.enclosing) {
      for (Frame up = f; up != null; up = openerOf(up.scope)) {
        if (up == task) {
          throw new IllegalStateException(
              "get of task t-" + task.id() + " \"" + task.purpose() + "\" called from inside it, by " + describe(f) + " of scope " + f.scope + ": it would wait for itself");
        }
      }
    }
  }

  /** Whether this body, or one that waits for it, holds a permit of the scope: what it runs in its own frame is then no body more. */
  static boolean holdsPermit(Frame frame, ScopeCore scope) {
    for (Frame up = frame; up != null; up = openerOf(up.scope)) {
      if (up instanceof TaskNode<?> task && task.scope == scope && task.has(TaskNode.PERMIT)) {
        return true;
      }
    }
    return false;
  }

  /** The frame in which the nearest scope that was opened in a frame was opened. */
  private static @Nullable Frame openerOf(ScopeCore scope) {
    for (ScopeCore s = scope; s != null; s = s.parent) {
      if (s.opener instanceof Frame frame) {
        return frame;
      }
    }
    return null;
  }
}
