package dev.lifecycle;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Work that a {@link Supervisor} keeps going: a body that is restarted by a policy, or an action that runs by a schedule. It has a child scope of its own in
 * the supervisor; each run is a task there with an id of its own, and there are never two at once: a restart waits for the end of the run before, however
 * long that takes, and reports it when its grace is over.
 *
 * <p>Thread-safe. Not for implementing.
 */
public interface Service {
  /** What the service is for. */
  String purpose();

  /** Where the service stands. */
  Status status();

  /** How often the body was started again after its first start. Ticks of a schedule are no restarts: 0 there. */
  int restarts();

  /** What the last run that failed threw, or null if none has. */
  @Nullable Throwable lastFailure();

  /**
   * Asks the service to end for good: cancels its run, or its wait for the next one. Does not wait for the end; see {@link #awaitEnd}.
   *
   * @param message why, as the run's {@link CancelReason} will say
   * @return true if this call did; false if the service was asked before or has ended
   */
  boolean stop(String message);

  /**
   * Waits until the service is ready: its body has begun, or has called {@link #ready} under {@link ServiceOptions#readyWithin}; a schedule is ready when it
   * has been set up. A service that has completed was ready.
   *
   * @param timeout zero or negative: does not wait
   * @return false if the time is over, or the service has ended otherwise
   * @throws InterruptedException if interrupted while waiting
   */
  boolean awaitReady(Duration timeout) throws InterruptedException;

  /**
   * Waits until the service has ended for good: {@code COMPLETED}, {@code STOPPED} or {@code FAILED}.
   *
   * @param timeout zero or negative: does not wait
   * @return false if the time is over
   * @throws InterruptedException if interrupted while waiting
   */
  boolean awaitEnd(Duration timeout) throws InterruptedException;

  /** Says that the present run is ready; no-op if it is, or if none runs. */
  void ready();

  /**
   * Whether the service should come to its end: it was asked to stop, or its supervisor drains or is cancelled. A body that looks at this between two units of
   * work ends in peace at a shutdown, see {@link ServiceOptions#endsOnDrain}.
   */
  boolean isStopping();

  /** Where a service stands. More may be added: give a {@code switch} a default. */
  enum Status {
    /** Its run has been started and is not ready. */
    STARTING,
    /** Its run is ready; of a schedule: it ticks. */
    RUNNING,
    /** It waits to be started again. */
    BACKOFF,
    /** Its run has been cancelled and has not ended. */
    STOPPING,
    /** It was stopped, or its supervisor was. */
    STOPPED,
    /** Its body has returned and is not to run again. */
    COMPLETED,
    /** It has failed and is not to run again. */
    FAILED
  }

  /** The body of a service. */
  @FunctionalInterface
  interface Body {
    /**
     * Runs until the work is done or the task is cancelled, which interrupts it.
     *
     * @param self the service, to say that it is ready and to look whether it should end
     * @throws Exception whatever the service fails with
     */
    void run(Service self) throws Exception;
  }
}
