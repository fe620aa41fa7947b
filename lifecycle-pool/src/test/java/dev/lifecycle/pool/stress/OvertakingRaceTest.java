package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.stress.Race;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rule 4: newcomers that take the only object again and again overtake the one who waits a bounded number of times: four, and once for each thread that stood
 * between its look at the state and its CAS, or had freed the object and not yet charged it.
 */
@Timeout(120)
class OvertakingRaceTest {
  private static final int NEWCOMERS = 3;
  private static final int TRIES = 60;
  private static final int BOUND = CopiedPool.LOSSES + NEWCOMERS + 1; // one for the holder with whom the round begins

  private static void overtake(Round round) {
    Race.until(() -> round.pool.pending() > 0 || round.done);
    for (int i = 0; i < TRIES && !round.done; i++) {
      Lease<Item> held = round.current;
      Race.until(() -> !held.isOpen() || round.done); // to come at the moment of the release, before it is offered to the one who waits
      Lease<Item> lease = round.pool.tryAcquire();
      if (lease != null) {
        round.claims.add(true); // who has the only object writes alone
        round.current = lease;
        round.use(lease);
      }
    }
  }

  private static Race<Round> race(Function<Round, Subject> making) {
    return Race.of(() -> new Round(false, 1, making).leased())
        .actor(round -> {
          Lease<Item> lease = round.pool.acquire(Round.LONG);
          int overtakes = round.claims.size();
          round.done = true;
          round.use(lease);
          if (overtakes > BOUND) {
            round.wrong("overtaken " + overtakes + " times");
          }
        })
        .actor(round -> {
          Race.until(() -> round.pool.pending() > 0);
          round.use(round.first);
          overtake(round);
        })
        .actor(OvertakingRaceTest::overtake)
        .actor(OvertakingRaceTest::overtake)
        .judge(Round::violation);
  }

  @Test
  void theFirstInLineIsOvertakenABoundedNumberOfTimes() {
    assertThat(race(round -> new RealPool(round, 1)).run().violation()).isNull();
  }

  @Test
  void nobodyIsOvertakenInAFairPool() {
    Race<Round> race =
        Race.of(() -> new Round(false, 1, r -> new RealPool(r, 1, o -> o.fair())).leased())
            .actor(round -> {
              Lease<Item> lease = round.pool.acquire(Round.LONG);
              if (!round.claims.isEmpty()) {
                round.wrong("overtaken " + round.claims.size() + " times");
              }
              round.done = true;
              round.use(lease);
            })
            .actor(round -> {
              Race.until(() -> round.pool.pending() > 0);
              round.use(round.first);
            })
            .actor(OvertakingRaceTest::overtake)
            .actor(OvertakingRaceTest::overtake)
            .judge(Round::violation);
    assertThat(race.run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(round -> new CopiedPool(round, 1, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void lossesThatAreNotCountedAreFound() {
    assertThat(race(round -> new CopiedPool(round, 1, CopiedPool.Bug.COUNTS_NO_LOSS)).hunt().violation()).contains("overtaken");
  }
}
