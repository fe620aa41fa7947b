package dev.lifecycle.pool.rooms;

import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.Holder;
import dev.lifecycle.spi.Housekeeping;
import dev.lifecycle.spi.MonotonicClock;
import dev.lifecycle.spi.ResourceEvent;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A private scope in which nothing happens by itself: what is started or disposed waits until the test runs it, in the order that the test chooses, and alarms
 * go off when the test advances the clock. For one thread.
 */
public final class ManualRoom implements ResourceScope, Housekeeping {
  /** The word of what is disposed. */
  public static final String DISPOSAL = "close";

  private record Job(String what, Work work, Runnable disposal) {}

  /** What was reported. */
  public record Report(ResourceEvent event, String message, Throwable failure) {}

  private final VirtualClock clock = new VirtualClock();
  private final List<Job> jobs = new ArrayList<>();
  private final List<ManualAlarm> alarms = new ArrayList<>();
  private final List<Report> reports = new ArrayList<>();
  private final Duration grace;
  private Runnable beforeStart = () -> {};
  private Runnable beforeDispose = () -> {};
  private Runnable beforeAlarm = () -> {};
  private Runnable atCoarseTime = () -> {};
  private Runnable afterCoarseTime = () -> {};
  private boolean closed;

  /** A room whose owner has this grace; zero, if the test thread is to close a pool that is in use. */
  public ManualRoom(Duration grace) {
    this.grace = grace;
    clock.follow(
        new MonotonicClock.Follower() {
          @Override
          public long next() {
            return alarms.stream().mapToLong(a -> a.due).min().orElse(MonotonicClock.NEVER);
          }

          @Override
          public void moved() {
            for (ManualAlarm alarm : List.copyOf(alarms)) {
              alarm.moved();
            }
          }
        });
  }

  // ---- for the test

  /** How many of these wait to be run. */
  public int pending(String what) {
    return (int) jobs.stream().filter(job -> job.what.equals(what)).count();
  }

  /** What stands for a job, to tell it from others. */
  public Object job(int index) {
    return jobs.get(index).work == null ? jobs.get(index).disposal : jobs.get(index).work;
  }

  /** How many jobs wait to be run. */
  public int pending() {
    return jobs.size();
  }

  /** The word of a job, counted from the oldest that waits. */
  public String what(int index) {
    return jobs.get(index).what;
  }

  /** Runs a job to its end. */
  public void run(int index) {
    Job job = jobs.remove(index);
    if (job.work == null) {
      job.disposal.run();
    } else {
      job.work.run();
    }
  }

  /** Runs all, and what they cause, oldest first. */
  public void runAll() {
    while (!jobs.isEmpty()) {
      run(0);
    }
  }

  /** Has something happen between the decision to start a work and its start, as if the starter had been preempted there. */
  public void beforeStart(Runnable action) {
    beforeStart = action;
  }

  /** Has something happen once, before the next disposal is taken on; what it throws refuses that one. */
  public void beforeDispose(Runnable action) {
    beforeDispose = action;
  }

  /** Has something happen once, before the next alarm is set; what it throws refuses that one. */
  public void beforeAlarm(Runnable action) {
    beforeAlarm = action;
  }

  /** Has something happen once, at the next reading of the coarse clock, as if another thread had come between. */
  public void atCoarseTime(Runnable action) {
    atCoarseTime = action;
  }

  /** Has something happen once, between the next reading of the coarse clock and its use, as if another thread had come between. */
  public void afterCoarseTime(Runnable action) {
    afterCoarseTime = action;
  }

  /** Moves the clock on; what is due happens before this returns. */
  public void advance(Duration time) {
    clock.advance(time);
  }

  /** What was reported so far. */
  public List<Report> reports() {
    return List.copyOf(reports);
  }

  /** Whether the resource has closed this. */
  public boolean isClosed() {
    return closed;
  }

  // ---- for the resource

  @Override
  public String name() {
    return "model.pool";
  }

  @Override
  public String owner() {
    return "s-1 model";
  }

  @Override
  public Housekeeping housekeeping() {
    return this;
  }

  @Override
  public Duration grace() {
    return grace;
  }

  @Override
  public void start(String what, Work work) {
    beforeStart.run();
    if (closed) {
      work.neverRun(new CancellationException("closed"));
    } else {
      jobs.add(new Job(what, work, null));
    }
  }

  @Override
  public void dispose(Runnable end) {
    Runnable action = beforeDispose;
    beforeDispose = () -> {};
    action.run();
    jobs.add(new Job(DISPOSAL, null, end));
  }

  @Override
  public void cancelWork(String message) {
    List<Job> works = jobs.stream().filter(job -> job.work != null).toList();
    jobs.removeAll(works);
    works.forEach(job -> job.work.neverRun(new CancellationException(message)));
  }

  @Override
  public boolean isOwnerCancelled() {
    return false;
  }

  @Override
  public List<Holder> holders(List<Thread> threads, long... since) {
    return threads.stream().map(t -> new Holder(t.getId(), t.getName(), null, null, null)).toList();
  }

  @Override
  public void report(ResourceEvent event, String message, Thread holder, long since, Throwable failure) {
    reports.add(new Report(event, message, failure));
  }

  @Override
  public void close() {
    closed = true;
    cancelWork("closed");
  }

  @Override
  public MonotonicClock clock() {
    return clock;
  }

  @Override
  public long coarseTime() {
    Runnable action = atCoarseTime;
    atCoarseTime = () -> {};
    action.run();
    long now = clock.nanoTime();
    Runnable after = afterCoarseTime;
    afterCoarseTime = () -> {};
    after.run();
    return now;
  }

  @Override
  public Alarm alarm(Runnable action) {
    return new ManualAlarm(action);
  }

  /** In the list while it is set, so that an alarm that is done with leaves nothing. */
  private final class ManualAlarm implements Alarm {
    private final Runnable action;
    private long due = MonotonicClock.NEVER;

    ManualAlarm(Runnable action) {
      this.action = action;
    }

    @Override
    public void at(long nanos) {
      Runnable before = beforeAlarm;
      beforeAlarm = () -> {};
      before.run();
      if (nanos < due) {
        due = Math.max(nanos, clock.nanoTime());
        alarms.remove(this);
        alarms.add(this);
      }
    }

    @Override
    public void cancel() {
      due = MonotonicClock.NEVER;
      alarms.remove(this);
    }

    void moved() {
      if (due <= clock.nanoTime()) {
        cancel();
        action.run();
      }
    }
  }
}
