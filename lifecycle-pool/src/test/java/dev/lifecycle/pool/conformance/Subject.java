package dev.lifecycle.pool.conformance;

import java.time.Duration;

/** An open pool under test. Thread-safe. Closing it does not wait long for what is still claimed. */
public interface Subject extends AutoCloseable {
  /**
   * Claims an object.
   *
   * @param timeout in the form in which the pool's own users would say it; zero and less as its own interface would take them
   * @throws TimedOutException if the pool says that there was none in time
   * @throws InterruptedException if the pool says in whatever form that the caller was interrupted
   * @throws Exception what else the pool throws, as it is
   */
  Claim acquire(Duration timeout) throws Exception;

  /** Claims an idle object, or returns null if there is none. */
  default Claim tryAcquire() throws Exception {
    throw new NotOfferedException("no try");
  }

  /** One acquire and close in the form that the pool's users would write, without a claim of the kit around it: for counting bytes. */
  void acquireAndClose() throws Exception;

  /** How many callers wait. */
  default int waiters() {
    throw new NotOfferedException("no count of waiters");
  }

  /** How many closes came for a claim that had ended. */
  default long staleCloses() {
    throw new NotOfferedException("no count of stale closes");
  }

  @Override
  void close() throws Exception;
}
