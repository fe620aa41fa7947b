package dev.lifecycle.casestudies.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Where a run took place.
 *
 * @param jdk version and vendor
 * @param cores that the JVM may use
 * @param heapMegabytes the largest heap
 * @param system name, version and architecture
 * @param date in UTC
 */
public record Environment(String jdk, int cores, long heapMegabytes, String system, String date) {
  /** This JVM, now. */
  public static Environment here() {
    return new Environment(
        property("java.vm.name") + " " + property("java.runtime.version") + " (" + property("java.vendor") + ")",
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory() / (1024 * 1024),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").format(Instant.now().atOffset(ZoneOffset.UTC)));
  }

  private static String property(String name) {
    return String.valueOf(System.getProperty(name));
  }

  /** All of it on one line. */
  public String line() {
    return jdk + ", " + cores + " cores, heap up to " + heapMegabytes + " MB, " + system + ", " + date;
  }
}
