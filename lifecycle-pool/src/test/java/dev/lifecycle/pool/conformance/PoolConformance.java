package dev.lifecycle.pool.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 1 to 10 as tests of one kind of pool, which a subclass names. */
@Timeout(90)
public abstract class PoolConformance {
  /** The pool to test. */
  protected abstract PoolAdapter adapter();

  @Test
  void anIdleObjectIsGivenAtOnce() throws InterruptedException {
    passes(Rule.AN_IDLE_OBJECT_IS_GIVEN_AT_ONCE);
  }

  @Test
  void aTimeoutIsNeverEarly() throws InterruptedException {
    passes(Rule.A_TIMEOUT_IS_NEVER_EARLY);
  }

  @Test
  void aTimeoutIsNotLate() throws InterruptedException {
    passes(Rule.A_TIMEOUT_IS_NOT_LATE);
  }

  @Test
  void aTimeoutTellsTheFigures() throws InterruptedException {
    passes(Rule.A_TIMEOUT_TELLS_THE_FIGURES);
  }

  @Test
  void aTimeoutTellsWhoHolds() throws InterruptedException {
    passes(Rule.A_TIMEOUT_TELLS_WHO_HOLDS);
  }

  @Test
  void aCreationFailureIsTold() throws InterruptedException {
    passes(Rule.A_CREATION_FAILURE_IS_TOLD);
  }

  @Test
  void zeroIsATry() throws InterruptedException {
    passes(Rule.ZERO_IS_A_TRY);
  }

  @Test
  void lessThanZeroIsATry() throws InterruptedException {
    passes(Rule.LESS_THAN_ZERO_IS_A_TRY);
  }

  @Test
  void aHugeTimeoutDoesNotOverflow() throws InterruptedException {
    passes(Rule.A_HUGE_TIMEOUT_DOES_NOT_OVERFLOW);
  }

  @Test
  void aReleaseGoesToTheOldestWaiter() throws InterruptedException {
    passes(Rule.A_RELEASE_GOES_TO_THE_OLDEST_WAITER);
  }

  @Test
  void fairMeansNewcomersQueue() throws InterruptedException {
    passes(Rule.FAIR_MEANS_NEWCOMERS_QUEUE);
  }

  @Test
  void fairMeansTriesQueue() throws InterruptedException {
    passes(Rule.FAIR_MEANS_TRIES_QUEUE);
  }

  @Test
  void newcomersOvertakeABoundedNumberOfTimes() throws InterruptedException {
    passes(Rule.NEWCOMERS_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES);
  }

  @Test
  void triesOvertakeABoundedNumberOfTimes() throws InterruptedException {
    passes(Rule.TRIES_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES);
  }

  @Test
  void interruptedBeforeAnIdleObjectIsGiven() throws InterruptedException {
    passes(Rule.INTERRUPTED_BEFORE_AN_IDLE_OBJECT_IS_GIVEN);
  }

  @Test
  void interruptedBeforeNothingIsClaimed() throws InterruptedException {
    passes(Rule.INTERRUPTED_BEFORE_NOTHING_IS_CLAIMED);
  }

  @Test
  void anInterruptRacingAReleaseLosesNothing() throws InterruptedException {
    passes(Rule.AN_INTERRUPT_RACING_A_RELEASE_LOSES_NOTHING);
  }

  @Test
  void aTimeoutRacingAReleaseLosesNothing() throws InterruptedException {
    passes(Rule.A_TIMEOUT_RACING_A_RELEASE_LOSES_NOTHING);
  }

  @Test
  void aSecondCloseDoesNothing() throws InterruptedException {
    passes(Rule.A_SECOND_CLOSE_DOES_NOTHING);
  }

  @Test
  void aSecondCloseIsCounted() throws InterruptedException {
    passes(Rule.A_SECOND_CLOSE_IS_COUNTED);
  }

  @Test
  void aStaleCloseNeverAffectsTheNewOwner() throws InterruptedException {
    passes(Rule.A_STALE_CLOSE_NEVER_AFFECTS_THE_NEW_OWNER);
  }

  @Test
  void staleClosesOfManyThreadsAffectNobody() throws InterruptedException {
    passes(Rule.STALE_CLOSES_OF_MANY_THREADS_AFFECT_NOBODY);
  }

  @Test
  void useAfterCloseFails() throws InterruptedException {
    passes(Rule.USE_AFTER_CLOSE_FAILS);
  }

  @Test
  void useAfterInvalidateFails() throws InterruptedException {
    passes(Rule.USE_AFTER_INVALIDATE_FAILS);
  }

  @Test
  void anotherThreadMayClose() throws InterruptedException {
    passes(Rule.ANOTHER_THREAD_MAY_CLOSE);
  }

  @Test
  void manyClaimsClosedElsewhereAllComeBack() throws InterruptedException {
    passes(Rule.MANY_CLAIMS_CLOSED_ELSEWHERE_ALL_COME_BACK);
  }

  @Test
  void everyRuleHasItsTest() {
    assertThat(Stream.of(PoolConformance.class.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> method.getName().replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT)))
        .contains(Stream.of(Rule.values()).map(Rule::name).toArray(String[]::new));
  }

  private void passes(Rule rule) throws InterruptedException {
    Outcome outcome = Conformance.of(adapter(), rule);
    assertThat(outcome.verdict()).as("rule %d, %s: %s", rule.number(), rule.words(), outcome.detail()).isEqualTo(Outcome.Verdict.PASS);
  }
}
