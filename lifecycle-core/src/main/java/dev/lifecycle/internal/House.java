package dev.lifecycle.internal;

import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.Housekeeping;
import dev.lifecycle.spi.MonotonicClock;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The clocks and alarms of a lifecycle. On a clock that runs by itself the actions of all alarms of the process go through one {@link Mailbox}; on one that is
 * moved by hand they run where the timer fires them, one after the other by a lock, since the timer itself may find what was listed too late on a library
 * thread while somebody moves the clock.
 */
final class House implements Housekeeping {
  private static final Mailbox ACTIONS = new Mailbox(Workers.SYSTEM);

  final DeadlineTimer timer;
  private final MonotonicClock clock;
  private final CoarseClock coarse;
  private final ReentrantLock turn = new ReentrantLock();

  House(MonotonicClock clock, CoarseClock coarse, DeadlineTimer timer) {
    this.clock = clock;
    this.coarse = coarse;
    this.timer = timer;
  }

  @Override
  public MonotonicClock clock() {
    return clock;
  }

  @Override
  public long coarseTime() {
    return coarse.nanoTime();
  }

  @Override
  public Alarm alarm(Runnable action) {
    return new HouseAlarm(this, Objects.requireNonNull(action, "action"));
  }

  /** Runs an action soon, after those that came before; on a clock that is moved by hand now. */
  void act(Runnable action) {
    if (!timer.isFollowed()) {
      ACTIONS.post(action);
      return;
    }
    turn.lock();
    try {
      action.run();
    } finally {
      turn.unlock();
    }
  }
}
