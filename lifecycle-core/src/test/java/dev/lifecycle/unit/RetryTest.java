package dev.lifecycle.unit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.concurrent.Retry;
import dev.lifecycle.context.ContextCarrier;
import dev.lifecycle.junit.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Retry}: delays, deadline, cancel and what is thrown. What is retried: {@link RetryFilterTest}; late values: {@link RetryDiscardTest}. */
@Timeout(20)
class RetryTest {
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Retry PATIENT = Retry.attempts(5).backoff(ofMillis(100), ofMillis(300));

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  /** Fails until the attempt with this number. */
  private Scope.Body<String, IOException> succeedingAt(int number) {
    return scope -> {
      int attempt = attempts.incrementAndGet();
      if (attempt < number) {
        throw new IOException("attempt " + attempt);
      }
      return "value " + attempt;
    };
  }

  private String call(Retry retry, Duration timeout, Scope.Body<String, IOException> body) throws IOException, InterruptedException {
    return lifecycle.<String, IOException>call("retry.test", o -> o, scope -> retry.<String, IOException>call("retry.body", timeout, body));
  }

  private void awaitWaiting() {
    await().pollInterval(ofMillis(1)).until(() -> clock.sleepers() == 1);
  }

  @Test
  void aFirstSuccessIsReturnedAtOnce() throws Exception {
    assertThat(call(PATIENT, ofSeconds(1), succeedingAt(1))).isEqualTo("value 1");
    assertThat(attempts).hasValue(1);
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void theDelaysDoubleUpToTheirMaximum() {
    Aside<String> aside = Aside.run(() -> call(PATIENT, ofSeconds(10), succeedingAt(5)));
    for (int millis : new int[] {100, 200, 300, 300}) {
      awaitWaiting();
      int before = attempts.get();
      clock.advance(ofMillis(millis).minus(NANO));
      awaitWaiting();
      assertThat(attempts).hasValue(before);
      clock.advance(NANO);
      await().until(() -> attempts.get() == before + 1);
    }
    assertThat(aside.get()).isEqualTo("value 5");
    assertThat(clock.nanoTime()).isEqualTo(ofMillis(900).toNanos());
  }

  @Test
  void jitterShortensADelayByAtMostItsPart() {
    for (int round = 0; round < 10; round++) {
      attempts.set(0);
      long start = clock.nanoTime();
      Aside<String> aside = Aside.run(() -> call(Retry.attempts(2).jitter(0.5).backoff(ofMillis(100), ofMillis(100)), ofSeconds(10), succeedingAt(2)));
      awaitWaiting();
      clock.advance(ofMillis(50).minus(NANO));
      assertThat(attempts).hasValue(1);
      assertThat(clock.advanceToNextDeadline()).isTrue();
      assertThat(aside.get()).isEqualTo("value 2");
      assertThat(clock.nanoTime() - start).isBetween(ofMillis(50).toNanos(), ofMillis(100).toNanos());
    }
  }

  @Test
  void withoutABackoffThereIsNoDelay() throws Exception {
    assertThat(call(Retry.attempts(1_000), ofSeconds(1), succeedingAt(1_000))).isEqualTo("value 1000");
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void afterTheLastAttemptItsFailureIsThrownAsItselfWithTheEarlierOnesSuppressed() {
    assertThatThrownBy(() -> call(Retry.attempts(3), ofSeconds(1), succeedingAt(4)))
        .isInstanceOf(IOException.class)
        .hasMessage("attempt 3")
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("attempt 1", "attempt 2"));
    assertThat(attempts).hasValue(3);
  }

  @Test
  void ofManyFailuresTheFirstAreSuppressedAndTheRestIsCounted() {
    assertThatThrownBy(() -> call(Retry.attempts(100), ofSeconds(1), succeedingAt(101)))
        .hasMessage("attempt 100")
        .satisfies(e -> assertThat(List.of(e.getSuppressed())).hasSize(33).last().satisfies(s -> assertThat(s).hasMessage("and 67 more failures")));
  }

  @Test
  void aFailureThatIsThrownAgainAndAgainDoesNotGrow() {
    IOException one = new IOException("one");
    IOException two = new IOException("two");
    for (int i = 0; i < 3; i++) {
      attempts.set(0);
      assertThatThrownBy(() -> call(Retry.attempts(5), ofSeconds(1), scope -> {
        throw attempts.incrementAndGet() % 2 == 0 ? one : two;
      })).isSameAs(two).satisfies(e -> assertThat(e.getSuppressed()).containsExactly(one));
    }
  }

  @Test
  void itGivesUpAtOnceIfTheNextAttemptCouldNotBeginBeforeTheDeadline() {
    assertThatThrownBy(() -> call(PATIENT, ofMillis(100), succeedingAt(2))).isInstanceOf(IOException.class).hasMessage("attempt 1");
    assertThat(attempts).hasValue(1);
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void itWaitsIfTheNextAttemptCanBeginJustBeforeTheDeadline() {
    Aside<String> aside = Aside.run(() -> call(PATIENT, ofMillis(100).plus(NANO), succeedingAt(2)));
    awaitWaiting();
    clock.advance(ofMillis(100));
    assertThat(aside.get()).isEqualTo("value 2");
  }

  @Test
  void withoutATimeoutTheDeadlineOfTheCurrentScopeCounts() {
    assertThatThrownBy(() -> lifecycle.<String, IOException>call("retry.test", o -> o.timeout(ofMillis(100)), scope -> PATIENT.<String, IOException>call("retry.body", succeedingAt(2))))
        .isInstanceOf(IOException.class)
        .hasMessage("attempt 1");
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void withoutAnyDeadlineTheAttemptsAreTheBound() throws Exception {
    assertThat(Retry.attempts(2).<String, IOException>call("retry.body", succeedingAt(2))).isEqualTo("value 2");
  }

  @Test
  void theDeadlineDuringAnAttemptIsThrownWithTheEarlierFailuresSuppressed() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Aside<Throwable> aside = Aside.catching(() -> call(Retry.attempts(5), ofSeconds(1), scope -> {
      if (attempts.incrementAndGet() == 1) {
        throw new IOException("attempt 1");
      }
      return parked.call();
    }));
    parked.awaitEntered();
    clock.advance(ofSeconds(1));
    assertThat(aside.get()).isInstanceOf(DeadlineExceededException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("attempt 1"));
    assertThat(attempts).hasValue(2);
  }

  @Test
  void aCallWithoutTimeLeftMakesNoAttempt() {
    assertThatThrownBy(() -> call(PATIENT, Duration.ZERO, succeedingAt(1))).isInstanceOf(DeadlineExceededException.class);
    assertThat(attempts).hasValue(0);
  }

  @Test
  void aCancelDuringADelayEndsItAtOnceAndTheFailureIsSuppressed() {
    Scope around = lifecycle.open("retry.around");
    Aside<Throwable> aside = Aside.catching(() -> lifecycle.<String, IOException>call("retry.call", o -> o.parent(around), scope -> call(PATIENT, ofSeconds(10), succeedingAt(5))));
    awaitWaiting();
    around.cancel("enough");
    assertThat(aside.get()).isInstanceOf(ScopeCancelledException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("attempt 1"));
    assertThat(clock.nanoTime()).isZero();
    assertThat(attempts).hasValue(1);
    around.close();
  }

  @Test
  void anInterruptDuringADelayLeavesAsItselfWithTheFailuresSuppressed() {
    Aside<Throwable> aside = Aside.catching(() -> call(PATIENT, ofSeconds(10), succeedingAt(5)));
    awaitWaiting();
    aside.interrupt();
    assertThat(aside.get()).isInstanceOf(InterruptedException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("attempt 1"));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anInterruptDuringAnAttemptIsNotRetried() throws InterruptedException {
    ParkedBody<String> parked = ParkedBody.returning("never");
    Aside<Throwable> aside = Aside.catching(() -> call(PATIENT, ofSeconds(10), scope -> {
      attempts.incrementAndGet();
      return parked.call();
    }));
    parked.awaitEntered();
    aside.interrupt();
    assertThat(aside.get()).isInstanceOf(InterruptedException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anInterruptThatAnAttemptDidNotTakeEndsTheRetriesWithoutADelayToo() {
    Aside<Throwable> aside = Aside.catching(() -> call(Retry.attempts(5), ofSeconds(10), scope -> {
      attempts.incrementAndGet();
      Thread.currentThread().interrupt();
      throw new IOException("attempt 1");
    }));
    assertThat(aside.get()).isInstanceOf(InterruptedException.class);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anAttemptThatTakesTooLongIsInterruptedAndTheNextOneBegins() throws Exception {
    ParkedBody<String> slow = ParkedBody.returning("never");
    Aside<String> aside = Aside.run(() -> call(Retry.attempts(2).attemptTimeout(ofSeconds(1)), ofSeconds(10), scope -> attempts.incrementAndGet() == 1 ? slow.call() : "second"));
    slow.awaitEntered();
    clock.advance(ofSeconds(1).minus(NANO));
    assertThat(slow.wasInterrupted()).isFalse();
    clock.advance(NANO);
    assertThat(aside.get()).isEqualTo("second");
    assertThat(slow.wasInterrupted()).isTrue();
  }

  @Test
  void ifTheLastAttemptTakesTooLongItsDeadlineIsThrown() throws Exception {
    ParkedBody<String> slow = ParkedBody.returning("never");
    Aside<Throwable> aside = Aside.catching(() -> call(Retry.attempts(1).attemptTimeout(ofSeconds(1)), ofSeconds(10), scope -> slow.call()));
    slow.awaitEntered();
    clock.advance(ofSeconds(1));
    assertThat(aside.get()).isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void whatAFailedAttemptForkedHasEndedBeforeTheNextBegins() throws Exception {
    ParkedBody<String> forked = ParkedBody.returning("never");
    List<Integer> live = new CopyOnWriteArrayList<>();
    call(Retry.attempts(2), ofSeconds(1), scope -> {
      TaskCounts counted = lifecycle.counts().get("retry.fork");
      live.add(counted == null ? 0 : (int) counted.live());
      if (attempts.incrementAndGet() == 1) {
        scope.fork("retry.fork", forked);
        forked.awaitEntered();
        throw new IOException("attempt 1");
      }
      return "value";
    });
    assertThat(live).containsExactly(0, 0);
    assertThat(forked.wasInterrupted()).isTrue();
  }

  /** Rule 57. */
  @Test
  void theContextOfATaskIsInstalledInEveryAttemptAndInWhatItForks() throws Exception {
    ThreadLocal<String> local = new ThreadLocal<>();
    ContextCarrier carrier = () -> {
      String captured = local.get();
      return () -> {
        String before = local.get();
        local.set(captured);
        return () -> local.set(before);
      };
    };
    List<String> seen = new CopyOnWriteArrayList<>();
    local.set("request 7");
    lifecycle.<String, Exception>call("retry.test", o -> o.carry(carrier), scope -> scope.<String>fork("retry.task", () -> PATIENT.backoff(Duration.ZERO, Duration.ZERO).<String, Exception>call("retry.body", inner -> {
      seen.add(local.get());
      seen.add(inner.<String>fork("retry.fork", local::get).get());
      if (attempts.incrementAndGet() == 1) {
        throw new IOException("attempt 1");
      }
      return "value";
    })).get());
    assertThat(seen).containsExactly("request 7", "request 7", "request 7", "request 7");
    local.remove();
  }

  @Test
  void badValuesAreRefusedByNameAndValue() {
    assertThatThrownBy(() -> Retry.attempts(0)).isInstanceOf(IllegalArgumentException.class).hasMessage("maxAttempts must be at least 1: 0");
    assertThatThrownBy(() -> PATIENT.backoff(ofMillis(-1), ofSeconds(1))).isInstanceOf(IllegalArgumentException.class).hasMessage("initial must not be negative: PT-0.001S");
    assertThatThrownBy(() -> PATIENT.backoff(ofSeconds(2), ofSeconds(1))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("max must not be less");
    assertThatThrownBy(() -> PATIENT.jitter(Double.NaN)).isInstanceOf(IllegalArgumentException.class).hasMessage("jitter must be within 0 and 1: NaN");
    assertThatThrownBy(() -> PATIENT.attemptTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class).hasMessage("attemptTimeout must be positive: PT0S");
    assertThatThrownBy(() -> PATIENT.attemptTimeout(null)).isInstanceOf(NullPointerException.class).hasMessage("attemptTimeout");
    assertThatThrownBy(() -> PATIENT.on((Class<Exception>) null)).isInstanceOf(NullPointerException.class).hasMessage("type");
    assertThatThrownBy(() -> PATIENT.call("retry.bad", null, succeedingAt(1))).isInstanceOf(NullPointerException.class).hasMessage("timeout");
    assertThatThrownBy(() -> PATIENT.call("retry.bad", (Scope.Body<String, IOException>) null)).isInstanceOf(NullPointerException.class).hasMessage("body");
    assertThatThrownBy(() -> PATIENT.call("retry.bad", succeedingAt(1), null)).isInstanceOf(NullPointerException.class).hasMessage("onDiscard");
    assertThat(attempts).hasValue(0);
  }

  @Test
  void aPolicyIsNotChangedByWhatIsMadeFromIt() throws Exception {
    Retry retry = Retry.attempts(2);
    assertThatThrownBy(() -> call(retry.on(FileNotFoundException.class), ofSeconds(1), succeedingAt(2))).hasMessage("attempt 1");
    attempts.set(0);
    assertThat(call(retry, ofSeconds(1), succeedingAt(2))).isEqualTo("value 2");
    assertThat(PATIENT.jitter(0.25)).hasToString("Retry[5 attempts, Backoff[PT0.1S to PT0.3S, jitter 0.25]]");
  }

  @Test
  void anAttemptWhoseTimeoutIsOverBeforeItsBodyBeginsIsRetried() {
    Retry retry = Retry.attempts(3).attemptTimeout(Duration.ofNanos(1_000)).on(IOException.class); // now before the body begins and now after: a race
    Lifecycle real = Lifecycle.create(o -> o);
    for (int i = 0; i < 3_000; i++) {
      assertThatThrownBy(() -> real.<String, IOException>call("retry.test", o -> o, scope -> retry.<String, IOException>call("retry.body", ofSeconds(60), inner -> {
        new CountDownLatch(1).await();
        return "never";
      }))).isInstanceOf(DeadlineExceededException.class).satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }
    real.close();
  }

  @Test
  void aCachedExceptionDoesNotGrowWithTheCallsThatThrowIt() {
    IOException cached = new IOException("cached");
    for (int i = 0; i < 100; i++) {
      attempts.set(0);
      assertThatThrownBy(() -> call(Retry.attempts(2), ofSeconds(1), scope -> {
        throw attempts.incrementAndGet() == 1 ? new IOException("fresh") : cached;
      })).isSameAs(cached);
    }
    assertThat(cached.getSuppressed()).hasSize(32);
  }

  @Test
  void aDelayBeyondAllReadingsOfTheClockIsBeyondTheDeadlineToo() {
    Duration centuries = Duration.ofDays(365L * 300);
    assertThatThrownBy(() -> call(Retry.attempts(3).backoff(centuries, centuries), ofSeconds(1), succeedingAt(9))).isInstanceOf(IOException.class);
    assertThat(attempts).hasValue(1);
  }
}
