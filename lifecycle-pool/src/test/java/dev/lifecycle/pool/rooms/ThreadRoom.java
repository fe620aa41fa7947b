package dev.lifecycle.pool.rooms;

import dev.lifecycle.spi.Alarm;
import dev.lifecycle.spi.Holder;
import dev.lifecycle.spi.Housekeeping;
import dev.lifecycle.spi.MonotonicClock;
import dev.lifecycle.spi.ResourceEvent;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A private scope of plain threads on the system's clock: what is started runs at once. All rooms share their threads, since a race makes very many. Thread-safe. */
public final class ThreadRoom implements ResourceScope, Housekeeping {
  private static final long ORIGIN = System.nanoTime();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool(daemon("room"));
  private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(1, daemon("room-timer"));

  static {
    TIMER.setRemoveOnCancelPolicy(true);
  }

  private final MonotonicClock clock =
      new MonotonicClock() {
        @Override
        public long nanoTime() {
          long now = reading();
          afterReading.run();
          return now;
        }

        @Override
        public Instant instant() {
          return Instant.now();
        }

        @Override
        public void parkUntil(Object blocker, long nanos) {
          if (nanos == NEVER) {
            LockSupport.park(blocker);
          } else {
            LockSupport.parkNanos(blocker, nanos - reading());
          }
        }
      };

  private final Duration grace;
  private final Runnable afterReading;
  private final Set<Running> works = ConcurrentHashMap.newKeySet();
  private final AtomicInteger disposals = new AtomicInteger();
  private final Set<ResourceEvent> reported = ConcurrentHashMap.newKeySet();
  private final Set<TimerAlarm> alarms = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A room whose owner has this grace.
   *
   * @param afterReading runs between each reading of the clock and its use. The pool reads it between what it sees and what it does about that, so a moment
   *     passed here widens the windows of the real engine
   */
  public ThreadRoom(Duration grace, Runnable afterReading) {
    this.grace = grace;
    this.afterReading = afterReading;
  }

  private static long reading() {
    return System.nanoTime() - ORIGIN;
  }

  private static ThreadFactory daemon(String name) {
    return body -> {
      Thread thread = new Thread(body, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Whether nothing that was started or disposed runs or is about to. */
  public boolean isQuiet() {
    return works.isEmpty() && disposals.get() == 0;
  }

  /** Whether anything of this kind was reported. */
  public boolean hasReported(ResourceEvent event) {
    return reported.contains(event);
  }

  /** Lets all alarms go off now that are set. */
  public void ring() {
    alarms.forEach(TimerAlarm::ringIfSet);
  }

  @Override
  public String name() {
    return "race.pool";
  }

  @Override
  public String owner() {
    return "s-1 race";
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
    Running running = new Running(work);
    works.add(running); // before the look at closed: a close sees it, or is seen
    if (closed) {
      running.cancel();
    } else {
      THREADS.execute(running.task);
    }
  }

  @Override
  public void dispose(Runnable end) {
    disposals.incrementAndGet();
    THREADS.execute(
        () -> {
          try {
            end.run();
          } finally {
            disposals.decrementAndGet();
          }
        });
  }

  @Override
  public void cancelWork(String message) {
    works.forEach(Running::cancel);
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
    reported.add(event);
  }

  /** Does not wait: the race does. */
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
    return clock.nanoTime();
  }

  @Override
  public Alarm alarm(Runnable action) {
    TimerAlarm alarm = new TimerAlarm(action);
    alarms.add(alarm);
    return alarm;
  }

  /** A work: begun by its thread or told that it never will be, whichever comes first. */
  private final class Running {
    private final Work work;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final FutureTask<Void> task = new FutureTask<>(this::run, null);

    Running(Work work) {
      this.work = work;
    }

    private void run() {
      if (begun.compareAndSet(false, true)) {
        try {
          work.run();
        } finally {
          works.remove(this);
        }
      }
    }

    void cancel() {
      if (begun.compareAndSet(false, true)) {
        try {
          work.neverRun(new CancellationException("cancelled"));
        } finally {
          works.remove(this);
        }
      }
      task.cancel(true); // interrupts a run that goes on
    }
  }

  private static final class TimerAlarm implements Alarm {
    private final Runnable action;
    private Future<?> pending; // guarded by this, as is due
    private long due = MonotonicClock.NEVER;

    TimerAlarm(Runnable action) {
      this.action = action;
    }

    @Override
    public synchronized void at(long nanos) {
      if (nanos < due) {
        cancel();
        due = nanos;
        ScheduledFuture<?> next = TIMER.schedule(this::ring, nanos - reading(), TimeUnit.NANOSECONDS);
        pending = next;
      }
    }

    @Override
    public synchronized void cancel() {
      due = MonotonicClock.NEVER;
      if (pending != null) {
        pending.cancel(false);
        pending = null;
      }
    }

    void ringIfSet() {
      synchronized (this) {
        if (pending == null) {
          return;
        }
        cancel();
      }
      action.run();
    }

    private void ring() {
      synchronized (this) {
        due = MonotonicClock.NEVER;
        pending = null;
      }
      action.run();
    }
  }
}
