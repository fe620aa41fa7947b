package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Concurrent.race}, the typed form of rule 44's FIRST_SUCCESS. Each race runs in a call of the test's lifecycle and so on its clock. */
@Timeout(20)
class RaceTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final List<String> discarded = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  private String race(List<Callable<String>> bodies) throws InterruptedException {
    return lifecycle.call("race.test", o -> o, scope -> Concurrent.<String>race("race.body", MINUTE, bodies, discarded::add));
  }

  private static Callable<String> failing(String message) {
    return () -> {
      throw new IOException(message);
    };
  }

  @Test
  void theFirstSuccessIsReturnedAndTheLosersAreInterruptedAndHaveEnded() throws InterruptedException {
    ParkedBody<String> loser = ParkedBody.returning("loser");
    String value = race(List.of(loser, () -> {
      loser.awaitEntered();
      return "winner";
    }));
    assertThat(value).isEqualTo("winner");
    assertThat(loser.wasInterrupted()).isTrue();
    assertThat(discarded).isEmpty();
    assertThat(lifecycle.counts().get("race.body").live()).isZero();
  }

  @Test
  void aLoserThatReturnsAValueAllTheSameIsDiscardedOnce() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    String value = race(List.of(() -> {
      begun.countDown();
      try {
        never.await();
        return "never";
      } catch (InterruptedException e) {
        return "late";
      }
    }, () -> {
      begun.await();
      return "winner";
    }));
    assertThat(value).isEqualTo("winner");
    assertThat(discarded).containsExactly("late");
  }

  @Test
  void aFailureBeforeTheFirstSuccessIsForgiven() throws InterruptedException {
    assertThat(race(List.of(failing("one"), failing("two"), () -> "winner"))).isEqualTo("winner");
  }

  @Test
  void ifAllFailTheFirstFailureIsTheCauseAndTheOthersAreSuppressed() {
    assertThatThrownBy(() -> race(List.of(failing("one"), failing("two"), failing("three"))))
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(IOException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2).allSatisfy(s -> assertThat(s).isInstanceOf(IOException.class)));
    assertThat(discarded).isEmpty();
  }

  @Test
  void theDeadlineEndsTheRace() throws InterruptedException {
    ParkedBody<String> body = ParkedBody.returning("never");
    Thread mover = new Thread(() -> {
      Awaitility.await().until(body::hasEntered);
      clock.advance(MINUTE);
    });
    mover.start();
    assertThatThrownBy(() -> race(List.of(body))).isInstanceOf(DeadlineExceededException.class);
    mover.join();
    assertThat(body.wasInterrupted()).isTrue();
  }

  @Test
  void aRaceWithoutTimeLeftRunsNoBody() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(() -> Concurrent.race("race.zero", Duration.ZERO, List.of(runs::incrementAndGet))).isInstanceOf(DeadlineExceededException.class);
    assertThat(runs).hasValue(0);
  }

  @Test
  void aRaceOfNobodyIsRefused() {
    assertThatThrownBy(() -> race(List.of())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bodies");
  }

  @Test
  void anInterruptCancelsTheTasksAndLeavesAsItselfAfterTheyHaveEnded() throws InterruptedException {
    ParkedBody<String> body = ParkedBody.returning("never");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread racer = new Thread(() -> {
      try {
        Concurrent.race("race.interrupt", MINUTE, List.of(body));
      } catch (Throwable t) {
        thrown.set(t);
      }
    });
    racer.start();
    body.awaitEntered();
    racer.interrupt();
    racer.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(body.wasInterrupted()).isTrue();
  }

  @Test
  void theWinnerMayBeNull() throws InterruptedException {
    assertThat(race(List.of(() -> null))).isNull();
    assertThat(discarded).isEmpty();
  }

  /** All return at once: one value is returned, each of the others is discarded once or its task never had one. */
  @Test
  void ofManySimultaneousSuccessesOneWinsAndEveryOtherValueIsDiscardedOnce() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      discarded.clear();
      int size = 4;
      CyclicBarrier together = new CyclicBarrier(size);
      List<String> produced = new CopyOnWriteArrayList<>();
      List<Callable<String>> bodies = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        String value = "value-" + i;
        bodies.add(() -> {
          together.await();
          produced.add(value);
          return value;
        });
      }
      String winner = race(bodies);
      List<String> expected = new ArrayList<>(produced);
      expected.remove(winner);
      assertThat(discarded).as("round %d", round).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aDiscardHandlerThatThrowsIsReportedAndDoesNotSpoilTheRace() throws InterruptedException {
    int losers = 0;
    for (int round = 0; round < 300; round++) {
      CyclicBarrier together = new CyclicBarrier(2);
      AtomicInteger produced = new AtomicInteger();
      Callable<String> body = () -> {
        together.await();
        produced.incrementAndGet();
        return "value";
      };
      String value = lifecycle.call("race.test", o -> o, scope -> Concurrent.<String>race("race.body", MINUTE, List.of(body, body), late -> {
        throw new IllegalStateException("handler");
      }));
      assertThat(value).isEqualTo("value");
      losers += produced.get() - 1;
    }
    assertThat(reports).hasSize(losers).allSatisfy(report -> assertThat(report.kind()).isEqualTo(FailureReport.Kind.CLEANUP_FAILED));
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
    assertThatThrownBy(() -> race(List.of(() -> leaving("value")))).hasRootCauseMessage("cleanup");
    assertThat(discarded).containsExactly("value");
  }
}
