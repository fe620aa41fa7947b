package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 15 and 16: close cancels, waits, and throws only what nobody has seen. */
@Timeout(20)
class CloseTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(new RecordingListener()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void closeWithoutJoinCancelsAndWaits() throws Exception {
    HeldBody held = HeldBody.listening();
    Scope scope = lifecycle.open("close");
    Task<String> task = scope.fork("close.task", held);
    held.awaitBegun();
    scope.close();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.CLOSED);
    assertThat(scope.info().live()).isZero();
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void closeWaitsForATaskThatTakesItsTime() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Scope scope = lifecycle.open("close");
    scope.fork("close.task", deaf);
    deaf.awaitBegun();
    Aside<Throwable> closer = Aside.catching(scope::close).awaitWaiting();
    assertThat(closer.isDone()).isFalse();
    assertThat(scope.info().closed()).isFalse();
    deaf.letGo();
    assertThat(closer.get()).isNull();
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void closeOfAPeacefulScopeCancelsNothing() throws Exception {
    Scope scope = lifecycle.open("close");
    Task<Integer> task = scope.fork("close.task", () -> 1);
    scope.join();
    scope.close();
    assertThat(task.resultNow()).isEqualTo(1);
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void closeThrowsAFatalFailureThatNobodyHasSeen() {
    IllegalArgumentException failure = new IllegalArgumentException("unseen");
    Scope scope = lifecycle.open("close", o -> o.executor(Runnable::run));
    scope.fork("close.task", () -> {
      throw failure;
    });
    assertThatThrownBy(scope::close).isInstanceOf(TaskFailedException.class).hasCause(failure);
  }

  @Test
  void closeDoesNotThrowAFailureThatSomebodyHasSeen() {
    Scope scope = lifecycle.open("close", o -> o.executor(Runnable::run));
    Task<Object> task = scope.fork("close.task", () -> {
      throw new IllegalArgumentException("seen");
    });
    assertThat(task.failure()).hasMessage("seen");
    assertThat(catchThrowable(scope::close)).isNull();
  }

  @Test
  void closeDoesNotThrowAFailureThatJoinThrew() {
    Scope scope = lifecycle.open("close", o -> o.executor(Runnable::run));
    scope.fork("close.task", () -> {
      throw new IllegalArgumentException("seen");
    });
    assertThat(catchThrowable(scope::join)).isInstanceOf(TaskFailedException.class);
    assertThat(catchThrowable(scope::close)).isNull();
  }

  @Test
  void closeThrowsNeitherDeadlineNorCancel() {
    Scope expired = lifecycle.open("close", o -> o.timeout(Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(2));
    assertThat(catchThrowable(expired::close)).isNull();
    assertThat(expired.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    Scope cancelled = lifecycle.open("close");
    cancelled.cancel("stop");
    assertThat(catchThrowable(cancelled::close)).isNull();
  }

  @Test
  void whenTheBodyThrewTheFailureIsSuppressedOnItAndNothingElse() {
    IOException ofBody = new IOException("of the body");
    IllegalArgumentException failure = new IllegalArgumentException("unseen");
    Throwable thrown = catchThrowable(() -> {
      try (Scope scope = lifecycle.open("close", o -> o.executor(Runnable::run))) {
        scope.fork("close.task", () -> {
          throw failure;
        });
        throw ofBody;
      }
    });
    assertThat(thrown).isSameAs(ofBody);
    assertThat(thrown.getSuppressed()).singleElement().satisfies(s -> assertThat(s).isInstanceOf(TaskFailedException.class).hasCause(failure));
  }

  @Test
  void whenTheBodyThrewAndNothingFailedNothingIsAdded() throws Exception {
    IOException ofBody = new IOException("of the body");
    HeldBody held = HeldBody.listening();
    Throwable thrown = catchThrowable(() -> {
      try (Scope scope = lifecycle.open("close")) {
        scope.fork("close.task", held);
        held.awaitBegun();
        throw ofBody;
      }
    });
    assertThat(thrown).isSameAs(ofBody).hasNoSuppressedExceptions();
  }

  @Test
  void closeIsIdempotent() {
    AtomicInteger cleanups = new AtomicInteger();
    Scope scope = lifecycle.open("close", o -> o.executor(Runnable::run));
    scope.defer(cleanups::incrementAndGet);
    scope.fork("close.task", () -> {
      throw new IllegalArgumentException("unseen");
    });
    assertThat(catchThrowable(scope::close)).isInstanceOf(TaskFailedException.class);
    assertThat(catchThrowable(scope::close)).isNull();
    assertThat(catchThrowable(scope::close)).isNull();
    assertThat(cleanups).hasValue(1);
  }

  @Test
  void closeDeclaresNoCheckedException() throws Exception {
    assertThat(Scope.class.getMethod("close").getExceptionTypes()).isEmpty();
  }
}
