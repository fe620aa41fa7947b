package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 11: a join that names the expected exception throws the cause itself. */
@Timeout(20)
class NamedFailureJoinTest {
  private final RecordingListener reports = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  /** A scope in which one task has failed with the first exception, and then another with the second. */
  private Scope failedTwice(Exception first, Exception second) throws InterruptedException {
    Scope scope = lifecycle.open("named");
    HeldBody held = HeldBody.listening();
    scope.fork("named.second", () -> {
      try {
        return held.call();
      } catch (InterruptedException e) {
        throw second;
      }
    });
    held.awaitBegun();
    scope.fork("named.first", () -> {
      throw first;
    });
    assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
    return scope;
  }

  @Test
  void aNamedJoinThrowsTheCauseItselfWithTheOthersSuppressed() throws Exception {
    IOException first = new FileNotFoundException("first");
    IllegalArgumentException second = new IllegalArgumentException("second");
    try (Scope scope = failedTwice(first, second)) {
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
      assertThat(first.getSuppressed()).containsExactly(second);
    }
    assertThat(reports.all()).isEmpty();
  }

  @Test
  void aNamedJoinWrapsWhatItDoesNotName() throws Exception {
    IllegalArgumentException first = new IllegalArgumentException("first");
    try (Scope scope = failedTwice(first, new IllegalArgumentException("second"))) {
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isInstanceOf(TaskFailedException.class).hasCause(first);
    }
  }

  @Test
  void aNamedJoinOfAScopeThatDidNotFailReturns() throws Exception {
    try (Scope scope = lifecycle.open("named")) {
      Task<Integer> task = scope.fork("named.task", () -> 1);
      scope.join(IOException.class);
      assertThat(task.resultNow()).isEqualTo(1);
    }
  }

  @Test
  void aNamedJoinReportsACancelAsUsual() throws Exception {
    try (Scope scope = lifecycle.open("named")) {
      scope.cancel("stop");
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isInstanceOf(ScopeCancelledException.class);
    }
  }

  @Test
  void ifTheCauseWasSeenBeforeTheOthersGoToTheListener() throws Exception {
    IOException first = new IOException("first");
    IllegalArgumentException second = new IllegalArgumentException("second");
    Scope scope = lifecycle.open("named");
    HeldBody held = HeldBody.listening();
    scope.fork("named.second", () -> {
      try {
        return held.call();
      } catch (InterruptedException e) {
        throw second;
      }
    });
    held.awaitBegun();
    Task<Object> failing = scope.fork("named.first", () -> {
      throw first;
    });
    assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
    assertThat(failing.failure()).isSameAs(first); // somebody has it in hand
    assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
    assertThat(first).hasNoSuppressedExceptions();
    assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(second));
    scope.close();
  }

  @Test
  void ifTheCauseTakesNoSuppressionTheOthersGoToTheListener() throws Exception {
    class Sealed extends Exception {
      Sealed() {
        super("sealed", null, false, false);
      }
    }

    IllegalArgumentException second = new IllegalArgumentException("second");
    try (Scope scope = failedTwice(new Sealed(), second)) {
      assertThat(catchThrowable(() -> scope.join(Sealed.class))).isInstanceOf(Sealed.class);
      assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(second));
    }
  }

  @Test
  void aSecondNamedJoinThrowsTheSameCauseAndAddsNothing() throws Exception {
    IOException first = new IOException("first");
    IllegalArgumentException second = new IllegalArgumentException("second");
    try (Scope scope = failedTwice(first, second)) {
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
      assertThat(first.getSuppressed()).containsExactly(second);
    }
  }

  @Test
  void aCauseThatAnotherFailureHoldsIsNotMadePartOfACycle() throws Exception {
    IOException first = new IOException("first");
    IllegalArgumentException second = new IllegalArgumentException("second", first);
    try (Scope scope = failedTwice(first, second)) {
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
      assertThat(first).hasNoSuppressedExceptions();
      assertThat(reports.of(FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(second));
    }
  }

  @Test
  void closeAfterANamedJoinThrowsNothingMore() throws Exception {
    Scope scope = failedTwice(new IOException("first"), new IllegalArgumentException("second"));
    assertThat(catchThrowable(() -> scope.join(IOException.class))).isInstanceOf(IOException.class);
    assertThat(catchThrowable(scope::close)).isNull();
  }

  @Test
  void underFirstSuccessANamedJoinThrowsTheFirstFailureItself() throws Exception {
    IOException first = new IOException("first");
    try (Scope scope = lifecycle.open("named", o -> o.policy(Policy.FIRST_SUCCESS).executor(Runnable::run))) {
      scope.fork("named.first", () -> {
        throw first;
      });
      scope.fork("named.second", () -> {
        throw new IllegalArgumentException("second");
      });
      assertThat(catchThrowable(() -> scope.join(IOException.class))).isSameAs(first);
    }
  }
}
