package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.concurrent.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A winner against a second success, a failure and a cancel from outside: every value that a body has made is either returned or discarded, and only once.
 *
 * <p>The bodies dawdle, so that over the rounds they end in every order, and none heeds an interrupt: the values come, wanted or not.
 */
@Timeout(60)
class DisposalRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("disposal").failureListener(report -> {}));
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Calls something that makes values; returns those that it returned. */
  @FunctionalInterface
  private interface Calls {
    Collection<Integer> call(Round round) throws InterruptedException;
  }

  private static final class Round {
    final Scope around = LIFECYCLE.open("disposal.around");
    final AtomicInteger next = new AtomicInteger();
    final ConcurrentLinkedQueue<Integer> made = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Integer> discarded = new ConcurrentLinkedQueue<>();
    final List<Integer> returned = new ArrayList<>();

    private final int patience = ThreadLocalRandom.current().nextInt(3);
    private final Duration brief = Duration.ofNanos(ThreadLocalRandom.current().nextInt(20_000, 400_000));
    private volatile boolean over;

    int make() {
      Race.dawdle();
      int value = next.incrementAndGet();
      made.add(value);
      Race.dawdle();
      return value;
    }

    void discard(Integer value) {
      discarded.add(value);
    }

    void call(Calls calls) throws InterruptedException {
      try {
        // noted inside: the call around it, which is no part of what is raced, may be cancelled after it has returned
        LIFECYCLE.<Boolean, RuntimeException>call("disposal.call", o -> o.parent(around), scope -> returned.addAll(calls.call(this)));
      } catch (ScopeCancelledException | TaskFailedException | DeadlineExceededException e) {
        // the judge sees what became of the values
      } finally {
        over = true;
      }
    }

    /** When so many values have been made, which is before any or after all at times. */
    void cancel() {
      Race.until(() -> over || next.get() >= patience);
      Race.dawdle();
      around.cancel("race");
    }

    String violation() {
      around.close();
      List<Integer> ended = new ArrayList<>(returned);
      ended.addAll(discarded);
      ended.sort(Comparator.naturalOrder());
      List<Integer> all = new ArrayList<>(made);
      all.sort(Comparator.naturalOrder());
      return ended.equals(all) ? null : "made " + all + ", returned " + returned + ", discarded " + List.copyOf(discarded);
    }
  }

  private static Race<Round> race(Calls calls) {
    return Race.of(Round::new).actor(round -> round.call(calls)).actor(Round::cancel).judge(Round::violation);
  }

  @Test
  void ofAHedgeEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> List.of(Concurrent.<Integer>hedge("disposal.hedge", MINUTE, Duration.ZERO, 3, attempt -> r.make(), r::discard))).run().violation()).isNull();
  }

  @Test
  void ofAHedgeThatStartsItsAttemptsAfterFailuresEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> List.of(Concurrent.<Integer>hedge("disposal.hedge", MINUTE, Duration.ofNanos(5_000), 4, attempt -> {
      if (attempt == 1) {
        throw new IllegalStateException("first");
      }
      return r.make();
    }, r::discard))).run().violation()).isNull();
  }

  @Test
  void ofAHedgeWithADeadlineEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> List.of(Concurrent.<Integer>hedge("disposal.hedge", r.brief, Duration.ZERO, 3, attempt -> r.make(), r::discard))).run().violation()).isNull();
  }

  @Test
  void ofARaceEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> {
      Callable<Integer> body = r::make;
      return List.of(Concurrent.<Integer>race("disposal.race", MINUTE, List.of(body, body, body), r::discard));
    }).run().violation()).isNull();
  }

  @Test
  void ofAMapEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> Concurrent.<Integer, Integer>map("disposal.map", MINUTE, 2, List.of(1, 2, 3), i -> r.make(), r::discard)).run().violation()).isNull();
  }

  @Test
  void ofAMapWithAFailureAndADeadlineEveryValueIsReturnedOrDiscardedOnce() {
    assertThat(race(r -> Concurrent.<Integer, Integer>map("disposal.map", r.brief, 3, List.of(1, 2, 3), i -> {
      int value = r.make();
      if (i == 3 && (value & 1) == 0) {
        r.made.remove(value);
        throw new IllegalStateException("failure");
      }
      return value;
    }, r::discard)).run().violation()).isNull();
  }

  @Test
  void ofARetryEveryValueIsReturnedOrDiscardedOnce() {
    Retry retry = Retry.attempts(3).attemptTimeout(Duration.ofNanos(10_000));
    assertThat(race(r -> List.of(retry.<Integer, RuntimeException>call("disposal.retry", r.brief, scope -> {
      scope.start("disposal.fork", Race::dawdle);
      return r.make();
    }, r::discard))).run().violation()).isNull();
  }

  /** Two makers, a caller who takes the first value or is cancelled, and a canceller, without a scope. Right if one step decides who has won. */
  private static final class Copy {
    private static final Integer REFUSED = 0;

    final boolean bug;
    final AtomicReference<Integer> winner = new AtomicReference<>();
    final Round round = new Round();
    volatile boolean cancelled;

    Copy(boolean bug) {
      this.bug = bug;
    }

    void make() {
      int value = round.make();
      if (!bug) {
        if (!winner.compareAndSet(null, value)) {
          round.discard(value);
        }
      } else if (winner.get() == null) {
        winner.set(value); // over that of another, or of the caller
      } else {
        round.discard(value);
      }
    }

    void take() {
      Race.until(() -> cancelled || winner.get() != null);
      Integer value = winner.getAndSet(REFUSED); // who comes later discards
      if (value != null && cancelled) {
        round.discard(value);
      } else if (value != null) {
        round.returned.add(value);
      }
    }

    void cancel() {
      round.cancel();
      cancelled = true;
    }
  }

  private static Race<Copy> raceOfCopies(boolean bug) {
    return Race.of(() -> new Copy(bug)).actor(Copy::make).actor(Copy::make).actor(Copy::take).actor(Copy::cancel).judge(copy -> copy.round.violation());
  }

  @Test
  void theCopyThatDecidesInOneStepLosesNoValue() {
    assertThat(raceOfCopies(false).run().violation()).isNull();
  }

  @Test
  void theRaceFindsACopyThatLooksBeforeItDecides() {
    assertThat(raceOfCopies(true).hunt().violation()).contains("made");
  }
}
