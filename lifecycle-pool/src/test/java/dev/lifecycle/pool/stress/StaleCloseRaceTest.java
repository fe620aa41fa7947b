package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.stress.Race;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 7 and 8: threads that close what they have closed, again and again, while others hold the object, never take it from them. */
@Timeout(120)
class StaleCloseRaceTest {
  private static final int LEASES = 4;

  private static void useAndCloseOften(Round round) throws InterruptedException {
    Lease<Item> before = null;
    for (int i = 0; i < LEASES; i++) {
      Lease<Item> lease = round.pool.acquire(Round.LONG);
      if (before != null) {
        repeat(round, before);
      }
      round.use(lease);
      before = lease;
      Race.dawdle();
      repeat(round, lease);
    }
  }

  private static void repeat(Round round, Lease<Item> closed) {
    round.repeats.incrementAndGet();
    closed.close();
  }

  private static Race<Round> race(int idle, boolean resets, Function<Round, Subject> making) {
    return Race.of(() -> new Round(resets, idle, making).leased())
        .actor(StaleCloseRaceTest::useAndCloseOften)
        .actor(StaleCloseRaceTest::useAndCloseOften)
        .actor(round -> {
          round.use(round.first);
          useAndCloseOften(round);
        })
        .actor(round -> { // a thread that never was the holder
          for (int i = 0; i < LEASES; i++) {
            Race.dawdle();
            if (!round.first.isOpen()) {
              repeat(round, round.first);
            }
          }
        })
        .judge(round -> {
          String violation = round.violation();
          return violation != null || round.pool.staleCloses() == round.repeats.get() ? violation : round.repeats + " stale closes, counted " + round.pool.staleCloses();
        });
  }

  @Test
  void aStaleCloseNeverAffectsTheNewOwner() {
    assertThat(race(1, false, round -> new RealPool(round, 1)).run().violation()).isNull();
  }

  @Test
  void aStaleCloseNeverAffectsTheNewOwnerOfAnObjectThatIsReset() {
    assertThat(race(2, true, round -> new RealPool(round, 2)).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(1, false, round -> new CopiedPool(round, 1, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aCloseThatDoesNotCompareTheGenerationIsFound() {
    assertThat(race(1, false, round -> new CopiedPool(round, 1, CopiedPool.Bug.CLOSES_ANY_GENERATION)).hunt().violation()).isNotNull();
  }
}
