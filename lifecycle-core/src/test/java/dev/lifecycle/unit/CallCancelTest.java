package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 10a: how a call ends when a deadline, a cancel or an interrupt comes first. */
@Timeout(20)
class CallCancelTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void aDeadlineBeforeTheBodyReturnsWinsOverItsValue() {
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      clock.advance(SECOND);
      return "too late";
    }));
    assertThat(thrown).isInstanceOf(DeadlineExceededException.class).hasMessageContaining("call");
  }

  @Test
  void aCancelBeforeTheBodyReturnsWinsOverItsValue() {
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      scope.cancel("not wanted");
      return "too late";
    }));
    assertThat(thrown).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("not wanted");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aCloseableValueThatLostAgainstTheCancelIsReportedAsDiscarded() {
    AutoCloseable value = () -> {};
    Throwable thrown = catchThrowable(() -> lifecycle.<AutoCloseable, Exception>call("call", SECOND, scope -> {
      scope.cancel("not wanted");
      return value;
    }));
    assertThat(thrown).isInstanceOf(ScopeCancelledException.class);
    assertThat(reports.of(FailureReport.Kind.VALUE_DISCARDED)).hasSize(1);
  }

  @Test
  void theDeadlineInterruptsTheBody() throws Exception {
    HeldBody held = HeldBody.listening();
    Aside<Throwable> call = Aside.catching(() -> lifecycle.call("call", SECOND, scope -> held.call()));
    held.awaitBegun();
    clock.advance(SECOND);
    assertThat(call.get()).isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void anExternalInterruptLeavesAsItself() throws Exception {
    HeldBody held = HeldBody.listening();
    AtomicReference<Task<String>> rest = new AtomicReference<>();
    CountDownLatch inBody = new CountDownLatch(1);
    Aside<Throwable> call = Aside.catching(() -> lifecycle.call("call", SECOND, scope -> {
      rest.set(scope.fork("call.rest", held));
      held.awaitBegun();
      inBody.countDown();
      new CountDownLatch(1).await();
      return 1;
    }));
    inBody.await();
    call.awaitWaiting().interrupt();
    assertThat(call.get()).isExactlyInstanceOf(InterruptedException.class);
    assertThat(rest.get().status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void anExternalInterruptWhileTheCallJoinsTheRestLeavesAsItself() throws Exception {
    HeldBody held = HeldBody.listening();
    AtomicReference<Task<String>> rest = new AtomicReference<>();
    Aside<Throwable> call = Aside.catching(() -> lifecycle.call("call", SECOND, scope -> {
      rest.set(scope.fork("call.rest", held));
      return 1;
    }));
    held.awaitBegun();
    call.awaitWaiting().interrupt();
    assertThat(call.get()).isExactlyInstanceOf(InterruptedException.class);
    assertThat(rest.get().status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void anInterruptFlagThatWasSetBeforeTheCallIsSeenByTheBody() throws Exception {
    Thread.currentThread().interrupt();
    boolean seen = lifecycle.call("call", SECOND, scope -> Thread.interrupted());
    assertThat(seen).isTrue();
  }

  @Test
  void aZeroOrNegativeTimeoutRunsNoBody() {
    AtomicBoolean ran = new AtomicBoolean();
    for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
      assertThatThrownBy(() -> lifecycle.call("call", timeout, scope -> ran.getAndSet(true))).isInstanceOf(DeadlineExceededException.class);
    }
    assertThat(ran).isFalse();
  }

  @Test
  void abandonDoesNotApplyToTheBody() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Aside<Throwable> call = Aside.catching(
        () -> lifecycle.call("call", o -> o.timeout(SECOND).grace(SECOND, AfterGrace.ABANDON), scope -> deaf.call()));
    deaf.awaitBegun();
    await().until(() -> {
      clock.advanceToNextDeadline();
      return clock.nanoTime() >= Duration.ofSeconds(2).toNanos();
    });
    clock.advance(Duration.ofSeconds(10));
    call.awaitWaiting();
    assertThat(call.isDone()).isFalse();
    deaf.letGo();
    assertThat(call.get()).isInstanceOf(DeadlineExceededException.class);
  }
}
