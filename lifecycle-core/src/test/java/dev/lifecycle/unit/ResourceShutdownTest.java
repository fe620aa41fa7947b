package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A supervisor's shutdown and the resources that it owns. */
@Timeout(20)
class ResourceShutdownTest extends ResourceFixture {
  private final Supervisor app = lifecycle.supervisor("app", o -> o.drain(Duration.ZERO).grace(GRACE));
  private final Pool pool = own(app);

  @Test
  void aDrainDoesNotWaitForWorkOfResources() throws Exception {
    Job job = pool.started(job());
    ShutdownReport report = app.shutdown(DRAIN, GRACE);

    assertThat(now()).isZero();
    assertThat(job.body.ended.getCount()).isZero();
    assertThat(report.drained()).isZero();
    assertThat(report.cancelled()).isZero();
    assertThat(report.orphans()).isEmpty();
  }

  @Test
  void theResourceWorksWhileTheSupervisorDrains() throws Exception {
    Parked task = start(app, "app.work", parked());
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);

    Job job = pool.started(job());
    assertThat(job.body.interrupts).hasValue(0);
    task.release();
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(job.body.ended.getCount()).isZero();
  }

  @Test
  void aShutdownWaitsForTheCloseOfAResourceForTheGraceOfItsOwner() throws Exception {
    Parked disposal = pool.disposed(parked());
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, Duration.ZERO);
    clock.advance(GRACE.minusMillis(1));
    assertThat(shutdown.isDone()).isFalse();
    disposal.release();

    assertThat(shutdown.get().orphans()).isEmpty();
    assertThat(disposal.interrupts).hasValue(0);
    assertThat(Snapshot.take(lifecycle).scopes()).isZero();
  }

  @Test
  void theReportNamesWhatAResourceLeavesRunning() throws Exception {
    Job job = pool.started(deafJob());
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    job.body.awaitInterrupts(1);
    clock.advance(GRACE);

    assertThat(shutdown.get().orphans()).singleElement().satisfies(o -> assertThat(o.purpose()).isEqualTo(NAME + ".load"));
    assertThat(shutdown.get().cancelled()).isZero();
  }

  @Test
  void aTerminationIsNotHeldUpByWorkOfResources() throws Exception {
    pool.started(deafJob());
    app.cancel("stop");

    assertThat(app.awaitTermination(Duration.ZERO)).isTrue();
  }
}
