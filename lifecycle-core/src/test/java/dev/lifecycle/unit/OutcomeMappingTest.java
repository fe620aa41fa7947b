package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule 40: which exceptions mean that a task was cancelled, and when they mean that it failed. */
@Timeout(20)
class OutcomeMappingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  static List<Exception> signs() {
    return List.of(new InterruptedException("thrown"), new ClosedByInterruptException(), new CancellationException("thrown"));
  }

  @ParameterizedTest
  @MethodSource("signs")
  void aSignOfCancelWhileCancelledMeansCancelled(Exception sign) throws InterruptedException {
    Scope scope = lifecycle.open("mapping.cancelled");
    ParkedBody<String> body = ParkedBody.stubborn("ended");
    Task<String> task = scope.fork("mapping.body", () -> {
      body.call();
      throw sign;
    });
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(task.failure()).isNull();
    assertThat(lifecycle.counts().get("mapping.body").cancelled()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("signs")
  void aSignOfCancelWhileNotCancelledMeansFailed(Exception sign) throws InterruptedException {
    Scope scope = lifecycle.open("mapping.failed", o -> o.policy(Policy.SUPERVISE));
    Task<String> task = scope.fork("mapping.body", () -> {
      throw sign;
    });
    scope.join();
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(task.failure()).isSameAs(sign);
    scope.close();
  }

  @Test
  void theDeadlineOfTheScopeItselfMeansCancelled() throws InterruptedException {
    Scope scope = lifecycle.open("mapping.deadline", o -> o.timeout(SECOND));
    ParkedBody<String> body = ParkedBody.stubborn("ended");
    Task<String> task = scope.fork("mapping.body", () -> {
      try (Scope inner = lifecycle.open("mapping.inner")) {
        body.call();
        inner.join(); // throws the inherited deadline
      }
      return "never";
    });
    body.awaitEntered();
    clock.advance(SECOND);
    body.release();
    assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class).hasNoSuppressedExceptions();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    scope.close();
  }

  @Test
  void theDeadlineOfAnInnerScopeMeansFailed() throws InterruptedException {
    Scope scope = lifecycle.open("mapping.outer", o -> o.policy(Policy.SUPERVISE));
    Task<String> task = scope.fork("mapping.body", () -> lifecycle.call("mapping.inner", Duration.ZERO, inner -> "never"));
    scope.join();
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    assertThat(task.failure()).isInstanceOf(DeadlineExceededException.class);
    scope.close();
  }

  @Test
  void anotherDeadlineThanItsOwnMeansFailedThoughTheScopeIsCancelled() throws InterruptedException {
    Scope scope = lifecycle.open("mapping.outer");
    ParkedBody<String> body = ParkedBody.stubborn("ended");
    AtomicReference<DeadlineExceededException> foreign = new AtomicReference<>();
    Task<String> task = scope.fork("mapping.body", () -> {
      body.call();
      try (Scope other = lifecycle.open("mapping.other", o -> o.detached().timeout(Duration.ZERO))) {
        other.join();
      } catch (DeadlineExceededException e) {
        foreign.set(e);
        throw e;
      }
      return "never";
    });
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    assertThatThrownBy(scope::join).isInstanceOf(ScopeCancelledException.class).hasSuppressedException(foreign.get());
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
    scope.close();
  }

  @Test
  void checkCancelledThrowsScopeCancelledExceptionWhateverTheReason() {
    Scope expired = lifecycle.open("mapping.expired", o -> o.timeout(Duration.ZERO));
    Scope cancelled = lifecycle.open("mapping.cancelled");
    Context context = cancelled.context();
    context.checkCancelled();
    cancelled.cancel("enough");
    assertThatThrownBy(context::checkCancelled).isExactlyInstanceOf(ScopeCancelledException.class);
    assertThatThrownBy(expired.context()::checkCancelled).isExactlyInstanceOf(ScopeCancelledException.class);
    expired.close();
    cancelled.close();
  }
}
