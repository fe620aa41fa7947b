package dev.lifecycle.internal;

import dev.lifecycle.OrphanReport;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a shutdown counts: who was there at its beginning and at the cancel, and what became of them. Guarded by its monitor, under which nothing blocks. */
final class Toll {
  private final Set<ScopeCore> withOrphans = new LinkedHashSet<>();
  private final List<ServiceCore> services = new ArrayList<>();
  private final List<TaskNode<?>> putOff = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private List<TaskNode<?>> atBegin = List.of();
  private List<TaskNode<?>> atCancel = List.of();
  private long beganAt = MonotonicClock.NEVER;
  private long cancelledAt = MonotonicClock.NEVER;
  private @Nullable ShutdownReport report;

  /** The first drain; the later ones change nothing. */
  synchronized void began(long now, List<TaskNode<?>> live, List<ScopeCore> scopes) {
    if (beganAt != MonotonicClock.NEVER) {
      return;
    }
    beganAt = now;
    atBegin = live;
    for (ScopeCore scope : scopes) { // orphans from before
      ScopeExtras extras = scope.extrasOrNull();
      if (extras != null && extras.orphans != null) {
        withOrphans.add(scope);
      }
    }
  }

  /** The first cancel; the later ones change nothing. */
  synchronized void cancelled(long now, List<TaskNode<?>> live, List<ServiceCore> stopped) {
    if (cancelledAt == MonotonicClock.NEVER) {
      cancelledAt = now;
      atCancel = live;
      services.addAll(stopped);
    }
  }

  /** A task that was cancelled because it would have been due too late. */
  synchronized void putOff(TaskNode<?> task) {
    putOff.add(task);
  }

  synchronized void failed(Throwable failure) {
    failures.add(failure);
  }

  /** A scope has left orphans: the shutdowns above must name them, also if the scope's parent has closed and left the tree by the time they look. */
  static void orphaned(ScopeCore scope) {
    for (ScopeCore s = scope; s != null; s = s.parent) {
      Supervision above = Below.supervision(s);
      if (above != null) {
        above.shutdown.toll.orphans(scope);
      }
    }
  }

  private synchronized void orphans(ScopeCore scope) {
    if (beganAt != MonotonicClock.NEVER && report == null) { // else the drain finds them in the tree
      withOrphans.add(scope);
    }
  }

  // ---- the report

  synchronized ShutdownReport report(ScopeCore scope) {
    if (report == null) {
      report = make(scope);
    }
    return report;
  }

  private ShutdownReport make(ScopeCore scope) {
    Set<Long> orphaned = new HashSet<>();
    List<OrphanReport.Orphan> orphans = orphans(orphaned);
    Set<TaskNode<?>> stopped = new LinkedHashSet<>(putOff);
    stopped.addAll(atCancel);
    int drained = 0;
    for (TaskNode<?> task : atBegin) {
      if (!stopped.contains(task) && !orphaned.contains(task.id()) && task.mark() == null) {
        drained++;
      } else {
        stopped.add(task);
      }
    }
    Map<String, Integer> cancelled = new TreeMap<>();
    for (TaskNode<?> task : stopped) {
      if (!orphaned.contains(task.id()) && task.mark() != null) {
        cancelled.merge(task.purpose(), 1, Integer::sum);
      }
    }
    long end = scope.lifecycle.clock.nanoTime();
    long began = Math.min(beganAt, end);
    long phase = Math.min(Math.max(cancelledAt, began), end);
    ShutdownReport made =
        new ShutdownSummary(
            scope.toString(), drained, cancelled, List.copyOf(orphans), statuses(), List.copyOf(failures), Duration.ofNanos(phase - began), Duration.ofNanos(end - began));
    withOrphans.clear(); // the supervisor may be held for long, and what it counted need not be
    services.clear();
    putOff.clear();
    atBegin = List.of();
    atCancel = List.of();
    return made;
  }

  private List<OrphanReport.Orphan> orphans(Set<Long> ids) {
    List<OrphanReport.Orphan> orphans = new ArrayList<>();
    for (ScopeCore scope : withOrphans) {
      ScopeExtras extras = scope.extras();
      OrphanReport of = extras.orphans;
      if (of != null) {
        extras.orphansSeen = true;
        for (OrphanReport.Orphan orphan : of.orphans()) {
          if (ids.add(orphan.taskId())) {
            orphans.add(orphan);
          }
        }
      }
    }
    return orphans;
  }

  private Map<String, Service.Status> statuses() {
    Map<String, Service.Status> statuses = new LinkedHashMap<>();
    for (ServiceCore service : services) {
      if (statuses.putIfAbsent(service.purpose(), service.status()) != null) {
        statuses.put(service.purpose() + ' ' + service.scope.name(), service.status());
      }
    }
    return statuses;
  }
}
