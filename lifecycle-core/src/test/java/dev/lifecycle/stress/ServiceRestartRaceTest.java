package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 52 to 55, 59 and 60 under fire: services fail, complete, are stopped and are added while their supervisor shuts down. */
@Timeout(60)
class ServiceRestartRaceTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Something that runs a body again whenever it is told to, until it is ended. */
  private abstract static class Owner {
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean ended;
    private volatile String violation;

    /** Stays until it is interrupted, and a moment longer. */
    final void body() throws InterruptedException {
      if (running.getAndIncrement() != 0) {
        violation = "two runs at once";
      }
      try {
        look("a body has begun after the end had returned");
        new CountDownLatch(1).await();
      } finally {
        Race.dawdle();
        look("a body still ran after the end had returned");
        running.decrementAndGet();
      }
    }

    final void look(String otherwise) {
      if (ended) {
        violation = otherwise;
      }
    }

    abstract void restart() throws Exception;

    abstract void end() throws Exception;

    final void endAndLook() throws Exception {
      Race.dawdle();
      end();
      ended = true;
      if (running.get() != 0) {
        violation = "a body ran when the end returned";
      }
    }

    String violation() {
      return violation;
    }
  }

  /** The body is restarted with another service that fails; a third one completes; a task adds a fourth. */
  private static final class Engine extends Owner {
    private static final RestartPolicy AT_ONCE = RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(10_000, LONG);

    private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("race").failureListener(report -> {}));
    private final Supervisor app = lifecycle.supervisor("race.app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL).drain(Duration.ZERO));
    private final Semaphore failures = new Semaphore(0);
    private final CountDownLatch complete = new CountDownLatch(1);
    private final List<Service> services = new CopyOnWriteArrayList<>();
    private final boolean stops;

    Engine(boolean stops) {
      this.stops = stops;
      services.add(app.service("race.body", AT_ONCE, this::body));
      services.add(app.service("race.completing", AT_ONCE, complete::await));
      services.add(app.service("race.failing", AT_ONCE, () -> {
        failures.acquire();
        throw new IllegalStateException("down");
      }));
    }

    @Override
    void restart() {
      failures.release();
    }

    /** From inside, where a drain still lets forks in. */
    void add() {
      try {
        app.start("race.task", () -> services.add(app.service("race.added", AT_ONCE, () -> {
          look("an added body has begun after the end had returned");
          new CountDownLatch(1).await();
        })));
      } catch (RejectedExecutionException | IllegalStateException expected) {
        // drained or closed
      }
    }

    void stopOrComplete() {
      if (stops) {
        services.get(0).stop("enough");
      } else {
        complete.countDown();
      }
    }

    @Override
    void end() throws Exception {
      if (stops) {
        app.close();
      } else {
        app.shutdown(Duration.ZERO, LONG);
      }
    }

    @Override
    String violation() {
      for (Service service : services) {
        switch (service.status()) {
          case COMPLETED, STOPPED, FAILED -> {}
          default -> {
            return service + " has not ended";
          }
        }
      }
      TaskCounts completing = lifecycle.counts().get("race.completing");
      if (completing.succeeded() > 0 && (completing.succeeded() > 1 || services.get(1).status() != Service.Status.COMPLETED)) {
        return services.get(1) + " has completed before: " + completing;
      }
      for (TaskCounts c : lifecycle.counts().values()) {
        if (c.live() != 0 || c.forked() != c.succeeded() + c.failed() + c.cancelled() + c.rejected()) {
          return "the counts are wrong: " + c;
        }
      }
      lifecycle.close();
      return super.violation();
    }
  }

  /** A thread per run; with the bug a restart does not wait for the end of the run before. */
  private static final class Copy extends Owner {
    private final boolean bug;
    private Thread thread = run();
    private boolean over;

    Copy(boolean bug) {
      this.bug = bug;
    }

    private Thread run() {
      Thread run = new Thread(() -> {
        try {
          body();
        } catch (InterruptedException e) {
          // told to end
        }
      });
      run.start();
      return run;
    }

    @Override
    synchronized void restart() throws InterruptedException {
      if (!over) {
        thread.interrupt();
        if (!bug) {
          thread.join();
        }
        thread = run();
      }
    }

    @Override
    synchronized void end() throws InterruptedException {
      over = true;
      thread.interrupt();
      thread.join();
    }
  }

  @Test
  void runsNeverOverlapAndNoneIsLeftWhenServicesFailCompleteAndAreAddedDuringAShutdown() {
    assertThat(engine(false).run().violation()).isNull();
  }

  @Test
  void runsNeverOverlapAndNoneIsLeftWhenServicesFailAndAreStoppedDuringAClose() {
    assertThat(engine(true).run().violation()).isNull();
  }

  private static Race<Engine> engine(boolean stops) {
    return Race.of(() -> new Engine(stops)).actor(ServiceRestartRaceTest::twice).actor(Engine::stopOrComplete).actor(Engine::add).actor(Owner::endAndLook).judge(Engine::violation);
  }

  @Test
  void theCopyThatWaitsForTheEndOfTheRunIsRight() {
    assertThat(copy(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsARestartThatDoesNotWaitForTheEndOfTheRun() {
    assertThat(copy(() -> new Copy(true)).hunt().violation()).containsAnyOf("two runs at once", "a body");
  }

  private static Race<Owner> copy(Callable<Owner> owners) {
    return Race.of(owners).actor(ServiceRestartRaceTest::twice).actor(ServiceRestartRaceTest::twice).actor(Owner::endAndLook).judge(Owner::violation);
  }

  private static void twice(Owner owner) throws Exception {
    owner.restart();
    Race.dawdle();
    owner.restart();
  }
}
