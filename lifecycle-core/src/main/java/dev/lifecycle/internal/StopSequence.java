package dev.lifecycle.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
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
  private final List<RestartedService> nested = new ArrayList<>(); // told to shut down, and not cancelled
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

  /** The time is over at this reading, if that is earlier: what is left of it is shared anew, also by what is in a nested supervisor that was told before. */
  void hurry(long earlier) {
    if (earlier < until) {
      long now = supervision.scope.lifecycle.clock.nanoTime();
      until = earlier;
      share = share(left.size() + 1, now);
      supervision.scope.lifecycle.timer.remove(this);
      due = Math.min(due, Times.after(now, share));
      nested.removeIf(ServiceCore::hasEnded);
      nested.forEach(service -> service.halt(reason, until));
    }
  }

  /** Tells all that are left, without an order. */
  void tellAll() {
    due = Long.MIN_VALUE;
    share = 0;
    step();
  }

  @Override
  void fire() {
    supervision.mailbox.post(this::step);
  }

  void step() {
    DeadlineTimer timer = supervision.scope.lifecycle.timer;
    long now = supervision.scope.lifecycle.clock.nanoTime();
    timer.remove(this);
    while (!left.isEmpty() && (current == null || current.hasEnded() || now >= Math.min(due, until))) {
      ServiceCore next = left.poll();
      current = next;
      due = Math.min(until, Times.after(now, share));
      next.halt(reason, until);
      if (next instanceof RestartedService service && service.wasTold()) {
        nested.add(service);
      }
    }
    nested.removeIf(ServiceCore::hasEnded);
    long last = Times.after(until, GraceWatch.SETTLE); // by when all in them has ended or was abandoned
    if (left.isEmpty() && now >= last) {
      nested.forEach(service -> Cancellation.cancel(service.scope, reason)); // the last net: runs like any other
    } else if (!left.isEmpty() || !nested.isEmpty()) {
      due = left.isEmpty() ? last : due;
      timer.add(this);
    }
  }
}
