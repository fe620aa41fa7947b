package dev.lifecycle.pool.conformance;

/** A check saw its rule broken. */
final class Violation extends RuntimeException {
  Violation(String seen) {
    super(seen);
  }

  /** Fails the check unless the condition holds. */
  static void unless(boolean condition, String seen) {
    if (!condition) {
      throw new Violation(seen);
    }
  }
}
