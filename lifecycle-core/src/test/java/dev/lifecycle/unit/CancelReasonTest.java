package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 17 and 18: the first cancel, its reason and its exceptions. */
@Timeout(20)
class CancelReasonTest extends CancelFixture {
  @Test
  void theFirstCancelWinsReturnsTrueAndIsWhatJoinReports() {
    Scope scope = lifecycle.open("work");

    assertThat(scope.cancel("first")).isTrue();
    assertThat(scope.cancel("second")).isFalse();

    ScopeCancelledException thrown = catchThrowableOfType(ScopeCancelledException.class, scope::join);
    assertThat(thrown.reason().message()).isEqualTo("first");
    assertThat(thrown.reason().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    assertThat(thrown.reason().origin()).isEqualTo(scope.info().id());
  }

  @Test
  void laterReasonsAreListedInABoundedAlsoCancelledBy() {
    Scope scope = lifecycle.open("work");
    scope.cancel("first");
    for (int i = 1; i <= 40; i++) {
      scope.cancel("later " + i);
    }

    assertThat(scope.info().cancelReason().message()).isEqualTo("first");
    assertThat(scope.info().alsoCancelledBy()).hasSize(16).extracting(CancelReason::message).startsWith("later 1", "later 2").endsWith("later 16");
  }

  @Test
  void noDeadlineOvertakesTheCancelThatWasFirst() {
    Scope scope = lifecycle.open("work", o -> o.timeout(Duration.ofSeconds(1)));
    scope.cancel("first");

    clock.advance(Duration.ofMinutes(1));

    assertThat(catchThrowable(scope::join)).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("first");
  }

  @Test
  void noFailureOvertakesTheCancelThatWasFirst() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    IllegalStateException late = new IllegalStateException("late");
    scope.fork("work.fails", () -> {
      try {
        return body.call();
      } catch (InterruptedException e) {
        throw late;
      }
    });
    body.awaitStart();
    scope.cancel("first");

    Throwable thrown = catchThrowable(scope::join);

    assertThat(thrown).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("first");
    assertThat(thrown.getSuppressed()).containsExactly(late);
  }

  @Test
  void noCancelOvertakesAPassedDeadlineThatNobodyHadNoticed() {
    Scope scope = lifecycle.open("work", o -> o.timeout(Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));

    assertThat(scope.cancel("too late")).isFalse();

    assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(scope.info().alsoCancelledBy()).extracting(CancelReason::message).containsExactly("too late");
  }

  @Test
  void aCancelOfAClosedScopeReturnsFalseAndLeavesNoReason() {
    Scope scope = lifecycle.open("work");
    scope.close();

    assertThat(scope.cancel("too late")).isFalse();
    assertThat(scope.info().cancelled()).isFalse();
    assertThat(scope.info().cancelReason()).isNull();
  }

  @Test
  void theReasonIsImmutable() {
    Scope scope = lifecycle.open("work");
    clock.advance(Duration.ofSeconds(7));
    Instant at = clock.instant();
    IllegalStateException cause = new IllegalStateException("cause");
    scope.cancel("first", cause);
    CancelReason reason = scope.info().cancelReason();

    clock.advance(Duration.ofSeconds(7));
    scope.cancel("second", new IllegalStateException("other"));
    scope.close();

    assertThat(scope.info().cancelReason()).isSameAs(reason);
    assertThat(reason.message()).isEqualTo("first");
    assertThat(reason.at()).isEqualTo(at);
    assertThat(reason.cause()).isSameAs(cause);
    assertThat(reason.kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
  }

  @Test
  void aFreshExceptionIsMadePerObserver() throws Exception {
    Scope scope = lifecycle.open("work");
    Task<String> task = scope.fork("work.park", parked());
    scope.cancel("first");

    Throwable one = catchThrowable(scope::join);
    Throwable two = catchThrowable(scope::join);
    Throwable three = catchThrowable(task::get);
    Throwable four = catchThrowable(task::get);

    assertThat(one).isInstanceOf(ScopeCancelledException.class).isNotSameAs(two);
    assertThat(three).isInstanceOf(CancellationException.class).isNotSameAs(four).isNotSameAs(one);
    assertThat(((ScopeCancelledException) one).reason()).isSameAs(((ScopeCancelledException) two).reason());
    one.addSuppressed(new IllegalStateException("mine"));
    assertThat(catchThrowable(scope::join).getSuppressed()).isEmpty();
  }

  @Test
  void theCauseOfTheCancelIsTheCauseOfEveryException() {
    Scope scope = lifecycle.open("work");
    IllegalStateException cause = new IllegalStateException("cause");
    scope.cancel("first", cause);

    assertThat(catchThrowable(scope::join)).hasCause(cause);
    assertThat(catchThrowable(() -> scope.context().checkCancelled())).hasCause(cause);
  }

  @Test
  void theMessageOfAReasonIsNeverBlank() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<String> task = scope.fork("work.park", body);
    body.awaitStart();
    task.cancel(" ");
    scope.cancel("");

    assertThat(task.cancelReason().message()).isNotBlank();
    assertThat(scope.info().cancelReason().message()).isNotBlank();
  }

  @Test
  void aTaskCancelledAloneKeepsItsReasonWhenItsScopeIsCancelledLater() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    Task<String> task = scope.fork("work.park", body);
    body.awaitStart();

    assertThat(task.cancel("alone")).isTrue();
    assertThat(task.cancel("again")).isFalse();
    scope.cancel("all");

    assertThat(task.cancelReason().message()).isEqualTo("alone");
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLING);
  }
}
