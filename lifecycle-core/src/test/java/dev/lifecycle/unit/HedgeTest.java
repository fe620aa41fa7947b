package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Concurrent.hedge}. Each hedge runs in a call of the test's lifecycle and so on its clock. */
@Timeout(20)
class HedgeTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration DELAY = Duration.ofMillis(100);
  private static final Duration NANO = Duration.ofNanos(1);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final List<String> discarded = new CopyOnWriteArrayList<>();
  private final List<Integer> started = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private String hedge(Duration delay, int max, Concurrent.Attempt<String> body) throws InterruptedException {
    return lifecycle.call("hedge.test", o -> o, scope -> Concurrent.<String>hedge("hedge.body", MINUTE, delay, max, attempt -> {
      started.add(attempt);
      return body.call(attempt);
    }, discarded::add));
  }

  /** Waits until the caller waits for the delay to pass. */
  private void awaitWaiting() {
    await().pollInterval(Duration.ofMillis(1)).until(() -> clock.sleepers() == 1);
  }

  @Test
  void anAnswerBeforeTheDelayNeedsNoSecondAttempt() throws InterruptedException {
    assertThat(hedge(DELAY, 3, attempt -> "answer " + attempt)).isEqualTo("answer 1");
    assertThat(started).containsExactly(1);
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void aSecondAttemptStartsAfterTheDelayAndNotBefore() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.returning("first");
    ParkedBody<String> second = ParkedBody.returning("second");
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 2, attempt -> attempt == 1 ? first.call() : second.call()));
    first.awaitEntered();
    awaitWaiting();
    clock.advance(DELAY.minus(NANO));
    awaitWaiting();
    assertThat(started).containsExactly(1);
    clock.advance(NANO);
    second.awaitEntered();
    second.release();
    assertThat(aside.get()).isEqualTo("second");
    assertThat(first.wasInterrupted()).isTrue();
    assertThat(discarded).isEmpty();
    assertThat(lifecycle.counts().get("hedge.body").live()).isZero();
  }

  @Test
  void theFirstAttemptMayStillWin() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.returning("first");
    ParkedBody<String> second = ParkedBody.returning("second");
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 2, attempt -> attempt == 1 ? first.call() : second.call()));
    first.awaitEntered();
    awaitWaiting();
    clock.advance(DELAY);
    second.awaitEntered();
    first.release();
    assertThat(aside.get()).isEqualTo("first");
    assertThat(second.wasInterrupted()).isTrue();
  }

  @Test
  void whatIsNotNeededIsCancelledBecauseItIsDecided() throws InterruptedException {
    AtomicReference<CancelReason> reason = new AtomicReference<>();
    CountDownLatch begun = new CountDownLatch(1);
    assertThat(hedge(Duration.ZERO, 2, attempt -> {
      if (attempt == 2) {
        begun.await();
        return "answer";
      }
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        reason.set(Context.current().cancelReason());
        throw e;
      }
      return "never";
    })).isEqualTo("answer");
    assertThat(reason.get().kind()).isEqualTo(CancelReason.Kind.DECIDED);
  }

  @Test
  void thereAreNoMoreThanTheMostAttempts() throws InterruptedException {
    List<ParkedBody<String>> bodies = List.of(ParkedBody.returning("1"), ParkedBody.returning("2"), ParkedBody.returning("3"));
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 3, attempt -> bodies.get(attempt - 1).call()));
    for (int i = 0; i < 2; i++) {
      bodies.get(i).awaitEntered();
      awaitWaiting();
      clock.advance(DELAY);
    }
    bodies.get(2).awaitEntered();
    aside.awaitWaiting();
    assertThat(clock.sleepers()).isZero();
    clock.advance(DELAY.multipliedBy(10));
    bodies.get(2).release();
    assertThat(aside.get()).isEqualTo("3");
    assertThat(started).containsExactly(1, 2, 3);
  }

  @Test
  void aFailedAttemptIsReplacedAtOnceAndTheDelayBeginsAnew() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.returning("first");
    ParkedBody<String> third = ParkedBody.returning("third");
    ParkedBody<String> second = ParkedBody.returning("second");
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 3, attempt -> {
      if (attempt == 1) {
        first.call();
        throw new IOException("first");
      }
      return attempt == 2 ? second.call() : third.call();
    }));
    first.awaitEntered();
    awaitWaiting();
    clock.advance(DELAY.minus(NANO));
    first.release();
    second.awaitEntered(); // without any time passing
    awaitWaiting();
    clock.advance(DELAY.minus(NANO));
    awaitWaiting();
    assertThat(started).containsExactly(1, 2);
    clock.advance(NANO);
    third.awaitEntered();
    third.release();
    assertThat(aside.get()).isEqualTo("third");
  }

  @Test
  void twoFailuresStartTwoAttempts() throws InterruptedException {
    CyclicBarrier together = new CyclicBarrier(2);
    ParkedBody<String> third = ParkedBody.returning("third");
    ParkedBody<String> fourth = ParkedBody.returning("fourth");
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 5, attempt -> {
      if (attempt <= 2) {
        together.await();
        throw new IOException("no");
      }
      return attempt == 3 ? third.call() : fourth.call();
    }));
    awaitWaiting();
    clock.advance(DELAY);
    third.awaitEntered();
    fourth.awaitEntered();
    awaitWaiting();
    assertThat(started).containsExactlyInAnyOrder(1, 2, 3, 4);
    fourth.release();
    assertThat(aside.get()).isEqualTo("fourth");
  }

  @Test
  void ifAllFailTheFirstFailureIsTheCauseAndTheOthersAreSuppressed() {
    assertThatThrownBy(() -> hedge(DELAY, 3, attempt -> {
      throw new IOException("attempt " + attempt);
    })).isInstanceOf(TaskFailedException.class)
        .hasRootCauseMessage("attempt 1")
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("attempt 2", "attempt 3"));
    assertThat(clock.nanoTime()).isZero();
  }

  @Test
  void withoutADelayAllStartAtOnce() throws InterruptedException {
    CyclicBarrier together = new CyclicBarrier(3);
    assertThat(hedge(Duration.ZERO, 3, attempt -> {
      together.await();
      return "all";
    })).isEqualTo("all");
    assertThat(started).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void oneAttemptIsAPlainCall() throws InterruptedException {
    assertThat(hedge(DELAY, 1, attempt -> "only")).isEqualTo("only");
    assertThatThrownBy(() -> hedge(DELAY, 1, attempt -> {
      throw new IOException("only");
    })).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("only");
  }

  @Test
  void theAnswerMayBeNull() throws InterruptedException {
    assertThat(hedge(DELAY, 2, attempt -> null)).isNull();
    assertThat(discarded).isEmpty();
  }

  @Test
  void aDelayLongerThanTheClockIsNoDelayAtAll() throws InterruptedException {
    Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(hedge(ages, 2, attempt -> {
      if (attempt == 1) {
        throw new IOException("first");
      }
      return "second";
    })).isEqualTo("second");
  }

  @Test
  void theDeadlineEndsTheHedgeWhileItWaitsForTheDelay() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.returning("first");
    Aside<Throwable> aside = Aside.catching(() -> hedge(MINUTE.plus(NANO), 2, attempt -> first.call()));
    first.awaitEntered();
    awaitWaiting();
    clock.advance(MINUTE);
    assertThat(aside.get()).isInstanceOf(DeadlineExceededException.class);
    assertThat(first.wasInterrupted()).isTrue();
    assertThat(started).containsExactly(1);
  }

  @Test
  void aHedgeWithoutTimeLeftRunsNothing() {
    assertThatThrownBy(() -> Concurrent.hedge("hedge.zero", Duration.ZERO, DELAY, 2, started::add)).isInstanceOf(DeadlineExceededException.class);
    assertThat(started).isEmpty();
  }

  @Test
  void aCancelAroundItEndsTheHedge() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.stubborn("late");
    Scope around = lifecycle.open("hedge.around");
    Aside<Throwable> aside = Aside.catching(() -> lifecycle.call("hedge.call", o -> o.parent(around), scope -> hedge(DELAY, 2, attempt -> first.call())));
    first.awaitEntered();
    awaitWaiting();
    around.cancel("enough");
    first.release();
    assertThat(aside.get()).isInstanceOf(ScopeCancelledException.class);
    assertThat(discarded).containsExactly("late");
    around.close();
  }

  @Test
  void anInterruptCancelsTheAttemptsAndLeavesAsItselfAfterTheyHaveEnded() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.returning("first");
    Aside<Throwable> aside = Aside.catching(() -> hedge(DELAY, 2, attempt -> first.call()));
    first.awaitEntered();
    awaitWaiting();
    aside.interrupt();
    assertThat(aside.get()).isInstanceOf(InterruptedException.class);
    assertThat(first.wasInterrupted()).isTrue();
    assertThat(started).containsExactly(1);
  }

  @Test
  void aLoserThatReturnsAValueAllTheSameIsDiscardedOnce() throws InterruptedException {
    ParkedBody<String> first = ParkedBody.stubborn("late");
    Aside<String> aside = Aside.run(() -> hedge(DELAY, 2, attempt -> attempt == 1 ? first.call() : "second"));
    first.awaitEntered();
    awaitWaiting();
    clock.advance(DELAY);
    await().until(first::wasInterrupted);
    first.release();
    assertThat(aside.get()).isEqualTo("second");
    assertThat(discarded).containsExactly("late");
  }

  @Test
  void ofManySimultaneousAnswersOneIsReturnedAndEveryOtherIsDiscardedOnce() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      discarded.clear();
      CyclicBarrier together = new CyclicBarrier(4);
      List<String> produced = new CopyOnWriteArrayList<>();
      String winner = hedge(Duration.ZERO, 4, attempt -> {
        together.await();
        produced.add("value " + attempt);
        return "value " + attempt;
      });
      List<String> expected = new ArrayList<>(produced);
      expected.remove(winner);
      assertThat(discarded).as("round %d", round).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void badArgumentsAreRefusedByNameAndValue() {
    assertThatThrownBy(() -> hedge(NANO.negated(), 2, attempt -> "x")).isInstanceOf(IllegalArgumentException.class).hasMessage("delay must not be negative: PT-0.000000001S");
    assertThatThrownBy(() -> hedge(DELAY, 0, attempt -> "x")).isInstanceOf(IllegalArgumentException.class).hasMessage("maxAttempts must be at least 1: 0");
    assertThatThrownBy(() -> Concurrent.hedge("hedge.bad", null, DELAY, 2, attempt -> "x")).isInstanceOf(NullPointerException.class).hasMessage("timeout");
    assertThatThrownBy(() -> Concurrent.hedge("hedge.bad", MINUTE, null, 2, attempt -> "x")).isInstanceOf(NullPointerException.class).hasMessage("delay");
    assertThatThrownBy(() -> Concurrent.hedge("hedge.bad", MINUTE, DELAY, 2, null)).isInstanceOf(NullPointerException.class).hasMessage("body");
    assertThatThrownBy(() -> Concurrent.hedge("hedge.bad", MINUTE, DELAY, 2, attempt -> "x", null)).isInstanceOf(NullPointerException.class).hasMessage("onDiscard");
    assertThat(started).isEmpty();
  }

  /** Returns the value, and leaves behind a scope that cannot be closed in peace. */
  private static String leaving(String value) {
    Scope.open("left.behind").defer(() -> {
      throw new IOException("cleanup");
    });
    return value;
  }

  @Test
  void aWinnerThatIsNotReturnedSinceTheCloseFailedIsDiscardedOnce() {
    assertThatThrownBy(() -> hedge(DELAY, 1, attempt -> leaving("value"))).hasRootCauseMessage("cleanup");
    assertThat(discarded).containsExactly("value");
  }
}
