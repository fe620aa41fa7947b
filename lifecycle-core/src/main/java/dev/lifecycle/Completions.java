package dev.lifecycle;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one scope, taken one by one in the order in which they end. Get one from {@link Scope#completions()}.
 *
 * <p>Thread-safe; a task is given to one taker. Not for implementing.
 *
 * @param <T> the type of the results
 */
public interface Completions<T extends @Nullable Object> {
  /** Forks a task as {@link Scope#fork} does; {@link #next()} returns it when it has ended. */
  Task<T> fork(String purpose, Callable<? extends T> body);

  /**
   * Waits for the next task to end.
   *
   * @return a task that has ended, or null if every task forked through this object has been taken
   * @throws InterruptedException if interrupted while waiting; no task is lost
   * @throws TaskFailedException as {@link Scope#join()} does, if the scope has failed
   * @throws DeadlineExceededException if the scope's deadline was reached
   * @throws ScopeCancelledException if the scope was cancelled
   */
  @Nullable Task<T> next() throws InterruptedException;
}
