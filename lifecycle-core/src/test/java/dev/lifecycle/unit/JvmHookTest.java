package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 48, in processes of their own: a supervisor is closed when its JVM shuts down, and never keeps it from ending. */
@Timeout(60)
class JvmHookTest {
  /** What a JVM of a busy machine takes to come down beside the bound. */
  private static final Duration MARGIN = Duration.ofSeconds(4);

  private Process child;

  @AfterEach
  void leavesNoProcess() {
    if (child != null) {
      child.destroyForcibly();
    }
  }

  private record Ended(List<String> lines, Duration took) {}

  /** Runs a case to its end, which is the child's own exit or a signal once it is ready. */
  private Ended run(String name, String how, String... vmOptions) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(vmOptions));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), HookedChild.class.getName(), name, how));
    child = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    long began = 0;
    try (BufferedReader out = child.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("ready")) {
          began = System.nanoTime();
          if (how.equals("wait")) {
            ProcessHandle.of(child.pid()).orElseThrow().destroy(); // as the process would, but leaves the stream open
          }
        } else {
          lines.add(line);
        }
      }
    }
    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(began).as("became ready: %s", lines).isNotZero();
    return new Ended(lines, Duration.ofNanos(System.nanoTime() - began));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "exit"})
  void bySignalAndByExitServicesStopInOrderAndCleanupRuns(String how) throws Exception {
    Ended ended = run("services", how);
    assertThat(ended.lines()).containsSubsequence("ended app.two", "ended app.one", "cleaned second", "cleaned first", "clean true {app.two=STOPPED, app.one=STOPPED}");
    assertThat(ended.lines()).filteredOn(line -> line.startsWith("cleaned")).hasSize(2);
    assertThat(ended.took()).isLessThan(Duration.ofSeconds(1).plus(MARGIN));
  }

  @Test
  void aStuckTaskDoesNotKeepTheJvmLongerThanDrainAndGrace() throws Exception {
    Ended ended = run("stuck", "wait");
    assertThat(ended.took()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(2).plus(MARGIN));
  }

  /** A service takes no time of the drain, so there is enough left to name it, and to clean up, however busy the machine is. */
  @Test
  void aSupervisorThatWouldWaitDoesNotKeepTheJvmAndWhatIsStuckIsNamed() throws Exception {
    Ended ended = run("waiting", "exit");
    assertThat(ended.lines()).containsSubsequence("TASK_STUCK app.stuck", "cleaned");
    assertThat(ended.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2).plus(MARGIN));
  }

  @Test
  void cleanupThatHangsDoesNotKeepTheJvm() throws Exception {
    Ended ended = run("cleanup", "wait");
    assertThat(ended.took()).isLessThan(Duration.ofSeconds(2).plus(MARGIN));
  }

  /** Ten thousand hooks that were left would hold the supervisors: those of the second half, which their parents close, sixteen megabytes each. */
  @Test
  void aClosedSupervisorLeavesNoHookBehind() throws Exception {
    Ended ended = run("closed", "exit");
    assertThat(ended.lines()).isEmpty();
    assertThat(child.exitValue()).isZero();
    assertThat(ended.took()).isLessThan(MARGIN);
  }

  @Test
  void openingWhileTheJvmShutsDownIsRefusedAndLeavesNothing() throws Exception {
    assertThat(run("late", "exit").lines()).containsExactly("refused, scopes 0");
  }
}
