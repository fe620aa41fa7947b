package dev.lifecycle.pool.conformance;

import java.util.List;

/** A pool's answer that no object came in time, with what it told besides. */
public final class TimedOutException extends Exception {
  private final transient Told told;

  /**
   * What a pool told.
   *
   * @param holders those who had held an object for longest, in the pool's words; null if it does not tell
   */
  public record Told(int size, int inUse, int waiting, List<String> holders) {}

  /**
   * An answer.
   *
   * @param answer what the pool threw, or null if it only returned
   * @param told null if it told nothing
   */
  public TimedOutException(Throwable answer, Told told) {
    super(answer);
    this.told = told;
  }

  Told told() {
    if (told == null) {
      throw new NotOfferedException("tells nothing of it");
    }
    return told;
  }
}
