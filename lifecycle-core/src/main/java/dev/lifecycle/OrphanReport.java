package dev.lifecycle;

import java.time.Duration;
import java.util.List;

/**
 * The tasks that still ran when the grace of their scope was over. Immutable; not for implementing. {@code toString} is fit for a log.
 */
public interface OrphanReport {
  /** The scope's id and path, such as {@code s-4 orders/orders.import}. */
  String scope();

  /** One entry per task, oldest first; at most 1,024. */
  List<Orphan> orphans();

  /** One task that ignored its cancel. */
  interface Orphan {
    /** The task's id. */
    long taskId();

    /** The task's purpose. */
    String purpose();

    /** Time since the task was forked. */
    Duration age();

    /** Time since the task was cancelled. */
    Duration sinceCancel();

    /** The stack of the task's thread when the report was made; empty if the task ended meanwhile. */
    List<StackTraceElement> stack();
  }
}
