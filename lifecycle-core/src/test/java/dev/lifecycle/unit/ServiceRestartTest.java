package dev.lifecycle.unit;

import static dev.lifecycle.FailureReport.Kind.SERVICE_FAILED;
import static dev.lifecycle.FailureReport.Kind.TASK_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 52 and 53, and what of 13 and 60 is about runs: when a service is started again, and what is known of its runs. */
@Timeout(20)
class ServiceRestartTest extends ServiceFixture {
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody body = ToldBody.listening();

  private Service start(RestartPolicy policy) {
    Service service = app.service("app.service", policy, body);
    body.awaitRun(1);
    return service;
  }

  @Test
  void anOnFailureServiceIsStartedAgainWhenItsBodyThrows() {
    Service service = start(atOnce(RestartPolicy.onFailure()));
    IllegalStateException failure = new IllegalStateException("down");
    body.fail(failure);
    body.awaitRun(2);
    awaitStatus(service, Status.RUNNING);
    assertThat(service.restarts()).isEqualTo(1);
    assertThat(service.lastFailure()).isSameAs(failure);
    assertThat(body.hasOverlapped()).isFalse();
  }

  @Test
  void aNormalReturnCompletesAnOnFailureService() throws Exception {
    Service service = start(atOnce(RestartPolicy.onFailure()));
    body.complete();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.COMPLETED);
    assertThat(service.restarts()).isZero();
    assertThat(service.lastFailure()).isNull();
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void anAlwaysServiceIsStartedAgainHoweverItEnds() {
    Service service = start(atOnce(RestartPolicy.always()));
    body.complete();
    body.awaitRun(2);
    assertThat(service.lastFailure()).isNull();
    body.fail("down");
    body.awaitRun(3);
    awaitStatus(service, Status.RUNNING);
    assertThat(service.restarts()).isEqualTo(2);
    assertThat(service.lastFailure()).hasMessage("down");
  }

  @Test
  void aNeverServiceThatThrowsHasFailedAndIsReported() throws Exception {
    Service service = start(RestartPolicy.never());
    body.fail("down");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.lastFailure()).hasMessage("down");
    FailureReport report = listener.awaitFirst(SERVICE_FAILED);
    assertThat(report.purpose()).isEqualTo("app.service");
    assertThat(report.failure()).hasMessage("down");
    assertThat(listener.of(TASK_FAILED)).isEmpty();
    assertThat(body.runs()).isEqualTo(1);
  }

  @Test
  void aNeverServiceThatReturnsHasCompleted() throws Exception {
    Service service = start(RestartPolicy.never());
    body.complete();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.COMPLETED);
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void anErrorIsAFailureLikeAnyOther() {
    Service service = start(atOnce(RestartPolicy.onFailure()));
    body.fail(new AssertionError("wrong"));
    body.awaitRun(2);
    assertThat(service.lastFailure()).isInstanceOf(AssertionError.class);
  }

  @Test
  void anInterruptFromOutsideIsAFailureOfARunThatNobodyCancelled() {
    Service service = start(atOnce(RestartPolicy.onFailure()));
    body.fail(new InterruptedException("from outside"));
    body.awaitRun(2);
    assertThat(service.lastFailure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void eachFailureThatIsFollowedByARestartIsReportedAndEachRunIsATaskWithAnIdOfItsOwn() {
    start(atOnce(RestartPolicy.onFailure()));
    for (int run = 1; run <= 3; run++) {
      body.awaitRun(run).fail("failure " + run);
    }
    body.awaitRun(4);
    soon().until(() -> listener.of(TASK_FAILED).size() == 3);
    assertThat(listener.of(TASK_FAILED)).extracting(FailureReport::taskId).doesNotHaveDuplicates().doesNotContain(0L);
    assertThat(listener.of(TASK_FAILED)).extracting(report -> report.failure().getMessage()).containsExactlyInAnyOrder("failure 1", "failure 2", "failure 3");
    assertThat(listener.of(TASK_FAILED)).allMatch(report -> report.message().contains("started again in 0 ms") && report.purpose().equals("app.service"));
    soon().untilAsserted(() -> { // the end of a run is told a moment before it is counted
      TaskCounts counts = lifecycle.counts().get("app.service");
      assertThat(counts.forked()).isEqualTo(4);
      assertThat(counts.failed()).isEqualTo(3);
      assertThat(counts.live()).isEqualTo(1);
    });
  }

  @Test
  void aFailureOfAServiceCancelsNobodyAndIsThrownByNobody() throws Exception {
    ToldBody other = ToldBody.listening();
    app.service("app.other", RestartPolicy.onFailure(), other);
    other.awaitRun(1);
    Service service = start(RestartPolicy.never());
    body.fail("down");
    assertThat(service.awaitEnd(LONG)).isTrue();
    app.join();
    assertThat(other.isRunning()).isTrue();
    assertThat(app.info().cancelled()).isFalse();
    app.close();
    assertThat(other.runs()).isEqualTo(1);
  }

  @Test
  void joinWaitsForNoService() throws Exception {
    start(RestartPolicy.onFailure());
    app.join();
    assertThat(app.awaitQuiescence(Duration.ZERO)).isTrue();
    assertThat(body.isRunning()).isTrue();
  }
}
