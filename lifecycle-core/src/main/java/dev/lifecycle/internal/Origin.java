package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.TaskOptions;
import org.jspecify.annotations.Nullable;

/**
 * What later runs have from the thread that asked for them: its context class loader, since the library's own threads, which start them, have none; and its
 * context, if that was asked for.
 */
final class Origin {
  private final ScopeCore scope;
  private final TaskOptions<@Nullable Void> options;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final Carriers.@Nullable Captured carried;

  /** Reads it on the current thread. */
  Origin(ScopeCore scope, TaskOptions<@Nullable Void> options, boolean withContext) {
    this.scope = scope;
    this.options = options;
    this.carried = withContext && scope.carries ? Carriers.capture(scope) : null;
  }

  /** Starts a run, or throws and has not. */
  TaskNode<?> launch(Action body, RunEnd end) {
    Thread self = Thread.currentThread();
    ClassLoader own = self.getContextClassLoader();
    self.setContextClassLoader(loader); // the new task takes it from its forker
    try {
      return Forking.launch(scope, options, body, carried, end);
    } finally {
      self.setContextClassLoader(own);
    }
  }
}
