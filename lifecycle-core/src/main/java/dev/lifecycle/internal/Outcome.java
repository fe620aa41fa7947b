package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the failures of a scope's tasks add up to. The first by the order of the cancel's CAS is fatal; all others are later ones, of which {@value #MAX}
 * are kept and the rest counted. Guarded by its monitor; exceptions are made outside the engine's hot paths.
 */
final class Outcome {
  private static final int MAX = 32;

  /** A failing task and the reason it offered: it is the fatal one if that reason won. */
  private record Offer(Reason reason, TaskNode<?> task) {}

  private final List<Offer> offers = new ArrayList<>(0);
  private final List<TaskNode<?>> later = new ArrayList<>(0);
  private final List<Throwable> extra = new ArrayList<>(0);
  private int more;
  private @Nullable Reason decided;

  /** A task that is about to offer this reason. */
  synchronized void candidate(Reason reason, TaskNode<?> task) {
    offers.removeIf(o -> o.task == task);
    offers.add(new Offer(reason, task));
  }

  /** A failure that is not the fatal one. */
  synchronized void later(TaskNode<?> task) {
    offers.removeIf(o -> o.task == task);
    if (later.size() < MAX) {
      later.add(task);
    } else {
      more++;
    }
  }

  /** A failure of cleanup, a child or a callback. */
  synchronized void extra(Throwable failure) {
    if (extra.size() < MAX) {
      extra.add(failure);
    } else {
      more++;
    }
  }

  /** A success; returns the reason of the first one, with which all of them cancel, whoever is first to. */
  synchronized Reason decide(Reason reason) {
    Reason first = decided == null ? reason : decided;
    decided = first;
    return first;
  }

  synchronized boolean hasSucceeded() {
    return decided != null;
  }

  /** Whether this winning reason says that the scope has what it wants. */
  synchronized boolean isDecidedBy(Reason reason) {
    return decided == reason;
  }

  /** The task whose failure won the cancel, or null. */
  synchronized @Nullable TaskNode<?> fatal(Reason winner) {
    for (Offer offer : offers) {
      if (offer.reason == winner) {
        return offer.task;
      }
    }
    return null;
  }

  /** The first failure, for a policy that waits for a success. */
  synchronized @Nullable TaskNode<?> first() {
    return later.isEmpty() ? null : later.get(0);
  }

  synchronized boolean hasExtra() {
    return !extra.isEmpty();
  }

  /** A fresh exception for a task whose failure was fatal, with the rest suppressed. */
  TaskFailedException failure(TaskNode<?> fatal) {
    Throwable cause = fatal.failure();
    return withRest(new TaskFailedException(fatal.id(), fatal.purpose(), cause == null ? new IllegalStateException("no failure") : cause), fatal);
  }

  /** A fresh exception for a cancel, with all failures suppressed. */
  RuntimeException cancelled(Reason reason) {
    return withRest(plain(reason), null);
  }

  /** A fresh exception for a cancel, bare. */
  static RuntimeException plain(CancelReason reason) {
    return reason.kind() == CancelReason.Kind.DEADLINE ? new DeadlineExceededException(reason) : new ScopeCancelledException(reason);
  }

  /** Suppresses everything but the given task's failure on the exception, which is ours and fresh: each once, and none that holds it. */
  <E extends Throwable> E withRest(E exception, @Nullable TaskNode<?> except) {
    Set<Throwable> there = Collections.newSetFromMap(new IdentityHashMap<>());
    there.add(exception);
    for (Throwable t = exception.getCause(); t != null && there.add(t); t = t.getCause()) {}
    for (Throwable t : exception.getSuppressed()) {
      there.add(t);
    }
    List<Throwable> rest = rest(except);
    int kept = 0;
    int left = 0;
    for (Throwable t : rest) {
      if (holds(t, exception) || !there.add(t)) {
        continue;
      }
      if (kept < MAX) {
        exception.addSuppressed(t);
        kept++;
      } else {
        left++;
      }
    }
    int uncounted;
    synchronized (this) {
      uncounted = more + left;
    }
    if (uncounted > 0) {
      exception.addSuppressed(new LifecycleException("and " + uncounted + " more failures", null));
    }
    return exception;
  }

  /** Every failure but that of the given task; they count as seen. */
  List<Throwable> rest(@Nullable TaskNode<?> except) {
    List<TaskNode<?>> failed;
    List<Throwable> all = new ArrayList<>();
    synchronized (this) {
      failed = new ArrayList<>(later);
      all.addAll(extra);
    }
    List<Throwable> rest = new ArrayList<>();
    for (TaskNode<?> task : failed) {
      Throwable t = task == except ? null : task.failure();
      if (t != null) {
        rest.add(t);
      }
    }
    rest.addAll(all);
    return rest;
  }

  /** The tasks whose failure nobody has seen, but for the given one. */
  synchronized List<TaskNode<?>> unseen(@Nullable TaskNode<?> except) {
    List<TaskNode<?>> all = new ArrayList<>();
    for (TaskNode<?> task : later) {
      if (task != except && !task.has(TaskNode.SEEN)) {
        all.add(task);
      }
    }
    return all;
  }

  /** Whether {@code inner} is in the chain of causes of {@code outer}, or suppressed along it. */
  static boolean holds(Throwable outer, Throwable inner) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable t = outer; t != null && seen.add(t); t = t.getCause()) {
      if (t == inner) {
        return true;
      }
      for (Throwable s : t.getSuppressed()) {
        if (s == inner) {
          return true;
        }
      }
    }
    return false;
  }
}
