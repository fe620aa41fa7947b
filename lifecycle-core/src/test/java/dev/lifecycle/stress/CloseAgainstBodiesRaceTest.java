package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 59: when close has returned no body runs, wherever bodies run. */
@Timeout(60)
class CloseAgainstBodiesRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("close"));
  private static ExecutorService pool;

  private enum Where {
    OWN_THREADS,
    POOL,
    CALLERS,
    LIMITED
  }

  private abstract static class Owner {
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean closed;
    private volatile String violation;

    /** Runs the body, somewhere, unless closed. */
    abstract void fork(Runnable body);

    abstract void close();

    final void forkTwo() {
      fork(this::body);
      fork(this::body);
    }

    private void body() {
      running.incrementAndGet();
      look("a body has begun after close had returned");
      Race.dawdle();
      look("a body still ran after close had returned");
      running.decrementAndGet();
    }

    private void look(String otherwise) {
      if (closed) {
        violation = otherwise;
      }
    }

    final void closeAndLook() {
      close();
      closed = true;
      if (running.get() != 0) {
        violation = "a body ran when close returned";
      }
    }
  }

  private static final class Engine extends Owner {
    private final Scope scope;

    Engine(Where where) {
      scope =
          LIFECYCLE.open(
              "close.scope",
              o ->
                  switch (where) {
                    case OWN_THREADS -> o;
                    case POOL -> o.executor(pool);
                    case CALLERS -> o.maxConcurrent(1, Overflow.CALLER_RUNS);
                    case LIMITED -> o.maxConcurrent(1);
                  });
    }

    @Override
    void fork(Runnable body) {
      try {
        scope.start("close.task", body::run);
      } catch (IllegalStateException expected) {
        // closed
      }
    }

    @Override
    void close() {
      scope.close();
    }
  }

  /** Runs every body in its caller's frame; with the bug those bodies are not counted. */
  private static final class Copy extends Owner {
    private final boolean bug;
    private final AtomicInteger live = new AtomicInteger();
    private volatile boolean closing;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    void fork(Runnable body) {
      live.incrementAndGet();
      boolean admitted = !closing;
      if (bug) {
        live.decrementAndGet();
      }
      if (admitted) {
        body.run();
      }
      if (!bug) {
        live.decrementAndGet();
      }
    }

    @Override
    void close() {
      closing = true;
      Race.until(() -> live.get() == 0);
    }
  }

  @BeforeAll
  static void makesAPool() {
    pool = Executors.newFixedThreadPool(2);
  }

  @AfterAll
  static void shutsItDown() {
    pool.shutdown();
  }

  @ParameterizedTest
  @EnumSource
  void noBodyRunsAfterCloseHasReturned(Where where) {
    assertThat(race(() -> new Engine(where)).run().violation()).isNull();
  }

  @Test
  void theCopyThatCountsItsCallersBodiesIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsACloseThatDoesNotWaitForABodyInItsCallersFrame() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("body");
  }

  private static Race<Owner> race(Callable<Owner> owners) {
    return Race.of(owners).actor(Owner::forkTwo).actor(Owner::forkTwo).actor(Owner::closeAndLook).judge(o -> o.violation);
  }
}
