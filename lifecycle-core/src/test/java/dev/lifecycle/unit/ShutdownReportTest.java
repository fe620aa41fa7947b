package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Overflow;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a shutdown says of itself. */
@Timeout(20)
class ShutdownReportTest extends ShutdownFixture {
  @Test
  void aTaskIsCountedOnceAsDrainedCancelledOrOrphaned() throws Exception {
    Supervisor app = open();
    Parked ends = start(app, "app.ends", parked());
    start(app, "app.obeys", parked());
    start(app, "app.obeys", parked());
    Parked late = start(app, "app.late", stubborn());
    Parked stuck = start(app, "app.stuck", stubborn());
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    ends.release();
    ends.ended.await();
    until(() -> app.info().live() == 4);
    clock.advance(DRAIN);
    late.awaitInterrupts(1);
    late.release();
    until(() -> app.info().live() == 1);
    passGrace(GRACE, stuck);

    ShutdownReport report = shutdown.get();
    assertThat(report.supervisor()).isEqualTo(app.toString());
    assertThat(report.drained()).isEqualTo(1);
    assertThat(report.cancelled()).isEqualTo(3);
    assertThat(report.cancelledByPurpose()).isEqualTo(Map.of("app.obeys", 2, "app.late", 1));
    assertThat(report.orphans()).singleElement().satisfies(orphan -> assertThat(orphan.purpose()).isEqualTo("app.stuck"));
    assertThat(report.isClean()).isFalse();
    assertThat(report.failures()).isEmpty();
  }

  @Test
  void bodiesThatNeverBeganAreCountedAsCancelled() throws Exception {
    Supervisor app = open();
    ExecutorService io = app.executor("app.io", 1, Overflow.queue(8));
    Parked running = parked();
    io.submit(running);
    running.awaitStart();
    for (int i = 0; i < 3; i++) {
      io.submit(() -> "never");
    }
    ShutdownReport report = app.shutdown(Duration.ZERO, GRACE);
    assertThat(report.cancelledByPurpose()).isEqualTo(Map.of("app.io", 4));
    assertThat(report.drained()).isZero();
  }

  @Test
  void aDelayedTaskThatIsDueAfterTheDrainIsCancelledAtOnceAndOneThatIsDueInItRuns() throws Exception {
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
    try {
      Supervisor app = open();
      ScheduledExecutorService view = app.supervise("app.jobs", pool);
      ScheduledFuture<String> soon = view.schedule(() -> "soon", 9, TimeUnit.SECONDS);
      ScheduledFuture<String> far = view.schedule(() -> "far", 11, TimeUnit.SECONDS);
      Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
      until(far::isCancelled);
      assertThat(soon.isDone()).isFalse();
      clock.advance(Duration.ofSeconds(9));
      assertThat(soon.get()).isEqualTo("soon");
      assertThat(shutdown.get().drained()).isEqualTo(1);
      assertThat(shutdown.get().cancelledByPurpose()).isEqualTo(Map.of("app.jobs", 1));
      assertThat(shutdown.get().isClean()).isFalse();
      assertThat(shutdown.get().took()).isEqualTo(Duration.ofSeconds(9));
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aTaskThatWasCancelledBeforeTheShutdownIsNotDrained() throws Exception {
    Supervisor app = open();
    Parked body = stubborn();
    Task<String> task = app.fork("app.task", body);
    body.awaitStart();
    task.cancel("before");
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    body.release();
    assertThat(shutdown.get().drained()).isZero();
    assertThat(shutdown.get().cancelledByPurpose()).isEqualTo(Map.of("app.task", 1));
  }

  @Test
  void whatCleanupThrewIsInTheReport() throws Exception {
    Supervisor app = open();
    app.defer(() -> {
      throw new IOException("disk\nfull");
    });
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    assertThat(report.failures()).singleElement().satisfies(failure -> assertThat(failure).hasRootCauseInstanceOf(IOException.class));
    assertThat(report.isClean()).isFalse();
    app.close(); // the shutdown has said it
  }

  @Test
  void servicesAloneLeaveAShutdownClean() throws Exception {
    Supervisor app = open();
    serve(app, "app.b", parked());
    serve(app, "app.a", parked());
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    assertThat(report.isClean()).isTrue();
    assertThat(report.services()).containsExactly(Map.entry("app.a", Service.Status.STOPPED), Map.entry("app.b", Service.Status.STOPPED));
  }

  @Test
  void nothingInItCanBeChanged() throws Exception {
    ShutdownReport report = open().shutdown(DRAIN, GRACE);
    assertThatThrownBy(() -> report.services().put("x", Service.Status.FAILED)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> report.cancelledByPurpose().put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> report.orphans().clear()).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> report.failures().clear()).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void asTextItIsOneLineIfAllWentWell() throws Exception {
    Supervisor app = open();
    serve(app, "app.poller", parked());
    String text = app.shutdown(DRAIN, GRACE).toString();
    assertThat(text).isEqualTo("shutdown of " + app + ": 0 drained, 0 cancelled, 0 orphaned, services {app.poller=STOPPED}, took 0 ms (drain 0 ms)");
  }

  @Test
  void asTextItHasALinePerOrphanAndItsStackAndNoControlCharacters() throws Exception {
    Supervisor app = open();
    Parked stuck = start(app, "app.stuck", stubborn());
    app.defer(() -> {
      throw new IOException("two\nlines \u001b[31m");
    });
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    passGrace(GRACE, stuck);
    String text = shutdown.get().toString();
    assertThat(text.lines().findFirst()).hasValueSatisfying(line -> assertThat(line).contains("0 cancelled", "1 orphaned", "took 3100 ms"));
    assertThat(text).contains("\n  orphaned t-", "\"app.stuck\"", "\n    at ", Parked.class.getName());
    assertThat(text.lines()).allSatisfy(line -> assertThat(line.chars()).noneMatch(Character::isISOControl));
    assertThat(text.lines().skip(1)).allSatisfy(line -> assertThat(line).startsWith("  "));
  }
}
