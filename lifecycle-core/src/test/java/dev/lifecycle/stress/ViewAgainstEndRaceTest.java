package dev.lifecycle.stress;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules 59 and 60 for supervised executors: submissions by several threads against the end of the view and of its supervisor. */
@Timeout(60)
class ViewAgainstEndRaceTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static ScheduledExecutorService pool;
  private static Lifecycle lifecycle;

  private enum View {
    POOL,
    BOUNDED,
    QUEUED,
    SCHEDULED
  }

  private enum End {
    VIEW_SHUTDOWN,
    VIEW_SHUTDOWN_NOW,
    SUPERVISOR_CLOSE,
    SUPERVISOR_SHUTDOWN,
    SUPERVISOR_CANCEL
  }

  /** What is raced: an executor that ends, and numbers that must add up when it has. */
  private abstract static class Owner {
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger bodies = new AtomicInteger();
    private volatile boolean ended;
    private volatile String violation;

    /** Runs the body, somewhere, or throws. */
    abstract void submit(Runnable body);

    /** Returns when nothing runs any more. */
    abstract void end() throws Exception;

    abstract String miscount();

    final void submitThree() {
      for (int i = 0; i < 3; i++) {
        try {
          submit(this::body);
        } catch (RejectedExecutionException expected) {
          // it has ended, or its queue is full
        }
      }
    }

    private void body() {
      running.incrementAndGet();
      bodies.incrementAndGet();
      look("a body has begun after the end");
      Race.dawdle();
      look("a body still ran after the end");
      running.decrementAndGet();
    }

    private void look(String otherwise) {
      if (ended) {
        violation = otherwise;
      }
    }

    final void endAndLook() throws Exception {
      end();
      ended = true;
      if (running.get() != 0) {
        violation = "a body ran when the end returned";
      }
    }

    final String judge() {
      return violation != null ? violation : bodies.get() > 6 ? "a body ran twice" : miscount();
    }
  }

  private static final class Engine extends Owner {
    private final Supervisor app = lifecycle.supervisor("race.app", o -> o.drain(ZERO));
    private final String purpose;
    private final AtomicLong submitted;
    private final ExecutorService view;
    private final View kind;
    private final End end;

    Engine(View kind, End end, String purpose, AtomicLong submitted) {
      this.kind = kind;
      this.end = end;
      this.purpose = purpose;
      this.submitted = submitted;
      this.view =
          switch (kind) {
            case POOL -> app.supervise(purpose, (ExecutorService) pool);
            case BOUNDED -> app.executor(purpose, 1, Overflow.BLOCK);
            case QUEUED -> app.executor(purpose, 1, Overflow.queue(3));
            case SCHEDULED -> app.supervise(purpose, pool);
          };
    }

    @Override
    void submit(Runnable body) {
      long n = submitted.incrementAndGet();
      if (kind == View.SCHEDULED) {
        ((ScheduledExecutorService) view).schedule(body, n % 3 * 5, TimeUnit.MICROSECONDS);
      } else if (n % 2 == 0) {
        view.execute(body);
      } else {
        view.submit(body);
      }
    }

    @Override
    void end() throws Exception {
      switch (end) {
        case VIEW_SHUTDOWN -> {
          view.shutdown();
          assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        case VIEW_SHUTDOWN_NOW -> {
          view.shutdownNow();
          assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        case SUPERVISOR_SHUTDOWN -> assertThat(app.shutdown(ofSeconds(10), ofSeconds(10)).orphans()).isEmpty();
        case SUPERVISOR_CANCEL -> {
          app.cancel("race");
          app.close();
        }
        default -> app.close();
      }
    }

    @Override
    String miscount() {
      app.close();
      TaskCounts c = lifecycle.counts().get(purpose);
      long ends = c.succeeded() + c.failed() + c.cancelled() + c.rejected();
      boolean right = c.forked() == submitted.get() && c.forked() == ends && c.live() == 0 && c.failed() == 0;
      return right ? null : "miscounted: " + submitted + " submitted, " + c;
    }
  }

  /** Counts its live bodies; with one bug it looks before it counts, with the other a refusal is counted as two ends. */
  private static final class Copy extends Owner {
    private final boolean looksFirst;
    private final boolean countsTwice;
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean closing;

    Copy(boolean looksFirst, boolean countsTwice) {
      this.looksFirst = looksFirst;
      this.countsTwice = countsTwice;
    }

    @Override
    void submit(Runnable body) {
      submitted.incrementAndGet();
      boolean refused = closing;
      if (looksFirst) {
        Race.linger();
      }
      live.incrementAndGet();
      if (!looksFirst) {
        refused = closing;
      }
      if (refused) {
        ends.addAndGet(countsTwice ? 2 : 1);
        live.decrementAndGet();
        throw new RejectedExecutionException();
      }
      pool.execute(
          () -> {
            body.run();
            ends.incrementAndGet();
            live.decrementAndGet();
          });
    }

    @Override
    void end() {
      closing = true;
      Race.until(() -> live.get() == 0);
    }

    @Override
    String miscount() {
      Race.until(() -> live.get() == 0);
      return submitted.get() == ends.get() ? null : "miscounted: " + submitted + " submitted, " + ends;
    }
  }

  @BeforeAll
  static void open() {
    pool = Executors.newScheduledThreadPool(2);
    lifecycle = Lifecycle.create(o -> o.name("views"));
  }

  @AfterAll
  static void close() {
    lifecycle.close();
    pool.shutdown();
  }

  @ParameterizedTest
  @CsvSource({
    "POOL, VIEW_SHUTDOWN", "POOL, VIEW_SHUTDOWN_NOW", "POOL, SUPERVISOR_CLOSE", "POOL, SUPERVISOR_CANCEL",
    "BOUNDED, VIEW_SHUTDOWN_NOW", "BOUNDED, SUPERVISOR_CLOSE", "BOUNDED, SUPERVISOR_SHUTDOWN",
    "QUEUED, VIEW_SHUTDOWN", "QUEUED, VIEW_SHUTDOWN_NOW", "QUEUED, SUPERVISOR_CANCEL",
    "SCHEDULED, VIEW_SHUTDOWN", "SCHEDULED, VIEW_SHUTDOWN_NOW", "SCHEDULED, SUPERVISOR_CLOSE", "SCHEDULED, SUPERVISOR_SHUTDOWN", "SCHEDULED, SUPERVISOR_CANCEL"
  })
  void noBodyRunsAfterTheEndAndTheCountsAddUp(View kind, End end) {
    String purpose = "race.view" + NUMBER.incrementAndGet();
    AtomicLong submitted = new AtomicLong();
    assertThat(race(() -> new Engine(kind, end, purpose, submitted)).run().violation()).isNull();
  }

  @Test
  void theCopyThatCountsFirstIsRight() {
    assertThat(race(() -> new Copy(false, false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAnAdmissionThatLooksBeforeItCounts() {
    assertThat(race(() -> new Copy(true, false)).hunt().violation()).contains("body");
  }

  @Test
  void theRaceFindsARefusalThatIsCountedTwice() {
    assertThat(race(() -> new Copy(false, true)).hunt().violation()).contains("miscounted");
  }

  private static Race<Owner> race(Callable<Owner> owners) {
    return Race.of(owners).actor(Owner::submitThree).actor(Owner::submitThree).actor(Owner::endAndLook).judge(Owner::judge);
  }
}
