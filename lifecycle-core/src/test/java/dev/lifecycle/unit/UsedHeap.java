package dev.lifecycle.unit;

/** The heap in use. */
final class UsedHeap {
  private UsedHeap() {}

  /** The least of several readings after collections, in bytes: other threads of the test JVM may add, never subtract. */
  static long bytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
