package dev.lifecycle.casestudies.measure;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Figures of this JVM. */
public final class Process {
  private Process() {}

  /** Live platform threads; virtual threads are not among them. */
  public static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /** Open descriptors, files and sockets; 0 where the system does not tell. */
  public static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
  }

  /** Waits, for at most two seconds, until the number of threads rests: those that were told to end have ended. */
  public static void settle() throws InterruptedException {
    int before = -1;
    for (int i = 0; i < 20 && before != threads(); i++) {
      before = threads();
      Paced.pause(Duration.ofMillis(100));
    }
    System.gc();
  }

  /** Used heap after a full collection, in bytes. */
  public static long heapAfterGc() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
