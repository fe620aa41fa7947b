package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 34, the half about values. */
@Timeout(20)
class DiscardTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final List<Object> discarded = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void aValueThatComesAfterTheCancelOfItsScopeGoesToOnDiscardOnce() throws InterruptedException {
    Scope scope = lifecycle.open("discard.scope");
    ParkedBody<String> body = ParkedBody.stubborn("late");
    Task<String> task = scope.fork("discard.body", o -> o.onDiscard(discarded::add), body);
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(discarded).containsExactly("late");
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThatThrownBy(task::resultNow).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aValueThatComesAfterTheCancelOfItsTaskGoesToOnDiscardOnce() throws InterruptedException {
    Scope scope = lifecycle.open("discard.task");
    ParkedBody<String> body = ParkedBody.stubborn("late");
    Task<String> task = scope.fork("discard.body", o -> o.onDiscard(discarded::add), body);
    body.awaitEntered();
    task.cancel("enough");
    body.release();
    scope.join();
    assertThat(discarded).containsExactly("late");
    scope.close();
    assertThat(discarded).containsExactly("late");
  }

  @Test
  void aValueThatNobodyTookGoesToOnDiscardWhenAFailedScopeCloses() throws InterruptedException {
    Scope scope = lifecycle.open("discard.untaken");
    Task<String> good = scope.fork("discard.good", o -> o.onDiscard(discarded::add), () -> "value");
    scope.join();
    scope.fork("discard.bad", () -> {
      throw new IOException("bad");
    });
    assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class);
    assertThat(discarded).as("somebody may still take it").isEmpty();
    scope.close();
    assertThat(discarded).containsExactly("value");
    assertThat(good.status()).isEqualTo(Task.Status.SUCCEEDED);
  }

  @Test
  void aValueThatSomebodyTookIsNotDiscarded() throws Exception {
    Scope scope = lifecycle.open("discard.taken");
    Task<String> byGet = scope.fork("discard.good", o -> o.onDiscard(discarded::add), () -> "get");
    Task<String> byResultNow = scope.fork("discard.good", o -> o.onDiscard(discarded::add), () -> "now");
    Task<String> byNobody = scope.fork("discard.good", o -> o.onDiscard(discarded::add), () -> "nobody");
    scope.join();
    assertThat(byGet.get()).isEqualTo("get");
    assertThat(byResultNow.resultNow()).isEqualTo("now");
    assertThat(byNobody.isDone()).isTrue();
    scope.cancel("failed");
    scope.close();
    assertThat(discarded).containsExactly("nobody");
  }

  @Test
  void aScopeThatClosesInPeaceDiscardsNothing() throws InterruptedException {
    Scope scope = lifecycle.open("discard.peace");
    Task<String> task = scope.fork("discard.good", o -> o.onDiscard(discarded::add), () -> "value");
    scope.join();
    scope.close();
    assertThat(discarded).isEmpty();
    assertThat(task.resultNow()).isEqualTo("value");
  }

  @Test
  void aTaskThatFailsOrIsInterruptedDiscardsNothing() throws InterruptedException {
    Scope scope = lifecycle.open("discard.none", o -> o.policy(Policy.SUPERVISE));
    ParkedBody<String> body = ParkedBody.returning("never");
    scope.fork("discard.interrupted", o -> o.onDiscard(discarded::add), body);
    Task<String> failed = scope.fork("discard.failed", o -> o.onDiscard(discarded::add), () -> {
      throw new IOException("bad");
    });
    body.awaitEntered();
    assertThatThrownBy(failed::get).hasCauseInstanceOf(IOException.class);
    scope.close();
    assertThat(discarded).isEmpty();
  }

  @Test
  void nullIsAValueAndIsDiscarded() throws InterruptedException {
    Scope scope = lifecycle.open("discard.null");
    AtomicInteger late = new AtomicInteger();
    AtomicInteger untaken = new AtomicInteger();
    scope.fork("discard.untaken", o -> o.onDiscard(value -> untaken.incrementAndGet()), () -> null);
    scope.join();
    ParkedBody<String> body = ParkedBody.stubborn(null);
    scope.fork("discard.late", o -> o.onDiscard(value -> late.incrementAndGet()), body);
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(late).hasValue(1);
    assertThat(untaken).hasValue(1);
  }

  @Test
  void onDiscardIsShieldedFromTheCancel() throws InterruptedException {
    Scope scope = lifecycle.open("discard.shield");
    ParkedBody<String> body = ParkedBody.stubborn("late");
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    scope.fork("discard.body", o -> o.onDiscard(value -> {
      cancelled.set(Context.current().isCancelled());
      flag.set(Thread.currentThread().isInterrupted());
    }), body);
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(cancelled.get()).isFalse();
    assertThat(flag.get()).isFalse();
  }

  @Test
  void onDiscardThatThrowsIsReportedAndTheScopeStillCloses() throws InterruptedException {
    Scope scope = lifecycle.open("discard.throws");
    ParkedBody<String> body = ParkedBody.stubborn("late");
    scope.fork("discard.body", o -> o.onDiscard(value -> {
      throw new IllegalStateException("handler");
    }), body);
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(scope.info().live()).isZero();
    assertThat(reports).singleElement().satisfies(report -> {
      assertThat(report.kind()).isEqualTo(FailureReport.Kind.CLEANUP_FAILED);
      assertThat(report.failure()).hasMessage("handler");
    });
  }

  @Test
  void closeOnDiscardClosesTheLateResourceOnce() throws InterruptedException {
    Scope scope = lifecycle.open("discard.close");
    AtomicInteger closes = new AtomicInteger();
    ParkedBody<AutoCloseable> body = ParkedBody.stubborn(closes::incrementAndGet);
    scope.fork("discard.body", o -> o.closeOnDiscard(), body);
    body.awaitEntered();
    scope.cancel("enough");
    body.release();
    scope.close();
    assertThat(closes).hasValue(1);
    assertThat(reports).isEmpty();
  }

  @Test
  void aDiscardedCloseableWithoutHandlerIsNotClosedAndReportedOncePerPurpose() throws InterruptedException {
    AtomicInteger closes = new AtomicInteger();
    for (String purpose : List.of("discard.one", "discard.one", "discard.two")) {
      Scope scope = lifecycle.open("discard.unhandled");
      ParkedBody<AutoCloseable> body = ParkedBody.stubborn(closes::incrementAndGet);
      scope.fork(purpose, body);
      body.awaitEntered();
      scope.cancel("enough");
      body.release();
      scope.close();
    }
    assertThat(closes).as("nothing is closed by default").hasValue(0);
    assertThat(reports).extracting(FailureReport::kind).containsOnly(FailureReport.Kind.VALUE_DISCARDED);
    assertThat(reports).extracting(FailureReport::purpose).containsExactly("discard.one", "discard.two");
  }

  /** The value either reaches the caller or the handler, whoever is faster. */
  @Test
  void ofACancelAndAnEndExactlyOneDecidesWhereTheValueGoes() throws Exception {
    try (Duel duel = new Duel()) {
      for (int i = 0; i < 2_000; i++) {
        Scope scope = lifecycle.open("discard.race");
        ParkedBody<Integer> body = ParkedBody.stubborn(i);
        AtomicInteger handled = new AtomicInteger();
        Task<Integer> task = scope.fork("discard.body", o -> o.onDiscard(value -> handled.incrementAndGet()), body);
        body.awaitEntered();
        duel.fight(() -> task.cancel("enough"), body::release);
        scope.join();
        boolean taken = task.status() == Task.Status.SUCCEEDED;
        if (taken) {
          assertThat(task.resultNow()).isEqualTo(i);
        }
        scope.close();
        assertThat(handled.get()).as("round %d", i).isEqualTo(taken ? 0 : 1);
      }
    }
  }

  @Test
  void theValueOfACallThatWasCancelledIsReportedAndNotReturned() {
    AtomicInteger closes = new AtomicInteger();
    assertThatThrownBy(
            () -> lifecycle.<AutoCloseable, RuntimeException>call("discard.call", Duration.ofDays(1), scope -> {
              scope.cancel("enough");
              return closes::incrementAndGet;
            }))
        .isInstanceOf(ScopeCancelledException.class);
    assertThat(closes).hasValue(0);
    assertThat(reports).extracting(FailureReport::kind).containsExactly(FailureReport.Kind.VALUE_DISCARDED);
  }
}
