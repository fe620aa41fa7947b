package dev.lifecycle.casestudies.measure;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Waits, for a bounded time, until something has ended; an interrupt ends the wait and is kept. */
public final class Ending {
  private static final long MOST_SECONDS = 10;

  private Ending() {}

  /** Waits for a thread. */
  public static void await(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(MOST_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the threads of an executor that has been shut down. */
  public static void await(ExecutorService executor) {
    try {
      executor.awaitTermination(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
