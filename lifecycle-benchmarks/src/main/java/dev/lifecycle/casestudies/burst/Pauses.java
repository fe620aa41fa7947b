package dev.lifecycle.casestudies.burst;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** What the collectors of this JVM say of the time for which they stopped it. */
final class Pauses {
  private Pauses() {}

  /** Milliseconds since the start of the JVM. The JVM adds up exact times and rounds the sum. */
  static long millis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream().filter(Pauses::stops).mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
  }

  /** How often. */
  static long count() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream().filter(Pauses::stops).mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
  }

  /** Later JDKs have a bean for concurrent cycles, whose time is no pause. */
  private static boolean stops(GarbageCollectorMXBean bean) {
    return !bean.getName().contains("Concurrent");
  }
}
