package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule 13: under SUPERVISE a failure cancels nobody, and none is lost. */
@Timeout(20)
class SuperviseTest {
  private static final int MOST_UNSEEN = 1_024;

  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  /** A supervising scope that runs its tasks in the forking frame. */
  private Scope inline() {
    return lifecycle.open("supervise", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run));
  }

  private static Task<Object> fail(Scope scope) {
    return scope.fork("supervise.task", () -> {
      throw new IllegalArgumentException("broken");
    });
  }

  private void assertToldOnce(Task<?> task) {
    assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(report -> {
      assertThat(report.taskId()).isEqualTo(task.id());
      assertThat(report.purpose()).isEqualTo(task.purpose());
      assertThat(report.scope()).contains("supervise");
      assertThat(report.failure()).hasMessage("broken");
    });
  }

  @Test
  void aFailureCancelsNobodyAndNeitherJoinNorCloseThrowsIt() throws Exception {
    HeldBody held = HeldBody.listening();
    Scope scope = lifecycle.open("supervise", o -> o.policy(Policy.SUPERVISE));
    Task<String> sibling = scope.fork("supervise.sibling", held);
    Task<Object> failing = fail(scope);
    assertThat(catchThrowable(failing::get)).isInstanceOf(ExecutionException.class);
    assertThat(scope.info().cancelled()).isFalse();
    held.letGo();
    scope.join();
    assertThat(sibling.resultNow()).isEqualTo("held");
    scope.close();
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void aFailureOfStartGoesToTheListenerWhenTheTaskEnds() {
    try (Scope scope = inline()) {
      Task<?> task = scope.start("supervise.task", () -> {
        throw new IllegalArgumentException("broken");
      });
      assertToldOnce(task);
    }
    assertThat(reports.all()).hasSize(1);
  }

  @Test
  void aFailureOfForkThatNobodyHasSeenGoesToTheListenerSixtySecondsAfterTheEnd() {
    try (Scope scope = inline()) {
      Task<Object> task = fail(scope);
      clock.advance(Duration.ofMillis(59_999));
      assertThat(reports.all()).isEmpty();
      clock.advance(Duration.ofMillis(1));
      reports.awaitFirst(FailureReport.Kind.TASK_FAILED);
      assertToldOnce(task);
    }
    assertThat(reports.all()).hasSize(1);
  }

  @Test
  void eachFailureHasItsOwnSixtySeconds() {
    try (Scope scope = inline()) {
      fail(scope);
      clock.advance(Duration.ofSeconds(30));
      fail(scope);
      clock.advance(Duration.ofSeconds(30));
      reports.awaitFirst(FailureReport.Kind.TASK_FAILED);
      await().until(() -> {
        clock.advanceToNextDeadline();
        return reports.all().size() == 2;
      });
      assertThat(Duration.ofNanos(clock.nanoTime())).isEqualTo(Duration.ofSeconds(90));
    }
  }

  @Test
  void aFailureOfForkThatNobodyHasSeenGoesToTheListenerAtClose() {
    Scope scope = inline();
    Task<Object> task = fail(scope);
    assertThat(reports.all()).isEmpty();
    scope.close();
    assertToldOnce(task);
  }

  @Test
  void closeOfOneScopeLeavesTheFailuresOfAnotherAlone() {
    try (Scope other = inline()) {
      fail(other);
      inline().close();
      assertThat(reports.all()).isEmpty();
    }
  }

  static Stream<Looking> looking() {
    return Stream.of(task -> task.get(), task -> task.resultNow(), task -> task.failure());
  }

  /** A way to see a failure. */
  interface Looking {
    Object at(Task<?> task) throws Exception;
  }

  @ParameterizedTest
  @MethodSource("looking")
  void aFailureThatSomebodyHasSeenIsNotReported(Looking looking) {
    Scope scope = inline();
    Task<Object> task = fail(scope);
    ThrowingCallable look = () -> looking.at(task);
    catchThrowable(look);
    scope.close();
    clock.advance(Duration.ofMinutes(2));
    lifecycle.close();
    assertThat(reports.all()).isEmpty();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_19)
  void aFailureThatExceptionNowGaveIsNotReported() throws Exception {
    Scope scope = inline();
    Task<Object> task = fail(scope);
    Object seen = Future.class.getMethod("exceptionNow").invoke(task);
    assertThat(seen).isInstanceOf(IllegalArgumentException.class);
    scope.close();
    assertThat(reports.all()).isEmpty();
  }

  @Test
  void lookingAtTheStatusIsNotSeeingTheFailure() {
    Scope scope = inline();
    Task<Object> task = fail(scope);
    assertThat(task.isDone()).isTrue();
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(task.toString()).contains("supervise.task");
    scope.close();
    assertToldOnce(task);
  }

  @Test
  void beyondAThousandAndTwentyFourUnseenFailuresTheOldestIsReportedAtOnce() {
    try (Scope scope = inline()) {
      Task<Object> oldest = fail(scope);
      for (int i = 1; i < MOST_UNSEEN; i++) {
        fail(scope);
      }
      assertThat(reports.all()).isEmpty();
      fail(scope);
      assertToldOnce(oldest);
    }
    assertThat(reports.all()).hasSize(MOST_UNSEEN + 1);
  }

  @Test
  void theListenerOfAScopeIsToldInsteadOfTheLifecycles() {
    RecordingListener own = new RecordingListener();
    try (Scope scope = lifecycle.open("supervise", o -> o.policy(Policy.SUPERVISE).executor(Runnable::run).listener(own))) {
      fail(scope);
    }
    assertThat(own.of(FailureReport.Kind.TASK_FAILED)).hasSize(1);
    assertThat(reports.all()).isEmpty();
  }
}
