package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 13: what happens to a failure under SUPERVISE. */
@Timeout(20)
class UnseenFailureTest {
  private static final FailureReport.Kind FAILED = FailureReport.Kind.TASK_FAILED;

  private final VirtualClock clock = new VirtualClock();
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("unseen").clock(clock).failureListener(heard));
  private final Scope scope = lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE));

  @AfterEach
  void close() {
    scope.close();
    lifecycle.close();
  }

  private Task<String> failing(String message) throws InterruptedException {
    Task<String> task = scope.fork("task", () -> {
      throw new IllegalStateException(message);
    });
    scope.join();
    return task;
  }

  private List<String> told() {
    return heard.failures(FAILED).stream().map(t -> String.valueOf(t == null ? null : t.getMessage())).toList();
  }

  @Test
  void aFailureCancelsNobodyAndNeitherJoinNorCloseThrowsIt() throws Exception {
    failing("first");
    assertThat(scope.fork("task", () -> "second").get()).isEqualTo("second");
    scope.join();
    scope.close();
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void aFailureOfStartGoesToTheListenerWhenTheTaskEnds() throws Exception {
    Task<?> task = scope.start("effect", () -> {
      throw new IllegalStateException("start");
    });
    scope.join();
    assertThat(heard.of(FAILED)).singleElement().satisfies(report -> {
      assertThat(report.failure()).hasMessage("start");
      assertThat(report.purpose()).isEqualTo("effect");
      assertThat(report.taskId()).isEqualTo(task.id());
      assertThat(report.scope()).isEqualTo(scope.info().id() + " scope");
      assertThat(report.toString()).contains("t-" + task.id()).contains("effect").doesNotContain("\n");
    });
    clock.advance(Duration.ofMinutes(5));
    scope.close();
    assertThat(told()).containsExactly("start");
  }

  @Test
  void aFailureOfForkGoesToTheListenerIfNobodyHasSeenItSixtySecondsAfterTheEnd() throws Exception {
    failing("fork");
    clock.advance(Duration.ofSeconds(59));
    assertThat(told()).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(told()).containsExactly("fork"));
    scope.close();
    assertThat(told()).containsExactly("fork");
  }

  @Test
  void sixtySecondsCountFromTheEndOfEachTask() throws Exception {
    failing("first");
    clock.advance(Duration.ofSeconds(30));
    failing("second");
    clock.advance(Duration.ofSeconds(30));
    await().untilAsserted(() -> assertThat(told()).containsExactly("first"));
    clock.advance(Duration.ofSeconds(29));
    assertThat(told()).containsExactly("first");
    clock.advance(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(told()).containsExactly("first", "second"));
  }

  @Test
  void aFailureOfForkGoesToTheListenerAtCloseIfThatComesFirst() throws Exception {
    failing("fork");
    assertThat(told()).isEmpty();
    scope.close();
    assertThat(told()).containsExactly("fork");
  }

  @Test
  void closingAnotherScopeTellsNothing() throws Exception {
    failing("fork");
    lifecycle.open("other", o -> o.policy(Policy.SUPERVISE)).close();
    assertThat(told()).isEmpty();
  }

  @Test
  void aFailureThatSomebodyHasSeenIsNotTold() throws Exception {
    Task<String> got = failing("get");
    assertThatThrownBy(got::get).isInstanceOf(ExecutionException.class);
    assertThat(failing("failure").failure()).hasMessage("failure");
    Task<String> result = failing("resultNow");
    assertThatThrownBy(result::resultNow).isInstanceOf(IllegalStateException.class);
    Task<String> exception = failing("exceptionNow");
    assertThat(exception.getClass().getMethod("exceptionNow")).isNotNull();
    assertThat(ExecutorVersions.exceptionNow(exception)).hasMessage("exceptionNow");
    clock.advance(Duration.ofSeconds(61));
    scope.close();
    assertThat(told()).isEmpty();
  }

  @Test
  void statusAndIsDoneAreNotSeeing() throws Exception {
    Task<String> task = failing("fork");
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(task.isDone()).isTrue();
    assertThat(task.toString()).doesNotContain("IllegalState");
    scope.close();
    assertThat(told()).containsExactly("fork");
  }

  @Test
  void atMost1024UnseenFailuresAreHeldAndBeyondThatTheOldestIsToldAtOnce() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_024; i++) {
      failing("f" + i);
    }
    assertThat(told()).isEmpty();
    for (int i = 0; i < 3; i++) {
      failing("over");
      expected.add("f" + i);
    }
    assertThat(told()).isEqualTo(expected);
  }

  @Test
  void failuresThatWereSeenTakeNoPlaceAmongThe1024() throws Exception {
    failing("unseen");
    for (int i = 0; i < 2_000; i++) {
      assertThat(failing("seen").failure()).isNotNull();
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void closingTheLifecycleTellsWhatIsLeft() throws Exception {
    failing("fork");
    lifecycle.close();
    assertThat(told()).containsExactly("fork");
  }
}
