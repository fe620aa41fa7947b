package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Deadline;
import dev.lifecycle.ScopeInfo;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link ScopeInfo}. */
record Info(
    String id,
    String purpose,
    String path,
    @Nullable String parent,
    Duration age,
    Deadline deadline,
    int live,
    int orphaned,
    boolean cancelled,
    boolean draining,
    boolean closed,
    @Nullable CancelReason cancelReason,
    List<CancelReason> alsoCancelledBy)
    implements ScopeInfo {

  static Info of(ScopeCore scope) {
    scope.applyDeadline();
    long w = scope.word();
    Mark mark = scope.mark();
    ScopeExtras extras = scope.extrasOrNull();
    int[] orphaned = new int[1];
    if (ScopeState.is(w, ScopeState.ABANDONED)) {
      scope.tasks().forEach(task -> orphaned[0] += task.has(TaskNode.ORPHAN) ? 1 : 0);
    }
    return new Info(
        scope.name(),
        scope.purpose.name,
        scope.path(),
        scope.parent == null ? null : scope.parent.name(),
        Duration.ofNanos(Math.max(0, scope.lifecycle.coarse.nanoTime() - scope.openedAt)),
        scope.deadline(),
        ScopeState.live(w),
        orphaned[0],
        ScopeState.is(w, ScopeState.CANCELLED),
        ScopeState.is(w, ScopeState.NO_ADMIT),
        ScopeState.is(w, ScopeState.CLOSED),
        mark == null ? null : mark.reason,
        extras == null ? List.of() : extras.also());
  }
}
