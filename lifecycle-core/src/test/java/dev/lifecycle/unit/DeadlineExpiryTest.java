package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 38: when a deadline takes effect. */
@Timeout(20)
class DeadlineExpiryTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void expiryHappensAtTheDeadlineThoughNobodyWaits() throws InterruptedException {
    Scope scope = lifecycle.open("expiry.nobody", o -> o.timeout(SECOND));
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = scope.fork("expiry.body", body);
    body.awaitEntered();
    clock.advance(SECOND.minusNanos(1));
    assertThat(task.isDone()).isFalse();
    clock.advance(Duration.ofNanos(1));
    Awaitility.await().until(() -> task.status() == Task.Status.CANCELLED);
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    scope.close();
  }

  @Test
  void expiryHappensAtTheDeadlineWhileSomebodyWaits() throws InterruptedException {
    Scope scope = lifecycle.open("expiry.join", o -> o.timeout(SECOND));
    scope.fork("expiry.body", ParkedBody.returning("never"));
    Thread mover = new Thread(() -> clock.advance(SECOND));
    mover.start();
    assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class);
    mover.join();
    scope.close();
  }

  @Test
  void theBodyOfACallIsInterruptedAtTheDeadline() {
    ParkedBody<String> body = ParkedBody.returning("never");
    assertThatThrownBy(() -> lifecycle.call("expiry.call", SECOND, scope -> {
      clock.advance(SECOND);
      return body.call();
    })).isInstanceOf(DeadlineExceededException.class);
    assertThat(body.wasInterrupted()).isTrue();
  }

  /** The parent has no task, so its deadline is known to nobody unless the child sees to it. */
  @Test
  void expiryReachesTasksOfAChildThatInheritedTheDeadline() throws InterruptedException {
    Scope parent = lifecycle.open("expiry.parent", o -> o.timeout(SECOND));
    Scope child = parent.child("expiry.child", o -> o).child("expiry.grandchild", o -> o.timeout(SECOND.multipliedBy(2)));
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = child.fork("expiry.body", body);
    body.awaitEntered();
    clock.advance(SECOND);
    Awaitility.await().until(() -> task.status() == Task.Status.CANCELLED);
    assertThat(task.cancelReason().origin()).isEqualTo(parent.info().id());
    assertThatThrownBy(child::join).isInstanceOf(DeadlineExceededException.class);
    parent.close();
  }

  @Test
  void theTimerWakesForTasksOfAChildAfterItFoundNone() throws InterruptedException {
    Scope parent = lifecycle.open("expiry.parent", o -> o.timeout(SECOND));
    Scope child = parent.child("expiry.child", o -> o);
    parent.fork("expiry.first", () -> "ended");
    parent.join();
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = child.fork("expiry.body", body);
    body.awaitEntered();
    clock.advance(SECOND);
    Awaitility.await().until(() -> task.status() == Task.Status.CANCELLED);
    parent.close();
  }

  @Test
  void aScopeWithoutLiveTasksIsNotKnownToTheTimer() throws InterruptedException {
    Scope scope = lifecycle.open("expiry.idle", o -> o.timeout(SECOND));
    assertThat(clock.advanceToNextDeadline()).as("something is due").isFalse();
    scope.close();
  }

  @Test
  void aForkAppliesAPassedDeadlineFirst() {
    Scope scope = lifecycle.open("expiry.fork", o -> o.timeout(SECOND));
    clock.advance(SECOND);
    ParkedBody<String> body = ParkedBody.returning("never");
    Task<String> task = scope.fork("expiry.body", body);
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(body.hasEntered()).isFalse();
    scope.close();
  }

  @Test
  void aJoinAppliesAPassedDeadlineFirst() throws InterruptedException {
    Scope scope = lifecycle.open("expiry.join", o -> o.timeout(SECOND));
    scope.fork("expiry.body", () -> "ended");
    scope.join();
    clock.advance(SECOND);
    assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class);
    scope.close();
  }

  @Test
  void isCancelledAppliesAPassedDeadlineFirst() {
    Scope scope = lifecycle.open("expiry.is-cancelled", o -> o.timeout(SECOND));
    Context context = scope.context();
    assertThat(context.isCancelled()).isFalse();
    clock.advance(SECOND);
    assertThat(context.isCancelled()).isTrue();
    assertThat(context.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    scope.close();
  }

  @Test
  void aCloseAppliesAPassedDeadlineFirst() {
    Scope scope = lifecycle.open("expiry.close", o -> o.timeout(SECOND));
    clock.advance(SECOND);
    scope.close();
    assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
  }

  @Test
  void aCancelThatComesAfterTheDeadlineLosesToIt() {
    Scope scope = lifecycle.open("expiry.cancel", o -> o.timeout(SECOND));
    clock.advance(SECOND);
    assertThat(scope.cancel("too late")).isFalse();
    assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    scope.close();
  }

  /** The timer never runs on the user's executor, which may be stuck. */
  @Test
  void aStuckExecutorDoesNotDelayTheExpiry() throws InterruptedException {
    Queue<Runnable> never = new ArrayDeque<>();
    Scope scope = lifecycle.open("expiry.stuck", o -> o.timeout(SECOND).executor(never::add).maxConcurrent(1, Overflow.REJECT));
    Task<String> task = scope.fork("expiry.body", () -> "never");
    clock.advance(SECOND);
    assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class);
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
    assertThat(never).as("the library gave the executor its task and nothing else").hasSize(1);
    scope.close();
  }

  @Test
  void onTheSystemClockExpiryHappensToo() throws InterruptedException {
    try (Lifecycle real = Lifecycle.create(o -> o)) {
      Scope scope = real.open("expiry.real", o -> o.timeout(Duration.ofMillis(20)));
      long start = System.nanoTime();
      ParkedBody<String> body = ParkedBody.returning("never");
      scope.fork("expiry.body", body);
      assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(15));
      scope.close();
    }
  }
}
