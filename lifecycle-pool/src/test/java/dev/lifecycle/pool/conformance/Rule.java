package dev.lifecycle.pool.conformance;

/**
 * The rules as the contract of the object pool numbers them, a constant per sentence that can be checked from outside. Bounds in milliseconds are judged by the
 * median of several tries, since on a loaded machine a single one says more about the scheduler than about the pool; "no earlier" is judged strictly.
 */
public enum Rule {
  /** Rule 1. */
  AN_IDLE_OBJECT_IS_GIVEN_AT_ONCE(1, "an idle object is given within 50 ms", WaitChecks::idleIsGivenAtOnce),
  /** Rule 1. */
  A_TIMEOUT_IS_NEVER_EARLY(1, "a timeout is never early", WaitChecks::timeoutIsNeverEarly),
  /** Rule 1. */
  A_TIMEOUT_IS_NOT_LATE(1, "a timeout is at most 50 ms late", WaitChecks::timeoutIsNotLate),
  /** Rule 1. */
  A_TIMEOUT_TELLS_THE_FIGURES(1, "a timeout tells size, in use and waiting", WaitChecks::timeoutTellsTheFigures),
  /** Rule 1. */
  A_TIMEOUT_TELLS_WHO_HOLDS(1, "a timeout tells who holds the objects", WaitChecks::timeoutTellsWhoHolds),
  /** Rule 1. */
  A_CREATION_FAILURE_IS_TOLD(1, "the caller learns why creation fails", WaitChecks::creationFailureIsTold),
  /** Rule 2. */
  ZERO_IS_A_TRY(2, "a timeout of zero is a try", WaitChecks::zeroIsATry),
  /** Rule 2. */
  LESS_THAN_ZERO_IS_A_TRY(2, "a timeout below zero is a try", WaitChecks::lessThanZeroIsATry),
  /** Rule 2. */
  A_HUGE_TIMEOUT_DOES_NOT_OVERFLOW(2, "a huge timeout does not overflow", WaitChecks::hugeDoesNotOverflow),
  /** Rule 3. */
  A_RELEASE_GOES_TO_THE_OLDEST_WAITER(3, "a release goes to the oldest waiter", OrderChecks::oldestFirst),
  /** Rule 3. */
  FAIR_MEANS_NEWCOMERS_QUEUE(3, "fair: newcomers queue behind a waiter", OrderChecks::fairNewcomersQueue),
  /** Rule 3. */
  FAIR_MEANS_TRIES_QUEUE(3, "fair: a try gets nothing while one waits", OrderChecks::fairTriesQueue),
  /** Rule 4. */
  NEWCOMERS_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES(4, "newcomers overtake a waiter at most 4 times + threads", OrderChecks::newcomers),
  /** Rule 4. */
  TRIES_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES(4, "tries overtake a waiter at most 4 times + threads", OrderChecks::tries),
  /** Rule 5. */
  INTERRUPTED_BEFORE_AN_IDLE_OBJECT_IS_GIVEN(5, "interrupted before: an idle object is given, the flag stays", InterruptChecks::idleIsGiven),
  /** Rule 5. */
  INTERRUPTED_BEFORE_NOTHING_IS_CLAIMED(5, "interrupted before, nothing idle: InterruptedException, nothing claimed", InterruptChecks::nothingIsClaimed),
  /** Rule 6. */
  AN_INTERRUPT_RACING_A_RELEASE_LOSES_NOTHING(6, "an interrupt that races a release loses no object", InterruptChecks::interruptRacesRelease),
  /** Rule 6. */
  A_TIMEOUT_RACING_A_RELEASE_LOSES_NOTHING(6, "a timeout that races a release loses no object", InterruptChecks::timeoutRacesRelease),
  /** Rule 7. */
  A_SECOND_CLOSE_DOES_NOTHING(7, "a second close does nothing", CloseChecks::secondCloseDoesNothing),
  /** Rule 7. */
  A_SECOND_CLOSE_IS_COUNTED(7, "a second close is counted", CloseChecks::secondCloseIsCounted),
  /** Rule 8. */
  A_STALE_CLOSE_NEVER_AFFECTS_THE_NEW_OWNER(8, "a stale close never affects the new owner", CloseChecks::staleClose),
  /** Rule 8. */
  STALE_CLOSES_OF_MANY_THREADS_AFFECT_NOBODY(8, "nor do those of many threads at once", CloseChecks::staleClosesOfManyThreads),
  /** Rule 9. */
  USE_AFTER_CLOSE_FAILS(9, "use after close fails", CloseChecks::useAfterClose),
  /** Rule 9. */
  USE_AFTER_INVALIDATE_FAILS(9, "use after invalidate fails", CloseChecks::useAfterInvalidate),
  /** Rule 10. */
  ANOTHER_THREAD_MAY_CLOSE(10, "another thread may close", CloseChecks::anotherThreadCloses),
  /** Rule 10. */
  MANY_CLAIMS_CLOSED_ELSEWHERE_ALL_COME_BACK(10, "many claims that are closed elsewhere all come back", CloseChecks::manyClosedElsewhere);

  /** Looks for a violation. */
  @FunctionalInterface
  interface Check {
    /**
     * Tries the rule.
     *
     * @return what was measured, perhaps nothing
     */
    String on(Ground ground) throws Exception;
  }

  private final int number;
  private final String words;
  private final Check check;

  Rule(int number, String words, Check check) {
    this.number = number;
    this.words = words;
    this.check = check;
  }

  /** The number of the rule in the contract. */
  public int number() {
    return number;
  }

  /** The rule in a few words. */
  public String words() {
    return words;
  }

  Check check() {
    return check;
  }
}
