package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.stress.Race;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 20: there are never more objects than the greatest size of the round, and in the end no more than the last. */
@Timeout(120)
class ResizeRaceTest {
  private static final int MOST = 2;
  private static final int LAST = 1;

  private static void come(Round round) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      round.use(round.pool.acquire(Round.LONG));
    }
  }

  private static Race<Round> race(Function<Round, Subject> making) {
    return Race.of(() -> new Round(false, 0, making))
        .actor(ResizeRaceTest::come)
        .actor(ResizeRaceTest::come)
        .actor(ResizeRaceTest::come)
        .actor(round -> {
          Race.dawdle();
          round.pool.resize(LAST);
          Race.dawdle();
          round.pool.resize(MOST);
          Race.dawdle();
          round.pool.resize(LAST);
        })
        .judge(round -> {
          String violation = round.violation();
          if (violation == null && round.mostAlive.get() > MOST) {
            return "too many at once: " + round.mostAlive;
          }
          return violation == null && round.alive.get() > LAST ? "too many in the end: " + round.alive : violation;
        });
  }

  @Test
  void aResizeNeverLetsTooManyExist() {
    assertThat(race(round -> new RealPool(round, MOST)).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(round -> new CopiedPool(round, MOST, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void creationsThatAreNotCountedAreFound() {
    assertThat(race(round -> new CopiedPool(round, MOST, CopiedPool.Bug.FORGETS_WHAT_IS_BEING_MADE)).hunt().violation()).contains("too many");
  }
}
