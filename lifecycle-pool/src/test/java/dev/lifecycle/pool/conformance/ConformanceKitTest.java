package dev.lifecycle.pool.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the kit can tell a good pool from a bad one. */
@Timeout(120)
class ConformanceKitTest {
  /** A rare event need not be looked for where there is none; but nobody may be taken to be stuck who is not. */
  private static final Pace WITHOUT_BUG = new Pace(Duration.ofSeconds(5), Duration.ofMillis(100));
  /** Impatience makes no bug pass. */
  private static final Pace WITH_BUG = new Pace(Duration.ofMillis(200), Duration.ofMillis(200));

  @ParameterizedTest
  @EnumSource
  void aPoolThatKeepsTheRulesPasses(Rule rule) throws InterruptedException {
    Outcome outcome = Conformance.of(SeededPool.with(null), rule, WITHOUT_BUG);

    assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(Outcome.Verdict.PASS);
  }

  @ParameterizedTest
  @EnumSource
  void everySeededBugIsCaughtByItsRule(SeededPool.Bug bug) throws InterruptedException {
    Outcome outcome = Conformance.of(SeededPool.with(bug), bug.rule, WITH_BUG);

    assertThat(outcome.verdict()).as(outcome.detail()).isEqualTo(Outcome.Verdict.FAIL);
  }

  @Test
  void aBareObjectCannotBeAskedWhetherItsClaimHasEnded() throws InterruptedException {
    PoolAdapter bare = new PoolAdapter() {
      @Override
      public String name() {
        return "bare";
      }

      @Override
      public Subject open(Setup setup) {
        throw new NotOfferedException("nothing");
      }
    };

    assertThat(Conformance.of(bare, Rule.USE_AFTER_CLOSE_FAILS)).isEqualTo(new Outcome(Outcome.Verdict.NOT_OFFERED, "nothing"));
  }

  @Test
  void bytesAreThoseOfTheClaimAlone() throws Exception {
    assertThat(Conformance.bytesPerClaim(SeededPool.with(null))).isBetween(0.0, 200.0);
  }
}
