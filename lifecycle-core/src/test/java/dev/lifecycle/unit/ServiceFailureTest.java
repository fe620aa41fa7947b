package dev.lifecycle.unit;

import static dev.lifecycle.FailureReport.Kind.SERVICE_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 52: what a service that has failed for good means for its supervisor. */
@Timeout(20)
class ServiceFailureTest extends ServiceFixture {
  private final ToldBody body = ToldBody.listening();
  private final ToldBody other = ToldBody.listening();
  private final IllegalStateException last = new IllegalStateException("last");

  private Service start(Supervisor app, RestartPolicy policy) {
    app.service("app.other", RestartPolicy.onFailure(), other);
    other.awaitRun(1);
    Service service = app.service("app.service", atOnce(policy).limit(1, Duration.ofSeconds(30)), body);
    body.awaitRun(1);
    return service;
  }

  private void useUp() {
    body.fail("first");
    body.awaitRun(2).fail(last);
  }

  private Supervisor escalating() {
    return lifecycle.supervisor("app", o -> o.onServiceFailure(ServiceFailure.ESCALATE));
  }

  @Test
  void underIsolateTheOthersGoOnAndCloseThrowsNothing() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    Service service = start(app, RestartPolicy.onFailure());
    useUp();
    assertThat(service.awaitEnd(LONG)).isTrue();
    settle(app);
    assertThat(app.info().cancelled()).isFalse();
    assertThat(other.isRunning()).isTrue();
    app.join();
    app.close();
    assertThat(listener.awaitFirst(SERVICE_FAILED).failure()).isSameAs(last);
  }

  @Test
  void underEscalateEverythingIsCancelledAndJoinAndCloseThrowTheCause() throws Exception {
    Supervisor app = escalating();
    Service service = start(app, RestartPolicy.onFailure());
    ParkedBody<String> parked = ParkedBody.returning("value");
    Task<String> task = app.fork("app.task", parked);
    parked.awaitEntered();
    useUp();
    assertThatThrownBy(app::join).isInstanceOf(TaskFailedException.class).hasCause(last);
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(other.isRunning()).isFalse();
    assertThat(other.wasInterrupted()).isTrue();
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.SIBLING_FAILED);
    assertThat(app.info().cancelReason().message()).contains("app.service");
    assertThatThrownBy(app::join).as("again and again").isInstanceOf(TaskFailedException.class).hasCause(last);
    app.close(); // whose failure has been seen
    assertThat(listener.awaitFirst(SERVICE_FAILED).failure()).isSameAs(last);
  }

  @Test
  void aCloseThrowsAnEscalatedFailureThatNobodyHasSeen() throws Exception {
    Supervisor app = escalating();
    start(app, RestartPolicy.onFailure());
    useUp();
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThatThrownBy(app::close).isInstanceOf(TaskFailedException.class).hasCause(last);
    app.close();
  }

  @Test
  void aShutdownReportsAnEscalatedFailureThatNobodyHasSeen() throws Exception {
    Supervisor app = escalating();
    start(app, RestartPolicy.onFailure());
    useUp();
    assertThat(app.awaitTermination(LONG)).isTrue();
    ShutdownReport report = app.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    assertThat(report.failures()).singleElement().satisfies(f -> assertThat(f).isInstanceOf(TaskFailedException.class).hasCause(last));
    assertThat(report.isClean()).isFalse();
  }

  @Test
  void aServiceThatReturnsTooOftenEscalatesToo() throws Exception {
    Supervisor app = escalating();
    Service service = start(app, RestartPolicy.always());
    body.complete();
    body.awaitRun(2).complete();
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThatThrownBy(app::join).isInstanceOf(TaskFailedException.class).hasMessageContaining("app.service");
    assertThat(service.awaitEnd(LONG)).isTrue();
  }

  @Test
  void aServiceThatIsNotReadyInTimeOnceTooOftenEscalatesToo() throws Exception {
    Supervisor app = escalating();
    Duration within = Duration.ofSeconds(5);
    Service service = app.service("app.service", o -> o.restart(atOnce(RestartPolicy.onFailure()).limit(1, LONG)).readyWithin(within), self -> body.run());
    for (int run = 1; run <= 2; run++) {
      body.awaitRun(run);
      settle(app);
      clock.advance(within);
    }
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThatThrownBy(app::close).isInstanceOf(TaskFailedException.class).rootCause().hasMessageContaining("not ready within PT5S");
  }

  @Test
  void aServiceThatIsNeverStartedAgainHasNoRestartsToUseUpAndDoesNotEscalate() throws Exception {
    Supervisor app = escalating();
    Service service = start(app, RestartPolicy.never());
    body.fail("down");
    assertThat(service.awaitEnd(LONG)).isTrue();
    settle(app);
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(app.info().cancelled()).isFalse();
    assertThat(other.isRunning()).isTrue();
  }

  @Test
  void anEscalationDuringAnotherServicesBackoffEndsThatToo() throws Exception {
    Supervisor app = escalating();
    ToldBody waiting = ToldBody.listening();
    Service waits = app.service("app.waits", after(RestartPolicy.onFailure(), Duration.ofHours(1)), waiting);
    waiting.awaitRun(1).fail("down");
    awaitBackoff(app, waits);
    start(app, RestartPolicy.onFailure());
    useUp();
    assertThat(waits.awaitEnd(LONG)).isTrue();
    assertThat(waits.status()).isEqualTo(Status.STOPPED);
    assertThat(waiting.runs()).isEqualTo(1);
    assertThatThrownBy(app::close).hasCause(last);
  }
}
