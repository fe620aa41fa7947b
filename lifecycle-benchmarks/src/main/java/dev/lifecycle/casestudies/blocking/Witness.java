package dev.lifecycle.casestudies.blocking;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Task;
import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.report.Naming;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Sees which bodies go on after their call has been given up, and whether each of them was named. Thread-safe. */
final class Witness {
  private final LiveWork bodies = new LiveWork();
  private final Map<Long, Named> named = new ConcurrentHashMap<>();
  private final Queue<Task<?>> orphans = new ConcurrentLinkedQueue<>();

  /** Runs a body that nothing may be able to stop. */
  int legacy(LiveWork.Body<Integer, IOException> call) throws IOException, InterruptedException {
    return bodies.counted(call);
  }

  /** Takes a report of a scope whose call began at this reading of {@link System#nanoTime()}. */
  void reported(FailureReport report, long start) {
    if (report.kind() == FailureReport.Kind.TASK_STUCK) {
      named.putIfAbsent(report.taskId(), new Named(report, (System.nanoTime() - start) / 1e6));
    }
  }

  /** Takes the task of a call that is over. */
  void given(@Nullable Task<?> task) {
    if (task != null && task.status() == Task.Status.ORPHANED) {
      orphans.add(task);
    }
  }

  /** Bodies that go on. */
  int liveBodies() {
    return bodies.count();
  }

  /** How many tasks were given up. */
  int orphanCount() {
    return orphans.size();
  }

  /** Those of them that no report named with id, purpose and a stack inside the legacy class. */
  long unnamedCount() {
    return orphans.stream().filter(task -> {
      Named n = named.get(task.id());
      return n == null || !Naming.names(n.report().taskId(), n.report().purpose(), n.report().stack(), task.purpose(), LegacyGateway.class);
    }).count();
  }

  /** The reports, one per task. */
  List<Named> reports() {
    return List.copyOf(named.values());
  }

  /**
   * A task that was named.
   *
   * @param afterMillis time from the start of the call to the report
   */
  record Named(FailureReport report, double afterMillis) {}
}
