package dev.lifecycle.casestudies;

/**
 * One condition of a goal, with what was measured.
 *
 * @param condition what must hold
 * @param measured what was measured
 * @param met whether it holds
 */
public record Check(String condition, String measured, boolean met) {
  /** A check that a number is at most a limit. */
  public static Check atMost(String condition, long measured, long limit) {
    return new Check(condition, Long.toString(measured), measured <= limit);
  }

  /** A check that a number is exactly as expected. */
  public static Check exactly(String condition, long measured, long expected) {
    return new Check(condition, Long.toString(measured), measured == expected);
  }
}
