package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.stress.Race;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 12 and 13: a close meets releases, claims, waiters and creations. Each object ends once, never under its holder, nobody waits on, and the end comes. */
@Timeout(120)
class EndRaceTest {
  private static void come(Round round) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      try {
        round.use(round.pool.acquire(Round.LONG));
      } catch (PoolClosedException e) {
        return;
      }
      Race.dawdle();
    }
  }

  private static void refused(Round round) {
    try {
      if (round.pool.acquire(Round.LONG) != null) {
        round.wrong("a closed pool gave an object");
      }
    } catch (PoolClosedException e) {
      // as it should
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Race<Round> race(boolean resets, Race.Act<Round> close, Function<Round, Subject> making) {
    return Race.of(() -> new Round(resets, 2, making).leased()) // one is idle, so that the sweep has something to do besides
        .actor(round -> round.use(round.first))
        .actor(EndRaceTest::come)
        .actor(EndRaceTest::come)
        .actor(round -> {
          Race.dawdle();
          close.run(round);
          refused(round);
        })
        .judge(Round::violationAtTheEnd);
  }

  /** The holder asks before each use, as a driver of connections does. */
  private static Race<Round> revoking(Function<Round, Subject> making) {
    return Race.of(() -> new Round(false, 1, making).leased())
        .actor(round -> round.use(round.first))
        .actor(round -> {
          Lease<Item> lease = round.first;
          round.pool.close();
          if (lease.isOpen()) {
            round.wrong("open after the close");
          }
        })
        .judge(Round::violationAtTheEnd);
  }

  @Test
  void whatIsLeasedWhenThePoolBeginsToCloseEndsOnItsReturn() {
    assertThat(race(false, round -> round.pool.initiateClose(), round -> new RealPool(round, 2)).run().violation()).isNull();
  }

  @Test
  void whatIsRevokedEndsWhenItsHolderLetsGo() {
    assertThat(race(true, round -> round.pool.close(), round -> new RealPool(round, 2)).run().violation()).isNull();
  }

  @Test
  void theRevokeHookHasReturnedBeforeTheObjectEnds() {
    assertThat(revoking(round -> new RealPool(round, 1, o -> o.onRevoke(item -> Race.dawdle()))).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(false, round -> round.pool.close(), round -> new CopiedPool(round, 2, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aCloseThatMissesWhatIsFreedDuringItsSweepIsFound() {
    assertThat(race(false, round -> round.pool.initiateClose(), round -> new CopiedPool(round, 2, CopiedPool.Bug.SWEEPS_TOO_EARLY)).hunt().violation()).contains("alive");
  }

  @Test
  void anObjectThatIsEndedUnderItsHolderIsFound() {
    assertThat(revoking(round -> new CopiedPool(round, 1, CopiedPool.Bug.ENDS_UNDER_THE_HOLDER)).hunt().violation()).containsAnyOf("under its holder", "given after its end");
  }
}
