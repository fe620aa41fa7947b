package dev.lifecycle.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the contract says of one scope, without threads. Not thread-safe. */
final class ModelScope {
  /** How join and close end. */
  enum End {
    PEACE,
    FAILED,
    CANCELLED
  }

  /** A body that waits. */
  static final class Blocked {
    final String purpose;
    final boolean failsWhenCancelled;

    Blocked(String purpose, boolean failsWhenCancelled) {
      this.purpose = purpose;
      this.failsWhenCancelled = failsWhenCancelled;
    }
  }

  /** forked, succeeded, failed, cancelled, rejected. */
  static final class Counts {
    final long[] of = new long[5];
    long live;
  }

  static final int FORKED = 0;
  static final int SUCCEEDED = 1;
  static final int FAILED = 2;
  static final int CANCELLED = 3;
  static final int REJECTED = 4;

  final boolean supervise;
  final List<ModelScope> children = new ArrayList<>();
  final List<Blocked> blocked = new ArrayList<>();
  private final Map<String, Counts> counts;
  boolean draining;
  boolean cancelled;
  boolean closed;
  private boolean failed;
  private boolean failureSeen;

  ModelScope(boolean supervise, Map<String, Counts> counts) {
    this.supervise = supervise;
    this.counts = counts;
  }

  Counts counts(String purpose) {
    return counts.computeIfAbsent(purpose, p -> new Counts());
  }

  /** A child that is opened from outside; only if neither closed nor draining. */
  ModelScope child(boolean childSupervises) {
    ModelScope child = new ModelScope(childSupervises, counts);
    child.cancelled = cancelled;
    children.add(child);
    return child;
  }

  void ended(String purpose, int how) {
    counts(purpose).of[how]++;
  }

  /** A body threw, before or after its cancel: counted by the caller. */
  private void failure() {
    if (!supervise && !cancelled) {
      failed = true;
      cancel();
    }
  }

  void fail(String purpose) {
    ended(purpose, FAILED);
    failure();
  }

  Blocked block(String purpose, boolean failsWhenCancelled) {
    Blocked body = new Blocked(purpose, failsWhenCancelled);
    blocked.add(body);
    counts(purpose).live++;
    return body;
  }

  void release(Blocked body) {
    blocked.remove(body);
    counts(body.purpose).live--;
    ended(body.purpose, SUCCEEDED);
  }

  /** Of one task alone. */
  void cancelTask(Blocked body) {
    blocked.remove(body);
    counts(body.purpose).live--;
    if (body.failsWhenCancelled) {
      fail(body.purpose);
    } else {
      ended(body.purpose, CANCELLED);
    }
  }

  boolean cancel() {
    if (cancelled || closed) {
      return false;
    }
    cancelled = true;
    for (Blocked body : blocked) {
      counts(body.purpose).live--;
      ended(body.purpose, body.failsWhenCancelled ? FAILED : CANCELLED);
    }
    blocked.clear();
    children.forEach(ModelScope::cancel);
    return true;
  }

  void drain() {
    draining = true;
    children.stream().filter(child -> !child.closed).forEach(ModelScope::drain);
  }

  End join() {
    if (failed) {
      failureSeen = true;
      return End.FAILED;
    }
    return cancelled ? End.CANCELLED : End.PEACE;
  }

  /** What close throws: FAILED for a fatal failure of its own or of a child that nobody has seen, else nothing. */
  End close() {
    if (closed) {
      return End.PEACE;
    }
    if (!blocked.isEmpty() || children.stream().anyMatch(child -> !child.closed)) {
      cancel();
    }
    boolean throwing = false;
    for (ModelScope child : children) {
      throwing |= child.close() == End.FAILED;
    }
    throwing |= failed && !failureSeen;
    failureSeen |= failed;
    closed = true;
    return throwing ? End.FAILED : End.PEACE;
  }

  int open() {
    return closed ? 0 : 1 + children.stream().mapToInt(ModelScope::open).sum();
  }
}
