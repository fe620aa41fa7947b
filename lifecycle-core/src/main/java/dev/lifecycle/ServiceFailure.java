package dev.lifecycle;

/**
 * What it means for a supervisor that one of its services has failed for good, its restarts used up. One with {@link RestartPolicy#never} that
 * fails is reported and concerns nobody else, whatever this says. More may be added: give a {@code switch} a default.
 */
public enum ServiceFailure {
  /** It is reported and the others go on; the default of a supervisor. */
  ISOLATE,

  /**
   * The supervisor fails: everything in it is cancelled, and its {@code join} and {@code close} throw {@link TaskFailedException}. For a supervisor that is a
   * service of another this is a failure of that service; the default there. A service of {@link RestartPolicy#never} has no restarts to use up: its failure is
   * reported and no more, as that of a temporary child in OTP.
   */
  ESCALATE
}
