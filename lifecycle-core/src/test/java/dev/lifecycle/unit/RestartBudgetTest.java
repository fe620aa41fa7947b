package dev.lifecycle.unit;

import static dev.lifecycle.FailureReport.Kind.SERVICE_FAILED;
import static dev.lifecycle.FailureReport.Kind.TASK_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 52: so many restarts within any window, per service. */
@Timeout(20)
class RestartBudgetTest extends ServiceFixture {
  private static final Duration WINDOW = Duration.ofSeconds(30);

  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody body = ToldBody.listening();

  private Service start(RestartPolicy policy) {
    Service service = app.service("app.service", atOnce(policy), body);
    body.awaitRun(1);
    return service;
  }

  @Test
  void oneMoreFailureThanTheWindowAllowsIsTheEnd() throws Exception {
    Service service = start(RestartPolicy.onFailure().limit(2, WINDOW));
    body.fail("first");
    body.awaitRun(2).fail("second");
    body.awaitRun(3).fail("third");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.restarts()).isEqualTo(2);
    assertThat(service.lastFailure()).hasMessage("third");
    FailureReport report = listener.awaitFirst(SERVICE_FAILED);
    assertThat(report.message()).contains("2 restarts in PT30S");
    assertThat(report.failure()).hasMessage("third");
    assertThat(report.taskId()).isPositive();
    soon().until(() -> listener.of(TASK_FAILED).size() == 2);
    assertThat(listener.of(SERVICE_FAILED)).hasSize(1);
  }

  @Test
  void aRestartLeavesTheWindowWhenItIsAsOldAsTheWindow() throws Exception {
    Service service = start(RestartPolicy.onFailure().limit(1, WINDOW));
    body.fail("first");
    body.awaitRun(2);
    settle(app);
    clock.advance(WINDOW);
    body.fail("second");
    body.awaitRun(3);
    settle(app);
    clock.advance(WINDOW.minusNanos(1));
    body.fail("third");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.lastFailure()).hasMessage("third");
  }

  @Test
  void theWindowSlides() throws Exception {
    Service service = start(RestartPolicy.onFailure().limit(2, WINDOW));
    for (int run = 1; run <= 6; run++) { // one each 15 s: two within any window of 30 s
      body.awaitRun(run).fail("failure");
      body.awaitRun(run + 1);
      settle(app);
      clock.advance(WINDOW.dividedBy(2));
    }
    assertThat(service.status()).isEqualTo(Status.RUNNING);
    assertThat(service.restarts()).isEqualTo(6);
    body.fail("early");
    body.awaitRun(8).fail("earlier");
    assertThat(service.awaitEnd(LONG)).isTrue();
  }

  @Test
  void eachServiceHasABudgetOfItsOwn() throws Exception {
    ToldBody second = ToldBody.listening();
    RestartPolicy policy = atOnce(RestartPolicy.onFailure()).limit(1, WINDOW);
    Service other = app.service("app.service", policy, second);
    Service service = start(policy);
    body.fail("down");
    body.awaitRun(2).fail("down");
    assertThat(service.awaitEnd(LONG)).isTrue();
    second.awaitRun(1).fail("down");
    second.awaitRun(2);
    assertThat(other.restarts()).isEqualTo(1);
    assertThat(app.info().cancelled()).isFalse();
  }

  @Test
  void aServiceThatReturnsTooOftenHasFailedWithoutAFailureOfItsOwn() throws Exception {
    Service service = start(RestartPolicy.always().limit(1, WINDOW));
    body.complete();
    body.awaitRun(2).complete();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.lastFailure()).isNull();
    assertThat(listener.awaitFirst(SERVICE_FAILED).failure()).isInstanceOf(LifecycleException.class).hasMessageContaining("returns too soon");
  }

  @Test
  void theDefaultsAreFiveRestartsInThirtySecondsWithDelaysFromATenthOfASecondToFive() {
    RestartPolicy policy = RestartPolicy.onFailure();
    assertThat(policy.limit()).isEqualTo(5);
    assertThat(policy.window()).isEqualTo(WINDOW);
    assertThat(policy.initialBackoff()).isEqualTo(Duration.ofMillis(100));
    assertThat(policy.maxBackoff()).isEqualTo(Duration.ofSeconds(5));
    assertThat(policy.jitter()).isEqualTo(0.5);
    assertThat(policy.when()).isEqualTo(RestartPolicy.When.ON_FAILURE);
    assertThat(policy).hasToString("ON_FAILURE backoff PT0.1S to PT5S limit 5 in PT30S");
    assertThat(RestartPolicy.never()).hasToString("NEVER");
  }

  @Test
  void aPolicyIsNotChangedByItsCopies() {
    RestartPolicy policy = RestartPolicy.always();
    RestartPolicy copy = policy.limit(7, Duration.ofHours(1)).backoff(Duration.ZERO, Duration.ofSeconds(1), 0.25);
    assertThat(policy).hasToString("ALWAYS backoff PT0.1S to PT5S limit 5 in PT30S");
    assertThat(copy).hasToString("ALWAYS backoff PT0S to PT1S limit 7 in PT1H");
    assertThat(copy.jitter()).isEqualTo(0.25);
    assertThat(copy.backoff(Duration.ofMillis(1), Duration.ofMillis(2)).jitter()).as("kept").isEqualTo(0.25);
  }
}
