package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.internal.Timers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes while a shutdown stops the services one after the other. */
@Timeout(20)
class SecondPhaseTest extends ShutdownFixture {
  private static final Duration LONG = Duration.ofMinutes(30);

  private final Parked first = parked();
  private final Parked second = parked();
  private final Parked stuck = stubborn();

  /** Begins a shutdown, and returns when it waits for the last of three services. */
  private Aside<ShutdownReport> stopping(Supervisor app) throws InterruptedException {
    serve(app, "app.first", first);
    serve(app, "app.second", second);
    serve(app, "app.stuck", stuck);
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, LONG);
    stuck.awaitInterrupts(1);
    assertThat(first.interrupts.get() + second.interrupts.get()).as("their turn has not come").isZero();
    return shutdown;
  }

  private void endsWithoutOrder(Aside<ShutdownReport> shutdown) {
    first.awaitInterrupts(1);
    second.awaitInterrupts(1);
    assertThat(shutdown.isDone()).isFalse();
    stuck.release();
    assertThat(shutdown.get().orphans()).isEmpty();
    assertThat(shutdown.get().services()).containsOnlyKeys("app.first", "app.second", "app.stuck");
  }

  @Test
  void aCancelTellsAllServicesAtOnce() throws Exception {
    Supervisor app = open();
    Aside<ShutdownReport> shutdown = stopping(app);
    app.cancel("now");
    endsWithoutOrder(shutdown);
    assertThat(now()).isZero();
  }

  @Test
  void theDeadlineTellsAllServicesAtOnce() throws Exception {
    Duration deadline = Duration.ofSeconds(1);
    Supervisor app = open(o -> o.scope(x -> x.timeout(deadline)));
    Aside<ShutdownReport> shutdown = stopping(app);
    clock.advance(deadline);
    endsWithoutOrder(shutdown);
    assertThat(now()).isEqualTo(deadline);
  }

  @Test
  void aSecondShorterGraceReachesTheServicesOfANestedSupervisor() throws Exception {
    Supervisor app = open();
    Parked other = stubborn();
    Service nested = app.supervisor("app.feed", RestartPolicy.never(), o -> o, feed -> {
      serve(feed, "feed.other", other);
      serve(feed, "feed.stuck", stuck);
    });
    assertThat(nested.awaitReady(LONG)).isTrue();
    Aside<ShutdownReport> slow = shutDown(app, Duration.ZERO, LONG);
    stuck.awaitInterrupts(1);
    Aside<ShutdownReport> quick = shutDown(app, Duration.ZERO, GRACE);
    until(() -> {
      if (!slow.isDone() && Timers.nextDue(lifecycle) < LONG.dividedBy(4).toNanos()) { // else wait for what the last step gave rise to
        clock.advanceToNextDeadline();
      }
      return slow.isDone();
    });
    assertThat(slow.get()).isSameAs(quick.get());
    assertThat(slow.get().orphans()).extracting(o -> o.purpose()).contains("feed.other", "feed.stuck");
  }
}
