package dev.lifecycle.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class in a JVM of its own, for what JMH cannot measure: what one side leaves behind must not slow down the next. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs it to its end on the class path of this JVM. Its standard error is ours.
   *
   * @return what it wrote to its standard output
   * @throws IOException if it ended with an error
   */
  public static String run(List<String> options, Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (child.waitFor() != 0) {
        throw new IOException("the child for " + String.join(" ", arguments) + " failed: " + out);
      }
      return out;
    } finally {
      child.destroyForcibly();
    }
  }
}
