package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 23: the shield of a task, its bound and its nesting. */
@Timeout(20)
class ShieldTest extends CancelFixture {
  private static final Duration BOUND = Duration.ofSeconds(10);


  @Test
  void outsideATaskAShieldJustRunsItsBody() {
    assertThat(Context.<String, RuntimeException>shield(BOUND, () -> Context.current().deadline().toString())).isEqualTo(Context.none().deadline().toString());
    Thread.currentThread().interrupt();
    assertThat(Context.<Boolean, RuntimeException>shield(BOUND, () -> Thread.currentThread().isInterrupted())).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aBoundThatIsZeroOrNegativeIsRefused() {
    assertThatThrownBy(() -> Context.shield(Duration.ZERO, () -> 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Context.shield(Duration.ofNanos(-1), () -> 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheShieldedBodyThrowsLeavesAsItself() throws Exception {
    Scope scope = lifecycle.open("work");
    IOException failure = new IOException("cleanup");
    Task<String> task = scope.fork("work.shield", () -> Context.shield(BOUND, () -> {
      throw failure;
    }));

    assertThatThrownBy(scope::join).hasCause(failure);
    assertThat(task.failure()).isSameAs(failure);
  }

  @Test
  void insideAShieldTheContextIsNotCancelledAndHasTheShieldsDeadline() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.timeout(Duration.ofSeconds(3)));
    Parked body = parked();
    AtomicReference<String> seen = new AtomicReference<>();
    AtomicReference<Boolean> after = new AtomicReference<>();
    scope.start("work.shield", () -> {
      try {
        body.call();
      } catch (InterruptedException e) {
        Context.shield(BOUND, () -> {
          Context context = Context.current();
          context.checkCancelled();
          seen.set(context.isCancelled() + " " + context.cancelReason() + " " + context.deadline().remaining() + " " + Thread.currentThread().isInterrupted());
          return null;
        });
        after.set(Context.current().isCancelled());
      }
    });
    body.awaitStart();
    clock.advance(Duration.ofSeconds(3));
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(seen).hasValue("false null PT10S false");
    assertThat(after).hasValue(true);
  }

  @Test
  void aCancelDuringAShieldInterruptsOnlyAtItsEnd() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    AtomicReference<Boolean> after = new AtomicReference<>();
    scope.start("work.shield", () -> {
      Context.shield(BOUND, body::call);
      after.set(Thread.interrupted());
    });
    body.awaitStart();

    scope.cancel("stop");
    assertThat(body.thread.isInterrupted()).isFalse();
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(body.interrupts).hasValue(0);
    assertThat(after).hasValue(true);
    assertThat(reports.all).isEmpty();
  }

  @Test
  void aFlagThatWasSetBeforeIsPutAsideAndComesBack() throws Exception {
    Scope scope = lifecycle.open("work");
    AtomicReference<String> seen = new AtomicReference<>();
    scope.start("work.shield", () -> {
      Thread.currentThread().interrupt();
      boolean within = Context.<Boolean, RuntimeException>shield(BOUND, () -> Thread.currentThread().isInterrupted());
      seen.set(within + " " + Thread.interrupted());
    });
    scope.join();

    assertThat(seen).hasValue("false true");
  }

  @Test
  void atTheBoundThePendingInterruptIsDeliveredAndTheOverrunReported() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.grace(Duration.ofHours(1)));
    Parked body = stubborn(1);
    Task<String> task = scope.fork("work.shield", () -> Context.shield(BOUND, body::call));
    body.awaitStart();
    scope.cancel("stop");

    clock.advance(BOUND.minusNanos(1));
    assertThat(body.interrupts).hasValue(0);
    assertThat(reports.all).isEmpty();

    clock.advance(Duration.ofNanos(1));
    body.awaitInterrupts(1);
    reports.await(FailureReport.Kind.SHIELD_OVERRUN, 1);
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));
    assertThat(body.interrupts).hasValue(1);
    assertThat(reports.all).extracting(FailureReport::kind).containsExactly(FailureReport.Kind.SHIELD_OVERRUN);
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void anOverrunWithoutACancelIsReportedAndInterruptsNobody() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    Task<String> task = scope.fork("work.shield", () -> Context.shield(BOUND, body::call));
    body.awaitStart();

    clock.advance(BOUND);

    reports.await(FailureReport.Kind.SHIELD_OVERRUN, 1);
    body.release();
    assertThat(task.get()).isEqualTo("released");
    assertThat(body.interrupts).hasValue(0);
  }

  @Test
  void theEndOfAnInnerShieldDoesNotEndTheOuter() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    AtomicReference<String> seen = new AtomicReference<>();
    scope.start("work.shield", () -> {
      String within = Context.<String, Exception>shield(BOUND, () -> {
        Duration inner = Context.shield(BOUND.multipliedBy(9), () -> {
          body.call();
          return Context.current().deadline().remaining();
        });
        return inner + " " + Thread.currentThread().isInterrupted() + " " + Context.current().isCancelled();
      });
      seen.set(within + " " + Thread.interrupted());
    });
    body.awaitStart();
    scope.cancel("stop");
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(body.interrupts).hasValue(0);
    assertThat(seen).hasValue("PT10S false false true"); // the inner deadline is no later than the outer
  }

  @Test
  void theBoundOfTheOuterShieldHoldsInsideTheInner() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.grace(Duration.ofHours(1)));
    Parked body = stubborn(0);
    scope.fork("work.shield", () -> Context.<String, Exception>shield(BOUND, () -> Context.shield(BOUND.multipliedBy(9), body::call)));
    body.awaitStart();
    scope.cancel("stop");

    clock.advance(BOUND);

    body.awaitInterrupts(1);
  }

  @Test
  void aCallBodyCanBeShielded() throws Exception {
    Parked body = stubborn();
    AtomicReference<Boolean> after = new AtomicReference<>();
    CountDownLatch opened = new CountDownLatch(1);
    AtomicReference<Scope> scope = new AtomicReference<>();
    Thread caller = new Thread(() -> {
      try {
        lifecycle.call("call", o -> o, own -> {
          scope.set(own);
          opened.countDown();
          Context.shield(BOUND, body::call);
          after.set(Thread.interrupted());
          return null;
        });
      } catch (Exception e) {
        // the cancel
      }
    });
    caller.start();
    opened.await();
    body.awaitStart();
    scope.get().cancel("stop");
    body.release();
    caller.join();

    assertThat(body.interrupts).hasValue(0);
    assertThat(after).hasValue(true);
  }

  @Test
  void theEndOfAShieldInterruptsNoTaskThatMustNotBe() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.interrupt(Interrupts.NEVER));
    Parked body = stubborn();
    AtomicReference<Boolean> after = new AtomicReference<>();
    scope.start("work.shield", () -> {
      Context.shield(BOUND, body::call);
      after.set(Thread.interrupted());
    });
    body.awaitStart();
    scope.cancel("stop");
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(after).hasValue(false);
  }
}
