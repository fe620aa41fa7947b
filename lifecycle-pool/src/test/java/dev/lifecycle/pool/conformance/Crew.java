package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a check. No wait on them is without a bound, since a pool under test may hang; what hangs at the end is interrupted and left behind as a
 * daemon.
 */
final class Crew implements AutoCloseable {
  private static final long POLL_NANOS = 20_000;
  private static final long LEAVE_MILLIS = 2_000;

  private final Pace pace;
  private final List<Member<?>> members = new CopyOnWriteArrayList<>();

  Crew(Pace pace) {
    this.pace = pace;
  }

  Pace pace() {
    return pace;
  }

  /** A thread and what it works out. */
  static final class Member<T> extends FutureTask<T> {
    private final Thread thread;
    private final Duration patience;

    private Member(Callable<T> body, Duration patience) {
      super(body);
      this.patience = patience;
      thread = new Thread(this, "conformance");
      thread.setDaemon(true);
    }

    /** What the body returned or threw, within the patience. */
    T result() throws Exception {
      return result(patience, "a caller was stuck");
    }

    /** What the body returned or threw. */
    T result(Duration atMost, String otherwise) throws Exception {
      try {
        return get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new Violation(otherwise);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception failure) {
          throw failure;
        }
        throw e;
      }
    }

    void interrupt() {
      thread.interrupt();
    }

    /** Returns once the thread is parked; for one that does nothing but acquire, it waits in the pool then. Throws what the body threw instead of waiting. */
    void awaitParked() throws Exception {
      long end = System.nanoTime() + patience.toNanos();
      while (!isParked()) {
        if (isDone()) {
          result();
          throw new Violation("a caller did not wait though nothing was idle");
        }
        Violation.unless(System.nanoTime() < end, "a caller neither waited nor returned");
        LockSupport.parkNanos(POLL_NANOS);
      }
    }

    private boolean isParked() {
      Thread.State state = thread.getState();
      return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
  }

  /** Starts a thread. */
  <T> Member<T> start(Callable<T> body) {
    Member<T> member = new Member<>(body, pace.patience());
    members.add(member);
    member.thread.start();
    return member;
  }

  /** Forgets those that have ended, between the rounds of a long check. */
  void sweep() {
    members.removeIf(FutureTask::isDone);
  }

  @Override
  public void close() throws InterruptedException {
    members.forEach(member -> {
      if (!member.isDone()) {
        member.interrupt();
      }
    });
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVE_MILLIS);
    for (Member<?> member : members) {
      member.thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    }
  }
}
