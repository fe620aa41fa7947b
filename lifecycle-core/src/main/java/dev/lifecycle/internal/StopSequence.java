package dev.lifecycle.internal;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stops the services of a supervisor at its shutdown: the last started first, each when the one after it has ended or has used up its share of the time, so
 * that one which does not stop takes no time from the others. Confined to the supervisor's mailbox.
 */
final class StopSequence extends TimerNode {
  private final Supervision supervision;
  private final Reason reason;
  private final ArrayDeque<ServiceCore> left;
  private long until;
  private long share;
  private @Nullable ServiceCore current;

  StopSequence(Supervision supervision, Reason reason, List<ServiceCore> services, long until) {
    this.supervision = supervision;
    this.reason = reason;
    this.left = new ArrayDeque<>(services);
    this.until = until;
    this.share = share(services.size(), supervision.scope.lifecycle.clock.nanoTime());
  }

  private long share(int services, long now) {
    return Math.max(0, until - now) / Math.max(1, services);
  }

  /** The time is over at this reading, if that is earlier: what is left of it is shared anew. */
  void hurry(long earlier) {
    if (earlier < until && current != null) {
      long now = supervision.scope.lifecycle.clock.nanoTime();
      until = earlier;
      share = share(left.size() + 1, now);
      supervision.scope.lifecycle.timer.remove(this);
      due = Math.min(due, Times.after(now, share));
    }
  }

  @Override
  void fire() {
    supervision.mailbox.post(this::step);
  }

  void step() {
    DeadlineTimer timer = supervision.scope.lifecycle.timer;
    long now = supervision.scope.lifecycle.clock.nanoTime();
    while (current == null || current.hasEnded() || now >= due) {
      timer.remove(this);
      ServiceCore next = left.poll();
      current = next;
      if (next == null) {
        due = Long.MAX_VALUE;
        return;
      }
      due = Times.after(now, share);
      next.halt(reason, until);
    }
    timer.add(this);
  }
}
