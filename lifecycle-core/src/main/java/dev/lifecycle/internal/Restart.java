package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A restart of one service or of several together. First what runs is stopped, last started first, each when the one after it has ended; then the backoff is
 * waited out; then all are started, first to last, each when the one before is ready. Every event that may let it go on calls {@link #step}. Confined to the
 * supervisor's mailbox.
 */
final class Restart extends TimerNode {
  private final Supervision supervision;
  private final TreeSet<RestartedService> members = new TreeSet<>(Comparator.comparingLong((RestartedService s) -> s.order));
  private final String why;
  private long startAt;
  private @Nullable ArrayDeque<RestartedService> toStart;
  private @Nullable RestartedService starting;

  Restart(Supervision supervision, String why, long startAt) {
    this.supervision = supervision;
    this.why = why;
    this.startAt = startAt;
  }

  void add(RestartedService service) {
    members.add(service);
  }

  boolean meets(Restart other) {
    return members.stream().anyMatch(other.members::contains);
  }

  /** Takes over what an earlier restart has not done: what it has brought up again stays up. */
  void absorb(Restart earlier) {
    for (RestartedService service : earlier.members) {
      if (earlier.toStart == null || !service.hasRun()) {
        members.add(service);
      }
    }
    startAt = Math.max(startAt, earlier.toStart == null ? earlier.startAt : startAt);
    earlier.abort();
  }

  void abort() {
    supervision.scope.lifecycle.timer.remove(this);
    members.clear();
    toStart = new ArrayDeque<>();
    starting = null;
  }

  void forget(RestartedService service) {
    members.remove(service);
    if (toStart != null) {
      toStart.remove(service);
    }
    if (starting == service) {
      starting = null;
    }
  }

  @Override
  void fire() {
    supervision.mailbox.post(supervision::step);
  }

  /** Goes as far as it can; returns whether there is nothing left to do. */
  boolean step() {
    if (members.isEmpty()) {
      supervision.scope.lifecycle.timer.remove(this); // all have ended meanwhile
      return true;
    }
    return (toStart != null || isStopped() && isTime()) && isStarted();
  }

  private boolean isStopped() {
    for (RestartedService service : members.descendingSet()) {
      if (service.hasRun()) {
        service.stopForRestart(service.scope.reason(CancelReason.Kind.RESTART, why, null));
        return false;
      }
    }
    return true;
  }

  private boolean isTime() {
    if (supervision.scope.lifecycle.clock.nanoTime() < startAt) {
      due = startAt;
      supervision.scope.lifecycle.timer.add(this);
      return false;
    }
    toStart = new ArrayDeque<>(members);
    return true;
  }

  private boolean isStarted() {
    ArrayDeque<RestartedService> left = toStart;
    while (left != null) {
      RestartedService current = starting;
      if (current != null && !current.isReady()) {
        return false; // its end or its being ready comes as an event
      }
      starting = left.poll();
      if (starting == null) {
        return true;
      }
      if (!supervision.start(starting)) {
        return false; // another restart has taken its place
      }
    }
    return false;
  }
}
