package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 6: a release meets callers that come, time out, are interrupted or cancel, and the object is never lost between them. */
@Timeout(120)
class HandOffRaceTest {
  private static final Duration SHORT = Duration.ofNanos(20_000);

  private static void waitShortly(Round round) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      try {
        round.use(round.pool.acquire(SHORT));
      } catch (AcquireTimeoutException e) {
        Race.dawdle();
      }
    }
  }

  private static void waitToBeInterrupted(Round round) {
    round.victim = Thread.currentThread();
    try {
      round.use(round.pool.acquire(Round.LONG));
    } catch (InterruptedException e) {
      // as it should
    }
    Race.until(() -> round.done);
    Thread.interrupted();
  }

  private static void interrupt(Round round) {
    Race.dawdle();
    Thread victim = round.victim;
    if (victim != null) {
      victim.interrupt();
    }
    round.done = true;
  }

  private static Race<Round> race(boolean resets, Function<Round, Subject> making) {
    return Race.of(() -> new Round(resets, 1, making).leased())
        .actor(round -> round.use(round.first))
        .actor(HandOffRaceTest::waitShortly)
        .actor(HandOffRaceTest::waitToBeInterrupted)
        .actor(HandOffRaceTest::interrupt)
        .judge(Round::violation);
  }

  @Test
  void aHandOffThatMeetsATimeoutOrAnInterruptIsNotLost() {
    assertThat(race(false, round -> new RealPool(round, 1)).run().violation()).isNull();
  }

  @Test
  void norWithFairWaitersAndAReset() {
    assertThat(race(true, round -> new RealPool(round, 1, o -> o.fair())).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(false, round -> new CopiedPool(round, 1, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aWaiterThatLeavesWithWhatItWasGivenIsFound() {
    assertThat(race(false, round -> new CopiedPool(round, 1, CopiedPool.Bug.LEAVES_BLINDLY)).hunt().violation()).isNotNull();
  }

  @Test
  void aFutureThatIsCancelledOrTimesOutLosesNothing() {
    Race<Round> race =
        Race.of(() -> new Round(false, 1, r -> new RealPool(r, 1)).leased())
            .actor(round -> round.use(round.first))
            .actor(round -> {
              CompletableFuture<Lease<Item>> future = ((RealPool) round.pool).pool.acquireAsync(Round.LONG);
              future.thenAccept(round::use);
              Race.dawdle();
              future.cancel(false);
            })
            .actor(round -> {
              try {
                ((RealPool) round.pool).pool.acquireAsync(SHORT).thenAccept(round::use).join();
              } catch (CompletionException e) {
                if (!(e.getCause() instanceof AcquireTimeoutException)) {
                  throw e;
                }
              }
            })
            .judge(Round::violation);
    assertThat(race.run().violation()).isNull();
  }
}
