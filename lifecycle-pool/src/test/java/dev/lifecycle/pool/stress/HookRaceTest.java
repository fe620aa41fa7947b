package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 16b and 24: what a holder and a hook do to an object is seen by whoever has it next, and no hook runs while somebody has it. */
@Timeout(120)
class HookRaceTest {
  private static void come(Round round) throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      round.use(round.pool.acquire(Round.LONG));
    }
  }

  private static void comeShortly(Round round) throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      try {
        round.use(round.pool.acquire(Duration.ofNanos(30_000)));
      } catch (AcquireTimeoutException e) {
        Race.dawdle(); // the check goes on without it
      }
    }
  }

  private static Race<Round> race(boolean resets, Race.Act<Round> come, Function<Round, Subject> making) {
    return Race.of(() -> new Round(resets, 1, making)).actor(come).actor(come).actor(come).judge(Round::violation);
  }

  @Test
  void anObjectIsResetBeforeAnybodyElseHasIt() {
    assertThat(race(true, HookRaceTest::come, round -> new RealPool(round, 1)).run().violation()).isNull();
  }

  @Test
  void anObjectIsCheckedWhileNobodyHasItAndIsNotLostWhenItsAcquirerTimesOut() {
    assertThat(race(true, HookRaceTest::comeShortly, round -> new RealPool(round, 2, o -> o.validate(Item::check).validateAfterIdle(Duration.ZERO))).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(true, HookRaceTest::come, round -> new CopiedPool(round, 1, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aResetOfAFreeObjectIsFound() {
    assertThat(race(true, HookRaceTest::come, round -> new CopiedPool(round, 1, CopiedPool.Bug.RESETS_AFTER_IT_FREES)).hunt().violation()).isNotNull();
  }
}
