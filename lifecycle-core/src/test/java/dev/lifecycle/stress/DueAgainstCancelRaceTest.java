package dev.lifecycle.stress;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.junit.VirtualClock;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scheduled task that becomes due while it is cancelled: its body has begun when the cancel returns, and knows of it, or never begins; it is counted once. */
@Timeout(60)
class DueAgainstCancelRaceTest {
  private static ScheduledExecutorService pool;

  private enum Kind {
    DELAYED,
    PERIODIC
  }

  private enum Canceller {
    FUTURE,
    VIEW_SHUTDOWN_NOW,
    SUPERVISOR
  }

  private abstract static class Owner {
    final AtomicInteger begun = new AtomicInteger();
    private volatile boolean cancelled;
    volatile String violation;

    abstract void becomeDue();

    /** Returns true if the future was cancelled by this. */
    abstract boolean cancel();

    /** Whether the body that runs on this thread is a cancelled one. */
    abstract boolean knowsOfTheCancel();

    /** Judges what is left when nothing happens any more. */
    abstract String judge() throws Exception;

    final void body() {
      if (begun.incrementAndGet() > 1) {
        violation = "the body has begun twice";
      }
      if (cancelled && !knowsOfTheCancel()) { // begun just before, it may come to its first line after
        violation = "the body has begun after the cancel had returned";
      }
    }

    final void cancelAndNote() {
      cancelled = cancel();
    }
  }

  private static final class Engine extends Owner {
    private final VirtualClock clock = new VirtualClock();
    private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("due").clock(clock));
    private final Supervisor app = lifecycle.supervisor("race.app", o -> o.drain(ZERO));
    private final ScheduledExecutorService view = app.supervise("race.job", pool);
    private final Canceller canceller;
    private final Kind kind;
    private final ScheduledFuture<?> future;

    Engine(Kind kind, Canceller canceller) {
      this.kind = kind;
      this.canceller = canceller;
      this.future = kind == Kind.DELAYED ? view.schedule(this::body, 1, TimeUnit.SECONDS) : view.scheduleAtFixedRate(this::body, 1, 1, TimeUnit.DAYS);
    }

    @Override
    void becomeDue() {
      clock.advance(ofSeconds(1));
    }

    @Override
    boolean cancel() {
      switch (canceller) {
        case FUTURE -> {
          return future.cancel(true);
        }
        case VIEW_SHUTDOWN_NOW -> view.shutdownNow();
        default -> app.cancel("race");
      }
      return future.isCancelled();
    }

    @Override
    boolean knowsOfTheCancel() {
      return Context.current().isCancelled();
    }

    /** Whether what was forked has ended. */
    private boolean isQuiet() {
      TaskCounts c = lifecycle.counts().get("race.job");
      return c.live() == 0 && c.forked() == c.succeeded() + c.failed() + c.cancelled() + c.rejected();
    }

    @Override
    String judge() throws Exception {
      Race.until(() -> future.isDone() && isQuiet());
      clock.advance(ofSeconds(200_000)); // more than two days
      app.close();
      Race.until(this::isQuiet); // a tick that met the end may still have been on its way
      lifecycle.close();
      if (violation != null) {
        return violation;
      }
      TaskCounts c = lifecycle.counts().get("race.job");
      if (c.failed() != 0 || c.forked() > 1 || kind == Kind.DELAYED && c.forked() != 1) {
        return "miscounted: " + c;
      }
      if (c.succeeded() > begun.get()) {
        return "succeeded without a body: " + c;
      }
      try {
        future.get();
        return kind == Kind.DELAYED && begun.get() == 1 && c.succeeded() == 1 ? null : "a value without a run: " + c;
      } catch (CancellationException e) {
        return null;
      } catch (ExecutionException e) {
        return "failed: " + e;
      }
    }
  }

  /** Decides by one word whether the body begins; with the bug it looks first and decides then. */
  private static final class Copy extends Owner {
    private final boolean bug;
    private final AtomicInteger word = new AtomicInteger();

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    void becomeDue() {
      if (bug) {
        if (word.get() == 0) {
          Race.linger();
          body();
        }
      } else if (word.compareAndSet(0, 1)) {
        begun.incrementAndGet();
      }
    }

    @Override
    boolean cancel() {
      return word.compareAndSet(0, 2);
    }

    @Override
    boolean knowsOfTheCancel() {
      return false;
    }

    @Override
    String judge() {
      return violation;
    }
  }

  @BeforeAll
  static void makesAPool() {
    pool = Executors.newScheduledThreadPool(2);
  }

  @AfterAll
  static void shutsItDown() {
    pool.shutdown();
  }

  @ParameterizedTest
  @EnumSource
  void aDelayedTaskRunsOrIsCancelledAndIsCountedOnce(Canceller canceller) {
    assertThat(race(() -> new Engine(Kind.DELAYED, canceller)).run().violation()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void aPeriodicTaskBeginsNoRunAfterItsCancelAndEachIsCountedOnce(Canceller canceller) {
    assertThat(race(() -> new Engine(Kind.PERIODIC, canceller)).run().violation()).isNull();
  }

  @Test
  void theCopyThatDecidesByOneWordIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsATaskThatLooksBeforeItDecides() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("after the cancel");
  }

  private static Race<Owner> race(Callable<Owner> owners) {
    return Race.of(owners).actor(Owner::becomeDue).actor(Owner::cancelAndNote).judge(Owner::judge);
  }
}
