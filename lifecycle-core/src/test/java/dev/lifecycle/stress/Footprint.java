package dev.lifecycle.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the process holds at one moment, after a collection.
 *
 * @param descriptors open files and sockets; 0 where the system does not list them
 */
record Footprint(long heapBytes, long descriptors, int threads) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  static Footprint measure() throws IOException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) { // the second collection frees what the first has only cleared references to
      System.gc();
      least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    long open = 0;
    if (Files.isDirectory(DESCRIPTORS)) {
      try (Stream<Path> all = Files.list(DESCRIPTORS)) {
        open = all.count();
      }
    }
    return new Footprint(least, open, Thread.getAllStackTraces().size());
  }
}
