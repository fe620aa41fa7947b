package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.internal.Timers;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rule 32: the end of the grace races the end of a task or a service; one that has ended is never listed as stuck. A body that has returned a moment ago may
 * be: a task ends by its own step, and a clock that is moved by hand leaves it no time for that.
 */
@Timeout(60)
class StopAgainstEndRaceTest {
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** A supervisor whose one body ignores its cancel until it is let go. */
  private abstract static class Stop {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch leave = new CountDownLatch(1);
    volatile boolean ended;
    volatile String violation;

    final void body() {
      begun.countDown();
      for (;;) {
        try {
          leave.await();
          return;
        } catch (InterruptedException e) {
          // that is the point
        }
      }
    }

    abstract void shutDown() throws Exception;

    /** Passes the grace. */
    abstract void pass();

    void letGo() {
      leave.countDown();
    }
  }

  private static final class Engine extends Stop {
    private final VirtualClock clock = new VirtualClock();
    private final AtomicInteger stuckReports = new AtomicInteger();
    private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(this::heard));
    private final Supervisor app = lifecycle.supervisor("race.app", o -> o.drain(Duration.ZERO));
    private final boolean service;
    private volatile ShutdownReport report;
    private volatile boolean gone;

    Engine(boolean service) throws InterruptedException {
      this.service = service;
      if (service) {
        app.service("race.service", RestartPolicy.never(), this::body);
      } else {
        app.start("race.task", this::body);
      }
      begun.await();
    }

    private void heard(FailureReport heard) {
      if (heard.kind() == FailureReport.Kind.TASK_STUCK) {
        stuckReports.incrementAndGet();
      }
    }

    @Override
    void shutDown() throws InterruptedException {
      report = app.shutdown(Duration.ZERO, GRACE);
    }

    @Override
    void pass() {
      Race.until(() -> app.info().cancelled());
      Race.until(() -> clock.advanceToNextDeadline() || report != null);
      Race.until(() -> Timers.pending(lifecycle) > 0 || report != null);
      Race.dawdle();
      gone = live() == 0;
      clock.advance(Duration.ofMillis(100));
      while (report == null) { // the turn of a service may be what has passed
        clock.advanceToNextDeadline();
        Thread.yield();
      }
    }

    private long live() {
      return lifecycle.counts().get(service ? "race.service" : "race.task").live();
    }

    /** What was seen to have ended before the settling time was over is not stuck, for nobody; what is named was named to the listener too. */
    String judge() {
      int orphans = report.orphans().size();
      if (orphans > 0) { // a listener that is late is not waited for
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> stuckReports.get() >= orphans);
      }
      String wrong = null;
      if (gone && orphans + stuckReports.get() > 0) {
        wrong = "had ended, and is listed as stuck: " + report;
      } else if (orphans > stuckReports.get()) {
        wrong = orphans + " orphans, but reported as stuck: " + stuckReports.get();
      } else if (orphans + report.drained() + report.cancelled() > 1) {
        wrong = "counted twice: " + report;
      }
      lifecycle.close();
      return wrong;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatHasEndedIsNotStuck(boolean service) {
    Race<Engine> race = Race.of(() -> new Engine(service));
    assertThat(race.actor(Stop::shutDown).actor(Stop::pass).actor(Stop::letGo).judge(Engine::judge).run().violation()).isNull();
  }

  /** Looks whether the body has ended, takes its stack and names it; with the bug in the other order. */
  private static final class Copy extends Stop {
    private final boolean bug;
    private volatile boolean named;
    private volatile boolean inBody = true;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    void letGo() {
      Race.dawdle();
      inBody = false;
      ended = true;
    }

    @Override
    void shutDown() {
      boolean lives = !ended;
      if (bug) {
        Race.linger();
      }
      boolean stack = inBody;
      named = bug ? lives : lives && stack;
      if (named && !stack) {
        violation = "named as stuck, but not in its body";
      }
    }

    @Override
    void pass() {
      Race.dawdle();
    }
  }

  private static Race<Copy> copies(boolean bug) {
    Callable<Copy> copies = () -> new Copy(bug);
    return Race.of(copies).actor(Stop::shutDown).actor(Stop::pass).actor(Stop::letGo).judge(s -> s.violation);
  }

  @Test
  void theCopyThatLooksAgainIsRight() {
    assertThat(copies(false).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAStopThatDoesNotLookAgain() {
    assertThat(copies(true).hunt().violation()).contains("stuck");
  }
}
