package dev.lifecycle;

/**
 * Decides what the end of a task means for its scope.
 *
 * <p>Called on the ending thread, concurrently, before the task leaves the scope's count: be quick, do not block, do not join. A policy with state
 * is given as a supplier, see {@link ScopeOptions#policy(java.util.function.Supplier)}, so that scopes do not share it. What a policy throws is
 * reported and counts as {@link Verdict#CONTINUE}.
 */
@FunctionalInterface
public interface Policy {
  /** The first failure cancels the rest and is what {@code join} throws; the default of a scope. */
  Policy FAIL_FAST = ended -> ended.status() == Task.Status.FAILED ? Verdict.FAIL : Verdict.CONTINUE;

  /** A failure cancels nobody and {@code join} does not throw it; the default of a supervisor and of executor views. */
  Policy SUPERVISE = ended -> Verdict.CONTINUE;

  /**
   * The first success cancels the rest and {@code join} returns; if all fail, {@code join} throws the first failure; if nothing was forked it throws
   * {@code IllegalStateException}. See {@code Concurrent.race} for the typed form.
   */
  Policy FIRST_SUCCESS = ended -> ended.status() == Task.Status.SUCCEEDED ? Verdict.SUCCEED : Verdict.CONTINUE;

  /** Judges a task that has just ended. {@code resultNow}, {@code failure} and {@code status} of the task are set. */
  Verdict onEnd(Task<?> ended);

  /** The verdicts. */
  enum Verdict {
    /** Nothing follows for the scope. */
    CONTINUE,
    /** The scope has what it wants: the rest is cancelled (DECIDED) and {@code join} returns normally. */
    SUCCEED,
    /** The task's failure is the scope's: the rest is cancelled (SIBLING_FAILED) and {@code join} throws it. */
    FAIL
  }
}
