package dev.lifecycle.pool.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A release and a caller that begins to wait see each other: no wake-up is lost. */
@Timeout(120)
class WakeUpRaceTest {
  /** How long the one who waits in vain waits where it must not, and where it does by a seeded bug. */
  private static final Duration NEVER = Duration.ofSeconds(15);

  private static final Duration SOON = Duration.ofSeconds(1);

  private static Race<Round> race(Duration patience, Function<Round, Subject> making) {
    return Race.of(() -> new Round(false, 1, making).leased())
        .actor(round -> round.use(round.first))
        .actor(round -> {
          try {
            round.use(round.pool.acquire(patience));
          } catch (AcquireTimeoutException e) {
            round.wrong("waited in vain");
          }
        })
        .judge(Round::violation);
  }

  @Test
  void aReleaseAndAWaiterSeeEachOther() {
    assertThat(race(NEVER, round -> new RealPool(round, 1, o -> o.maxIdle(Duration.ofDays(1)))).run().violation()).isNull();
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(race(NEVER, round -> new CopiedPool(round, 1, CopiedPool.Bug.NONE)).run().violation()).isNull();
  }

  @Test
  void aWaiterThatDoesNotSearchIsFound() {
    assertThat(race(SOON, round -> new CopiedPool(round, 1, CopiedPool.Bug.QUEUES_WITHOUT_A_SEARCH)).hunt().violation()).isEqualTo("waited in vain");
  }

  @Test
  void aReleaseThatDoesNotLookAfterItHasFreedIsFound() {
    assertThat(race(SOON, round -> new CopiedPool(round, 1, CopiedPool.Bug.LOOKS_BEFORE_IT_FREES)).hunt().violation()).isEqualTo("waited in vain");
  }
}
