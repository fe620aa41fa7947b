package dev.lifecycle.spi;

/** The clocks and the one maintenance thread that all resources of a lifecycle share. Thread-safe. */
public interface Housekeeping {
  /** The precise clock: for waits, and for whatever promises "no earlier than". */
  MonotonicClock clock();

  /**
   * A reading of the clock that costs next to nothing. It lags the precise one, by at most 10 ms while the process gets CPU, and never leads: what is decided
   * by it happens late, never early. On a clock that is moved by hand it is that clock.
   */
  long coarseTime();

  /** A new alarm, with nothing pending. */
  Alarm alarm(Runnable action);
}
