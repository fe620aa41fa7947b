package dev.lifecycle;

/**
 * Which services of a supervisor are restarted with one that failed. The names are those of Erlang/OTP. What runs is stopped in the reverse of the start
 * order, each when the one after it has ended; then all are started in the start order, each when the one before it is ready. Services that have completed
 * stay completed; those with {@link RestartPolicy#never} are stopped and stay so.
 *
 * <p>More may be added: give a {@code switch} a default.
 */
public enum RestartStrategy {
  /** The failed one alone; the default. */
  ONE_FOR_ONE,
  /** All of the supervisor: they cannot do without each other. */
  ONE_FOR_ALL,
  /** The failed one and those started after it: later ones depend on earlier ones. */
  REST_FOR_ONE
}
