package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 8: a join tells what came first, the last end or the cancel, however late it wakes. */
@Timeout(60)
class JoinAgainstExpiryRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("join"));
  private static final VirtualClock CLOCK = new VirtualClock();
  private static final Lifecycle TIMED = Lifecycle.create(o -> o.name("timed").clock(CLOCK));

  /** One live task, which ends on demand. */
  private interface Joined {
    /** Waits for the end; returns whether it came before the cancel. */
    boolean join() throws InterruptedException;

    void end();

    boolean hasEnded();

    void cancel();

    boolean isCancelled();

    default void close() {}
  }

  private abstract static class Engine implements Joined {
    final CountDownLatch gate = new CountDownLatch(1);
    final Scope scope;

    Engine(Scope scope) {
      this.scope = scope;
      scope.start("join.task", this::awaitGate);
    }

    /** Lets no interrupt end it: the cancel must not decide when the last end is. */
    private void awaitGate() {
      while (gate.getCount() > 0) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          Thread.onSpinWait();
        }
      }
    }

    @Override
    public void end() {
      gate.countDown();
    }

    @Override
    public boolean hasEnded() {
      return scope.info().live() == 0;
    }

    @Override
    public boolean isCancelled() {
      return scope.info().cancelled();
    }

    @Override
    public void close() {
      scope.close();
    }
  }

  private static final class Cancelled extends Engine {
    Cancelled() {
      super(LIFECYCLE.open("join.scope"));
    }

    @Override
    public boolean join() throws InterruptedException {
      try {
        scope.join();
        return true;
      } catch (ScopeCancelledException e) {
        return false;
      }
    }

    @Override
    public void cancel() {
      scope.cancel("race");
    }
  }

  private static final class Expired extends Engine {
    Expired() {
      super(TIMED.open("join.scope", o -> o.timeout(Duration.ofSeconds(1)).grace(Duration.ofDays(1))));
    }

    @Override
    public boolean join() throws InterruptedException {
      try {
        scope.join();
        return true;
      } catch (DeadlineExceededException e) {
        return false;
      }
    }

    @Override
    public void cancel() {
      CLOCK.advance(Duration.ofSeconds(1));
    }
  }

  /** A join that is told what the last end saw, or with the bug looks for itself when it wakes. */
  private static final class Copy implements Joined {
    private static final int CANCELLED = 1;
    private final boolean bug;
    private final AtomicInteger word = new AtomicInteger(2); // live * 2 + CANCELLED
    private volatile Thread waiter;
    private volatile int seen = -1;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    public boolean join() {
      waiter = Thread.currentThread();
      while (seen < 0 && word.get() > 1) {
        LockSupport.park(this);
      }
      Race.until(() -> seen >= 0);
      return ((bug ? word.get() : seen) & CANCELLED) == 0;
    }

    @Override
    public void end() {
      seen = word.addAndGet(-2);
      LockSupport.unpark(waiter);
    }

    @Override
    public boolean hasEnded() {
      return word.get() < 2;
    }

    @Override
    public void cancel() {
      word.getAndAccumulate(CANCELLED, (a, b) -> a | b);
    }

    @Override
    public boolean isCancelled() {
      return (word.get() & CANCELLED) != 0;
    }
  }

  private static final class Round {
    final Joined joined;
    volatile Thread joiner;
    boolean endCameFirst;
    boolean endedBeforeCancel;
    boolean cancelledBeforeEnd;

    Round(Joined joined) {
      this.joined = joined;
    }

    /** Until the joiner is parked: one that comes late sees what is true by then. */
    void awaitJoiner() {
      Race.until(() -> joiner != null && (joiner.getState() == Thread.State.WAITING || joiner.getState() == Thread.State.TIMED_WAITING));
    }

    String violation() {
      joined.close();
      if (endedBeforeCancel && !endCameFirst) {
        return "the last task had ended before the cancel, and join says it was cancelled";
      }
      return cancelledBeforeEnd && endCameFirst ? "the cancel came before the last end, and join does not say so" : null;
    }
  }

  @Test
  void joinTellsWhetherTheLastEndOrTheCancelCameFirst() {
    assertThat(race(Cancelled::new).run().violation()).isNull();
  }

  @Test
  void joinTellsWhetherTheLastEndOrTheDeadlineCameFirst() {
    assertThat(race(Expired::new).run().violation()).isNull();
  }

  @Test
  void theCopyThatIsToldTheWordOfTheLastEndIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAJoinThatLooksWhenItWakes() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("had ended before the cancel");
  }

  private static Race<Round> race(Callable<Joined> joineds) {
    return Race.of(() -> new Round(joineds.call()))
        .actor(
            r -> {
              r.joiner = Thread.currentThread();
              r.endCameFirst = r.joined.join();
            })
        .actor(
            r -> {
              r.awaitJoiner();
              Race.dawdle();
              r.cancelledBeforeEnd = r.joined.isCancelled();
              r.joined.end();
            })
        .actor(
            r -> {
              r.awaitJoiner();
              Race.dawdle();
              r.endedBeforeCancel = r.joined.hasEnded();
              r.joined.cancel();
            })
        .judge(Round::violation);
  }
}
