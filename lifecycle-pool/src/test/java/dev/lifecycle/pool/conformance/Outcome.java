package dev.lifecycle.pool.conformance;

/**
 * How a pool did by one rule.
 *
 * @param detail what was measured, seen or missing, in a few words; may be empty
 */
public record Outcome(Verdict verdict, String detail) {
  /** The three ways. */
  public enum Verdict {
    /** The rule holds as far as the check can see. */
    PASS,
    /** It was seen broken. */
    FAIL,
    /** The pool's interface has no such thing. */
    NOT_OFFERED
  }

  /** The outcome as a cell of the published table. */
  public String cell() {
    String why = detail.isEmpty() ? "" : " (" + detail.replace("|", "\\|") + ")";
    return switch (verdict) {
      case PASS -> "pass" + why;
      case FAIL -> "**fail**" + why;
      case NOT_OFFERED -> "not offered" + why;
    };
  }
}
