package dev.lifecycle.internal;

import dev.lifecycle.RestartPolicy;
import java.util.ArrayDeque;

/** How many restarts a window still allows: the readings of those within it. Confined to the supervisor's mailbox. */
final class Budget {
  private final int limit;
  private final long window;
  private final ArrayDeque<Long> taken = new ArrayDeque<>(0);

  Budget(RestartPolicy policy) {
    this.limit = policy.limit();
    this.window = Times.toNanos(policy.window());
  }

  /** Takes one restart; false if the window has none left. */
  boolean take(long now) {
    while (!taken.isEmpty() && now - taken.peek() >= window) {
      taken.poll();
    }
    if (taken.size() == limit) {
      return false;
    }
    taken.add(now);
    return true;
  }
}
