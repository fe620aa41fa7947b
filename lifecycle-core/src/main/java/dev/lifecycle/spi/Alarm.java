package dev.lifecycle.spi;

/**
 * Calls an action when the clock has come to a reading. One alarm has at most one pending time. Thread-safe.
 *
 * <p>The actions of all alarms of a process run one after the other on one daemon thread of the library, so they must be short and must not block: they
 * decide, and start {@link Work} for the rest. On a clock that is moved by hand they run on the thread that moves it, before the move returns.
 */
public interface Alarm {
  /**
   * Sets the alarm, or moves it: a later time does not put off an earlier one that is pending.
   *
   * @param nanos a reading of the clock; one that has passed means as soon as possible
   */
  void at(long nanos);

  /** Forgets the pending time, if any; an action that has begun runs on. */
  void cancel();
}
