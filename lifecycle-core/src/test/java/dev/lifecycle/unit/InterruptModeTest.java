package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 28 and 29: who is interrupted, how often, and who never. */
@Timeout(20)
class InterruptModeTest extends CancelFixture {
  @Test
  void withInterruptNeverACancelIsVisibleOnlyAsAFlagHooksAndTheFuture() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.interrupt(Interrupts.NEVER));
    Parked body = stubborn();
    CountDownLatch hooked = new CountDownLatch(1);
    AtomicReference<Context> context = new AtomicReference<>();
    Task<String> task = scope.fork("work.park", () -> {
      context.set(Context.current());
      return body.call();
    });
    body.awaitStart();
    scope.onCancel(hooked::countDown);

    scope.cancel("stop");

    hooked.await();
    assertThat(context.get().isCancelled()).isTrue();
    assertThat(catchThrowable(task::get)).isInstanceOf(CancellationException.class);
    until(() -> { // the grace sends none either
      clock.advance(Duration.ofSeconds(1));
      return !reports.of(FailureReport.Kind.TASK_STUCK).isEmpty();
    });
    assertThat(body.interrupts).hasValue(0);
    assertThat(body.thread.isInterrupted()).isFalse();
  }

  @Test
  void aTasksOwnModeOverridesItsScopes() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.interrupt(Interrupts.NEVER));
    Parked never = stubborn();
    Parked allowed = parked();
    scope.fork("work.never", never);
    scope.<String>fork("work.allowed", o -> o.interrupt(Interrupts.ALLOWED), allowed);
    never.awaitStart();
    allowed.awaitStart();

    scope.cancel("stop");

    allowed.awaitInterrupts(1);
    assertThat(never.thread.isInterrupted()).isFalse();
    assertThat(never.interrupts).hasValue(0);
  }

  @Test
  void aCallWithInterruptNeverIsNotInterruptedByItsDeadline() throws Exception {
    Parked body = stubborn();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller = new Thread(() -> thrown.set(catchThrowable(
        () -> lifecycle.call("call", o -> o.interrupt(Interrupts.NEVER).timeout(Duration.ofSeconds(1)), own -> body.call()))));
    caller.start();
    body.awaitStart();
    clock.advance(Duration.ofSeconds(10));
    assertThat(caller.isInterrupted()).isFalse();
    body.release();
    caller.join();

    assertThat(body.interrupts).hasValue(0);
    assertThat(thrown.get()).isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void cancelFalseMarksWithoutAnInterrupt() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    Task<String> task = scope.fork("work.park", body);
    body.awaitStart();

    assertThat(task.cancel(false)).isTrue();

    assertThat(task.isCancelled()).isTrue();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLING);
    assertThat(body.thread.isInterrupted()).isFalse();
    clock.advance(Duration.ofSeconds(5));
    step();
    assertThat(body.interrupts).hasValue(0);
    body.release();
    scope.join();
    assertThat(scope.info().cancelled()).isFalse();
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void cancelTrueInterruptsOnTheCallersThread() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<String> task = scope.fork("work.park", body);
    body.awaitStart();

    assertThat(task.cancel(true)).isTrue();

    body.awaitInterrupts(1);
    scope.join();
    assertThat(catchThrowable(task::get)).isInstanceOf(ScopeCancelledException.class);
  }

  @Test
  void aCancelFalseThatComesTooLateTakesBackNoInterrupt() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<String> task = scope.fork("work.park", body);
    body.awaitStart();
    CountDownLatch unblock = new CountDownLatch(1);
    scope.onCancel(unblock::await);
    scope.cancel("first"); // its interrupt waits for the hook

    assertThat(task.cancel(false)).isFalse();
    unblock.countDown();

    body.awaitInterrupts(1);
  }

  @Test
  void aCancelInterruptsEachTaskOnce() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    scope.fork("work.park", body);
    body.awaitStart();

    scope.cancel("one");
    body.awaitInterrupts(1);
    scope.cancel("two");

    assertThat(body.thread.isInterrupted()).isFalse();
    assertThat(body.interrupts).hasValue(1);
  }

  @Test
  void aTasksTimeoutInterruptsItAlone() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked slow = parked();
    Parked other = stubborn();
    Task<String> task = scope.<String>fork("work.slow", o -> o.timeout(Duration.ofSeconds(2)), slow);
    scope.fork("work.other", other);
    slow.awaitStart();
    other.awaitStart();

    clock.advance(Duration.ofSeconds(2));

    slow.awaitInterrupts(1);
    assertThat(task.cancelReason().kind()).isEqualTo(CancelReason.Kind.DEADLINE);
    assertThat(other.interrupts).hasValue(0);
    assertThat(scope.info().cancelled()).isFalse();
    other.release();
    scope.join();
  }
}
