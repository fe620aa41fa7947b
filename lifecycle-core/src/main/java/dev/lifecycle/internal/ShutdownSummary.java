package dev.lifecycle.internal;

import dev.lifecycle.OrphanReport;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The one implementation of {@link ShutdownReport}. */
record ShutdownSummary(
    String supervisor,
    int drained,
    Map<String, Integer> cancelledByPurpose,
    List<OrphanReport.Orphan> orphans,
    Map<String, Service.Status> services,
    List<Throwable> failures,
    Duration drainTook,
    Duration took)
    implements ShutdownReport {
  ShutdownSummary {
    cancelledByPurpose = Collections.unmodifiableMap(cancelledByPurpose);
    services = Collections.unmodifiableMap(services); // in their order, which Map.copyOf would lose
  }

  @Override
  public int cancelled() {
    return cancelledByPurpose.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public boolean isClean() {
    return cancelledByPurpose.isEmpty() && orphans.isEmpty() && failures.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("shutdown of ").append(supervisor).append(": ").append(drained).append(" drained, ").append(cancelled()).append(" cancelled");
    if (!cancelledByPurpose.isEmpty()) {
      text.append(' ').append(cancelledByPurpose);
    }
    text.append(", ").append(orphans.size()).append(" orphaned");
    if (!services.isEmpty()) {
      text.append(", services ").append(services);
    }
    text.append(", took ").append(took.toMillis()).append(" ms (drain ").append(drainTook.toMillis()).append(" ms)");
    for (Throwable failure : failures) {
      text.append("\n  failed: ").append(failure);
    }
    for (OrphanReport.Orphan orphan : orphans) {
      text.append("\n  orphaned ").append(orphan);
      for (StackTraceElement frame : orphan.stack()) {
        text.append("\n    at ").append(frame);
      }
    }
    return text.toString();
  }
}
