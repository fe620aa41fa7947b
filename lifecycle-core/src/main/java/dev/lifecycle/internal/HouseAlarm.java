package dev.lifecycle.internal;

import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.MonotonicClock;
import java.util.concurrent.TimeUnit;

/**
 * An alarm in the timer.
 *
 * <p>{@code pending} is the time that was asked for, {@link MonotonicClock#NEVER} if none; {@code posted} says that it has come and the action has not begun,
 * which counts as pending for whoever sets or cancels the alarm. Both change under the monitor, under which nothing blocks and no foreign code runs; the timer's
 * monitor is taken inside it, never the other way round, since nodes fire outside that one.
 *
 * <p>The timer takes the node out and then fires it. Between the two the alarm may be cancelled or set, and listed anew: so firing looks at {@code pending}, not
 * at what was listed. One that has passed is taken, whichever listing brought it, and what is listed then is taken out; one that lies ahead is listed and fires
 * in its time. Nothing is lost, and of a listing that fires in vain nobody learns.
 */
final class HouseAlarm extends TimerNode implements Alarm {
  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(100);

  private final House house;
  private final Runnable action;
  private final Runnable run = this::run;
  private long pending = MonotonicClock.NEVER; // guarded by the monitor, as is what follows
  private boolean posted;

  HouseAlarm(House house, Runnable action) {
    this.house = house;
    this.action = action;
  }

  @Override
  public synchronized void at(long nanos) {
    if (posted || pending <= nanos) {
      return;
    }
    house.timer.remove(this);
    pending = nanos;
    due = nanos;
    try {
      house.timer.add(this);
    } catch (Throwable t) { // no memory, or no thread for the timer: the next time that is set must not be taken for a later one
      pending = MonotonicClock.NEVER;
      throw t;
    }
  }

  @Override
  public synchronized void cancel() {
    pending = MonotonicClock.NEVER;
    posted = false;
    house.timer.remove(this);
  }

  @Override
  void fire() {
    synchronized (this) {
      if (pending > house.clock().nanoTime()) {
        return;
      }
      pending = MonotonicClock.NEVER;
      house.timer.remove(this);
      posted = true;
    }
    try {
      house.act(run);
    } catch (Throwable t) { // no memory to post it
      synchronized (this) {
        posted = false;
        at(Times.after(house.clock().nanoTime(), RETRY));
      }
      throw t;
    }
  }

  private void run() {
    synchronized (this) {
      if (!posted) {
        return; // cancelled meanwhile
      }
      posted = false;
    }
    try {
      action.run();
    } catch (Throwable t) {
      Reports.internal("the action of an alarm failed", t);
    }
  }
}
