package dev.lifecycle.internal;

import dev.lifecycle.OrphanReport;
import java.time.Duration;
import java.util.List;

/** The one implementation of {@link OrphanReport}. */
record Orphans(String scope, List<OrphanReport.Orphan> orphans) implements OrphanReport {
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("scope ").append(scope).append(" left ").append(orphans.size()).append(" orphaned tasks");
    for (OrphanReport.Orphan orphan : orphans) {
      text.append("\n  ").append(orphan);
      for (StackTraceElement frame : orphan.stack()) {
        text.append("\n    at ").append(frame);
      }
    }
    return text.toString();
  }

  /** One task. */
  record One(long taskId, String purpose, long ageNanos, long sinceCancelNanos, List<StackTraceElement> stack) implements OrphanReport.Orphan {
    @Override
    public Duration age() {
      return Duration.ofNanos(ageNanos);
    }

    @Override
    public Duration sinceCancel() {
      return Duration.ofNanos(sinceCancelNanos);
    }

    @Override
    public String toString() {
      return "t-" + taskId + " \"" + purpose + "\" age " + ageNanos / 1_000_000 + " ms, cancelled " + sinceCancelNanos / 1_000_000 + " ms ago";
    }
  }
}
