package dev.lifecycle.casestudies.burst;

/** Stores events in a file; one of the two ways to write it. */
interface EventStore extends AutoCloseable {
  /** Takes an event on the thread of a request, which goes on before it is stored. */
  void accept(Event event) throws InterruptedException;

  /** Events that have been written. */
  long stored();

  /** Returns when everything that was accepted is written. */
  void finish() throws InterruptedException;

  /** Releases threads and the file. */
  @Override
  void close();
}
