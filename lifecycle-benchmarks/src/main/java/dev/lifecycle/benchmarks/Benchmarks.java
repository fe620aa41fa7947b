package dev.lifecycle.benchmarks;

import dev.lifecycle.benchmarks.core.CoreSet;
import dev.lifecycle.benchmarks.flow.FlowSet;
import dev.lifecycle.benchmarks.pool.PoolSet;
import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.JsonTable;
import dev.lifecycle.benchmarks.report.MarkdownTable;
import dev.lifecycle.benchmarks.report.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * Runs a set of benchmarks and prints the table of its goals. System properties:
 *
 * <ul>
 *   <li>{@code benchmarks.set}: the set, {@code core} by default, {@code flow} or {@code pool};
 *   <li>{@code benchmarks.mode}: {@code quick} or {@code full}, the default;
 *   <li>{@code benchmarks.only}: runs only the trials whose key contains this, and leaves out the lines that are not about them;
 *   <li>{@code benchmarks.output}: the directory for the table in Markdown and JSON and for JMH's own JSON, {@code target} by default.
 * </ul>
 */
public final class Benchmarks {
  private static final Map<String, BenchmarkSet> SETS = Map.of("core", new CoreSet(), "flow", new FlowSet(), "pool", new PoolSet());

  private Benchmarks() {}

  /** Runs the set that the system properties name. */
  public static void main(String[] args) throws IOException {
    String name = System.getProperty("benchmarks.set", "core");
    BenchmarkSet set = SETS.get(name);
    if (set == null) {
      throw new IllegalArgumentException("no set " + name + ", there are " + SETS.keySet());
    }
    // A second run on the machine spoils both, but a ratio less than either figure; that is for the caller to judge.
    System.setProperty("jmh.ignoreLock", "true");
    Mode mode = Mode.named(System.getProperty("benchmarks.mode", "full"));
    JmhRun jmh = new JmhRun(mode);
    Map<String, Figure> figures = measure(set, mode, jmh);
    figures.putAll(set.derived(figures));
    List<Outcome> outcomes = set.lines().stream().filter(line -> figures.containsKey(line.ours())).map(line -> Outcome.of(line, figures)).toList();
    String table = machine(mode) + "\n\n" + MarkdownTable.of(outcomes) + '\n' + summary(outcomes) + '\n';
    System.out.println('\n' + table);
    write(set, table, JsonTable.of(outcomes), jmh);
  }

  private static Map<String, Figure> measure(BenchmarkSet set, Mode mode, JmhRun jmh) {
    String only = System.getProperty("benchmarks.only", "");
    List<Trial> trials = new ArrayList<>(set.trials().stream().filter(t -> t.isPresent() && t.key().contains(only)).toList());
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("benchmarks.only: no key of this set contains " + only);
    }
    Map<String, Figure> figures = new LinkedHashMap<>();
    long start = System.nanoTime();
    int rounds = trials.stream().mapToInt(mode::rounds).max().orElseThrow();
    for (int round = 1; round <= rounds; round++) {
      int current = round;
      List<Trial> due = trials.stream().filter(trial -> mode.rounds(trial) >= current).toList();
      int done = 0;
      for (Trial trial : due) {
        Figure figure = trial.isProgram() ? run(trial) : jmh.fork(trial);
        figures.merge(trial.key(), figure, Figure::and);
        if (trial.forks() > 0) {
          figures.merge(trial.worst(), figure, Figure::orSlower);
        }
        System.err.printf("round %d/%d, %d/%d, %d s: %s%n", round, rounds, ++done, due.size(), (System.nanoTime() - start) / 1_000_000_000, trial.key());
      }
      Collections.reverse(trials);
    }
    return figures;
  }

  private static Figure run(Trial trial) {
    try {
      Object program = Class.forName(trial.type()).getDeclaredConstructor().newInstance();
      return ((Trial.Program) program).measure(trial.key());
    } catch (Exception e) {
      System.err.println(trial.key() + ": " + e);
      return Figure.NONE;
    }
  }

  private static String machine(Mode mode) {
    return String.format("JDK %s (%s), %s %s, %d processors, %d round(s) of %d x %d ms after %d x %d ms of warm-up.",
        Runtime.version(), System.getProperty("java.vm.name"), System.getProperty("os.name"), System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(), mode.rounds(), mode.iterations(), mode.millis(), mode.warmups(), mode.millis());
  }

  private static String summary(List<Outcome> outcomes) {
    long met = outcomes.stream().filter(o -> o.verdict() == Outcome.Verdict.MET).count();
    long missed = outcomes.stream().filter(o -> o.verdict() == Outcome.Verdict.MISSED).count();
    return met + " of " + (met + missed) + " goals met.";
  }

  private static void write(BenchmarkSet set, String table, String json, JmhRun jmh) throws IOException {
    Path directory = Files.createDirectories(Path.of(System.getProperty("benchmarks.output", "target")));
    String stem = "benchmarks-" + set.name();
    Files.writeString(directory.resolve(stem + ".md"), table);
    Files.writeString(directory.resolve(stem + ".json"), json);
    Path raw = directory.resolve(stem + "-jmh.json");
    try (PrintStream out = new PrintStream(Files.newOutputStream(raw), false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(jmh.results());
    }
  }
}
