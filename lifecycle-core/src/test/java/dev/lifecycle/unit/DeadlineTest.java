package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Deadline;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 35, 36, 37 and 39: which deadline a scope has, and what it is called when it is over. */
@Timeout(20)
class DeadlineTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void theEffectiveDeadlineIsTheEarlierOfTheParentsAndItsOwn() {
    Scope parent = lifecycle.open("deadline.parent", o -> o.timeout(SECOND.multipliedBy(5)));
    Scope shorter = parent.child("deadline.shorter", o -> o.timeout(SECOND));
    Scope longer = parent.child("deadline.longer", o -> o.timeout(SECOND.multipliedBy(9)));
    Scope none = parent.child("deadline.none", o -> o);
    assertThat(shorter.info().deadline().remaining()).isEqualTo(SECOND);
    assertThat(longer.info().deadline().remaining()).isEqualTo(SECOND.multipliedBy(5));
    assertThat(none.info().deadline()).isEqualTo(parent.info().deadline());
    parent.close();
  }

  @Test
  void ofATimeoutAndADeadlineTheEarlierCounts() {
    Deadline deadline = Deadline.in(SECOND.multipliedBy(3), clock);
    Scope byTimeout = lifecycle.open("deadline.both", o -> o.deadline(deadline).timeout(SECOND));
    Scope byDeadline = lifecycle.open("deadline.both", o -> o.deadline(deadline).timeout(SECOND.multipliedBy(4)));
    assertThat(byTimeout.info().deadline().remaining()).isEqualTo(SECOND);
    assertThat(byDeadline.info().deadline()).isEqualTo(deadline);
    byTimeout.close();
    byDeadline.close();
  }

  @Test
  void aTimeoutPastTheEndOfTheClockIsNoDeadline() {
    clock.advance(Duration.ofDays(1));
    Scope scope = lifecycle.open("deadline.far", o -> o.timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(scope.info().deadline().isNone()).isTrue();
    assertThat(scope.context().isCancelled()).isFalse();
    scope.close();
  }

  @Test
  void aDeadlineOnAnotherClockIsRefused() {
    assertThatThrownBy(() -> lifecycle.open("deadline.foreign", o -> o.deadline(Deadline.in(SECOND))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clock");
    lifecycle.open("deadline.none", o -> o.deadline(Deadline.none())).close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aScopeWithZeroOrNegativeTimeoutOpensCancelledAndRunsNoBody(long seconds) {
    Scope scope = lifecycle.open("deadline.zero", o -> o.timeout(Duration.ofSeconds(seconds)));
    AtomicBoolean ran = new AtomicBoolean();
    assertThat(scope.info().cancelled()).isTrue();
    assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(scope.info().cancelReason().origin()).isEqualTo(scope.info().id());
    Task<Boolean> task = scope.fork("deadline.body", () -> ran.getAndSet(true));
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThatThrownBy(scope::join).isExactlyInstanceOf(DeadlineExceededException.class);
    scope.close();
    assertThat(ran).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aCallWithZeroOrNegativeTimeoutThrowsAsExpiryDoesAndRunsNoBody(long seconds) {
    AtomicBoolean ran = new AtomicBoolean();
    assertThatThrownBy(() -> lifecycle.call("deadline.call", Duration.ofSeconds(seconds), scope -> ran.getAndSet(true)))
        .isExactlyInstanceOf(DeadlineExceededException.class);
    assertThat(ran).isFalse();
  }

  @Test
  void aDeadlineInThePastOpensTheScopeCancelled() {
    Deadline deadline = Deadline.in(SECOND, clock);
    clock.advance(SECOND);
    Scope scope = lifecycle.open("deadline.past", o -> o.deadline(deadline));
    assertThat(scope.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    scope.close();
  }

  @Test
  void theCountdownStartsAtOpen() {
    Scope scope = lifecycle.open("deadline.open", o -> o.timeout(SECOND));
    clock.advance(SECOND.dividedBy(2));
    scope.fork("deadline.body", ParkedBody.returning("never"));
    assertThat(scope.info().deadline().remaining()).isEqualTo(SECOND.dividedBy(2));
    clock.advance(SECOND.dividedBy(2));
    assertThat(scope.info().cancelled()).isTrue();
    scope.close();
  }

  @Test
  void theReasonNamesTheScopeWhoseDeadlineFired() throws InterruptedException {
    Scope parent = lifecycle.open("deadline.parent", o -> o.timeout(SECOND));
    Scope child = parent.child("deadline.child", o -> o.timeout(SECOND.multipliedBy(2)));
    Scope own = parent.child("deadline.own", o -> o.timeout(SECOND.dividedBy(2)));
    clock.advance(SECOND.dividedBy(2));
    assertThatThrownBy(own::join).isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
      assertThat(e.reason().origin()).isEqualTo(own.info().id());
      assertThat(e.reason().message()).contains("deadline.own");
    });
    assertThat(parent.info().cancelled()).as("a child's deadline is its own").isFalse();
    clock.advance(SECOND);
    assertThatThrownBy(child::join).isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
      assertThat(e.reason().origin()).isEqualTo(parent.info().id());
      assertThat(e.reason().message()).contains("deadline.parent");
    });
    assertThat(parent.info().cancelReason()).isSameAs(child.info().cancelReason());
    parent.close();
  }

  @Test
  void expiryIsNoCancellationException() {
    Scope scope = lifecycle.open("deadline.type", o -> o.timeout(Duration.ZERO));
    assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class).isNotInstanceOf(CancellationException.class);
    scope.close();
  }

  @Test
  void aScopeOpenedInATaskInheritsTheTimeoutOfTheTask() throws Exception {
    Scope scope = lifecycle.open("deadline.scope", o -> o.timeout(SECOND.multipliedBy(3)));
    AtomicReference<Duration> left = new AtomicReference<>();
    scope.fork("deadline.task", o -> o.timeout(SECOND), () -> {
      try (Scope inner = lifecycle.open("deadline.inner")) {
        left.set(inner.info().deadline().remaining());
      }
      return "done";
    }).get();
    assertThat(left.get()).isEqualTo(SECOND);
    scope.close();
  }

  @Test
  void aTaskTimeoutCancelsThatTaskAlone() throws InterruptedException {
    Scope scope = lifecycle.open("deadline.scope");
    ParkedBody<String> timed = ParkedBody.returning("never");
    ParkedBody<String> other = ParkedBody.returning("value");
    Task<String> timedTask = scope.fork("deadline.timed", o -> o.timeout(SECOND), timed);
    Task<String> otherTask = scope.fork("deadline.other", other);
    timed.awaitEntered();
    clock.advance(SECOND);
    assertThatThrownBy(timedTask::get).isInstanceOf(CancellationException.class);
    assertThat(timedTask.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(scope.info().cancelled()).isFalse();
    other.release();
    scope.join();
    assertThat(otherTask.resultNow()).isEqualTo("value");
    scope.close();
  }
}
