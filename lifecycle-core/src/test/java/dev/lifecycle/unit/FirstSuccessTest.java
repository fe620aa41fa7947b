package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 44: the policy FIRST_SUCCESS and its typed form, the race. */
@Timeout(20)
class FirstSuccessTest {
  private final RecordingListener reports = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static Callable<Object> failing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void theFirstSuccessCancelsTheRestAsDecidedAndJoinReturns() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("first", o -> o.policy(Policy.FIRST_SUCCESS))) {
      Task<String> rest = scope.fork("first.rest", held);
      held.awaitBegun();
      Task<Integer> winner = scope.fork("first.winner", () -> 1);
      scope.join();
      assertThat(winner.resultNow()).isEqualTo(1);
      assertThat(rest.status()).isEqualTo(Task.Status.CANCELLED);
      assertThat(rest.cancelReason().kind()).isEqualTo(CancelReason.Kind.DECIDED);
    }
    assertThat(reports.all()).isEmpty();
  }

  @Test
  void aFailureBeforeTheFirstSuccessFailsNobody() throws Exception {
    try (Scope scope = lifecycle.open("first", o -> o.policy(Policy.FIRST_SUCCESS).executor(Runnable::run))) {
      scope.fork("first.failing", failing(new IllegalArgumentException("broken")));
      Task<Integer> winner = scope.fork("first.winner", () -> 1);
      scope.join();
      assertThat(winner.resultNow()).isEqualTo(1);
    }
  }

  @Test
  void whenAllFailedTheFirstIsTheCauseAndTheOthersAreSuppressed() {
    IllegalArgumentException first = new IllegalArgumentException("first");
    IllegalArgumentException second = new IllegalArgumentException("second");
    try (Scope scope = lifecycle.open("first", o -> o.policy(Policy.FIRST_SUCCESS).executor(Runnable::run))) {
      scope.fork("first.failing", failing(first));
      scope.fork("first.failing", failing(second));
      Throwable thrown = catchThrowable(scope::join);
      assertThat(thrown).isInstanceOf(TaskFailedException.class).hasCause(first);
      assertThat(thrown.getSuppressed()).containsExactly(second);
    }
  }

  @Test
  void whenNothingWasForkedJoinThrowsIllegalStateException() {
    try (Scope scope = lifecycle.open("first", o -> o.policy(Policy.FIRST_SUCCESS))) {
      assertThatThrownBy(scope::join).isInstanceOf(IllegalStateException.class).hasMessageContaining(scope.info().id());
    }
  }

  @Test
  void aCancelBeforeAnySuccessIsReportedAsTheCancel() {
    try (Scope scope = lifecycle.open("first", o -> o.policy(Policy.FIRST_SUCCESS))) {
      scope.cancel("stop");
      assertThatThrownBy(scope::join).isInstanceOf(ScopeCancelledException.class);
    }
  }

  @Test
  void inACallTheBodyGoesOnAfterTheFirstSuccessAndItsValueIsReturned() throws Exception {
    HeldBody held = HeldBody.listening();
    int value = lifecycle.call("first", o -> o.policy(Policy.FIRST_SUCCESS), scope -> {
      scope.fork("first.rest", held);
      held.awaitBegun();
      Task<Integer> winner = scope.fork("first.winner", () -> 1);
      scope.join();
      return winner.resultNow() + 1;
    });
    assertThat(value).isEqualTo(2);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aRaceReturnsTheFirstSuccessAndTheOthersHaveEnded() throws Exception {
    HeldBody held = HeldBody.listening();
    String value = Concurrent.race("first.race", Duration.ofSeconds(10), List.<Callable<String>>of(held, () -> "winner"));
    assertThat(value).isEqualTo("winner");
  }

  @Test
  void aRaceThatAllLostThrowsTheFirstFailure() {
    IllegalArgumentException failure = new IllegalArgumentException("lost");
    assertThatThrownBy(() -> Concurrent.race("first.race", Duration.ofSeconds(10), List.of(failing(failure), failing(failure))))
        .isInstanceOf(TaskFailedException.class)
        .hasCause(failure);
  }

  @Test
  void theValuesThatLostARaceGoToTheHandler() throws Exception {
    List<String> discarded = new CopyOnWriteArrayList<>();
    HeldBody gate = HeldBody.listening();
    Callable<String> late = () -> {
      try {
        return gate.call();
      } catch (InterruptedException e) {
        return "late";
      }
    };
    Callable<String> winner = () -> {
      gate.awaitBegun();
      return "winner";
    };
    assertThat(Concurrent.race("first.race", Duration.ofSeconds(10), List.of(late, winner), discarded::add)).isEqualTo("winner");
    assertThat(discarded).containsExactly("late");
  }
}
