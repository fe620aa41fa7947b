package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 59 for supervisors: when shutdown has returned no body runs, wherever bodies run, and however they came. */
@Timeout(60)
class ShutdownAgainstBodiesRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("shutdown").failureListener(report -> {}));
  private static ExecutorService pool;
  private static ScheduledExecutorService timed;

  private enum Where {
    TASKS,
    INSIDERS,
    POOL,
    DELAYED,
    BOUNDED,
    SERVICES
  }

  private abstract static class Owner {
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean over;
    private volatile String violation;

    /** Runs the body, somewhere, unless shut down. */
    abstract void run(Runnable body);

    abstract void shutDown() throws Exception;

    final void runTwo() {
      run(this::body);
      run(this::body);
    }

    private void body() {
      running.incrementAndGet();
      look("a body has begun after shutdown had returned");
      Race.dawdle();
      look("a body still ran after shutdown had returned");
      running.decrementAndGet();
    }

    private void look(String otherwise) {
      if (over) {
        violation = otherwise;
      }
    }

    final void shutDownAndLook() throws Exception {
      shutDown();
      over = true;
      if (running.get() != 0) {
        violation = "a body ran when shutdown returned";
      }
    }
  }

  private static final class Engine extends Owner {
    private final Supervisor app = LIFECYCLE.supervisor("race.app", o -> o);
    private final Where where;
    private final ExecutorService view;

    Engine(Where where) {
      this.where = where;
      view =
          switch (where) {
            case POOL -> app.supervise("race.pool", pool);
            case DELAYED -> app.supervise("race.timed", timed);
            case BOUNDED -> app.executor("race.bounded", 1, Overflow.queue(8));
            default -> app.asExecutor("race.view");
          };
    }

    @Override
    void run(Runnable body) {
      try {
        switch (where) {
          case TASKS -> app.start("race.task", body::run);
          case INSIDERS -> app.start("race.outer", () -> view.execute(body));
          case DELAYED -> ((ScheduledExecutorService) view).schedule(body, 20, TimeUnit.MICROSECONDS);
          case SERVICES -> app.service("race.service", RestartPolicy.always().backoff(Duration.ZERO, Duration.ZERO).limit(10_000, Duration.ofSeconds(1)), body::run);
          default -> view.execute(body);
        }
      } catch (RejectedExecutionException | IllegalStateException expected) {
        // it drains or is closed
      }
    }

    @Override
    void shutDown() throws InterruptedException {
      app.shutdown(Duration.ZERO, Duration.ofMinutes(1));
    }
  }

  /** Counts what runs; with the bug a body counts itself only when it begins. */
  private static final class Copy extends Owner {
    private final boolean bug;
    private final AtomicInteger live = new AtomicInteger();
    private volatile boolean draining;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    void run(Runnable body) {
      if (!bug) {
        live.incrementAndGet();
      }
      boolean admitted = !draining;
      Race.dawdle();
      if (bug) {
        live.incrementAndGet();
      }
      if (admitted) {
        body.run();
      }
      live.decrementAndGet();
    }

    @Override
    void shutDown() {
      draining = true;
      Race.until(() -> live.get() == 0);
    }
  }

  @BeforeAll
  static void makePools() {
    pool = Executors.newFixedThreadPool(2);
    timed = Executors.newScheduledThreadPool(2);
  }

  @AfterAll
  static void shutPoolsDown() {
    pool.shutdown();
    timed.shutdown();
  }

  @ParameterizedTest
  @EnumSource
  void noBodyRunsAfterShutdownHasReturned(Where where) {
    assertThat(race(() -> new Engine(where)).run().violation()).isNull();
  }

  @Test
  void theCopyThatCountsBeforeItAdmitsIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAShutdownThatDoesNotWaitForWhatWasAdmittedAndHasNotBegun() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("body");
  }

  private static Race<Owner> race(Callable<Owner> owners) {
    return Race.of(owners).actor(Owner::runTwo).actor(Owner::runTwo).actor(Owner::shutDownAndLook).judge(o -> o.violation);
  }
}
