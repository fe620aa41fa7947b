package dev.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a shutdown went. Immutable; not for implementing. {@code toString} is fit for a log: one line, and for each orphan a line and its live stack.
 *
 * <p>A task is counted once: it was live when the shutdown began and ended by itself (drained), it was cancelled and then ended (cancelled), or it still ran
 * when the grace was over (orphaned). Runs of services are in {@link #services()} and not among the tasks, unless one was orphaned.
 */
public interface ShutdownReport {
  /** The supervisor's id and path. */
  String supervisor();

  /** How many tasks that were live at the beginning ended by themselves. */
  int drained();

  /** How many tasks were cancelled and ended within the grace, bodies that never began included. */
  int cancelled();

  /** The cancelled tasks by purpose. */
  Map<String, Integer> cancelledByPurpose();

  /** What still ran when the grace was over, with live stacks. */
  List<OrphanReport.Orphan> orphans();

  /**
   * The services that had not ended before the shutdown, in the order in which they were told to stop, and where each stands now. The key is the purpose; of
   * several services for one purpose the later ones have their scope's id after it.
   */
  Map<String, Service.Status> services();

  /** What cleanup and closing threw. */
  List<Throwable> failures();

  /** How long the drain took, until the last task had ended by itself or the time was over. */
  Duration drainTook();

  /** How long the whole shutdown took. */
  Duration took();

  /** Whether nothing had to be cancelled, nothing was orphaned and nothing failed; services are always cancelled. */
  boolean isClean();
}
