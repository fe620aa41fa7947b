package dev.lifecycle.pool.stress;

import dev.lifecycle.Lease;
import java.time.Duration;

/** What the races need of a pool. */
interface Subject {
  /** An idle object; null if there is none. */
  Lease<Item> tryAcquire();

  Lease<Item> acquire(Duration timeout) throws InterruptedException;

  /** How many wait. */
  int pending();

  void resize(int size);

  void initiateClose();

  /** Closes with no grace: revokes what is out. */
  void close();

  /** Waits until nothing runs. */
  void settle();

  int idle();

  int leased();

  int existing();

  long staleCloses();

  /** Whether the closed pool is done. */
  boolean isTerminated();
}
