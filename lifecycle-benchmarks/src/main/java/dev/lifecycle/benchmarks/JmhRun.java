package dev.lifecycle.benchmarks;

import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Measure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs trials by JMH, each in a JVM of its own with the allocation profiler, and keeps JMH's results for its own JSON. */
final class JmhRun {
  private static final String BYTES = "gc.alloc.rate.norm";
  private static final int SHOTS = 4;

  private final Mode mode;
  private final List<RunResult> results = new ArrayList<>();

  JmhRun(Mode mode) {
    this.mode = mode;
  }

  /** One fork of one trial; a figure without samples if it failed. */
  Figure fork(Trial trial) {
    int times = trial.isOneShot() ? SHOTS : 1;
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include('^' + Pattern.quote(trial.type() + '.' + trial.method()) + '$')
        .forks(1)
        .warmupIterations(mode.warmups() * times)
        .measurementIterations(mode.iterations() * times)
        .warmupTime(TimeValue.milliseconds(mode.millis()))
        .measurementTime(TimeValue.milliseconds(mode.millis()))
        .timeout(TimeValue.minutes(1))
        .threads(trial.threads())
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(false)
        .verbosity(VerboseMode.SILENT);
    trial.params().forEach(options::param);
    try {
      Collection<RunResult> run = new Runner(options.build()).run();
      results.addAll(run);
      if (run.isEmpty()) {
        System.err.println(trial.key() + ": failed; JMH itself, by java -jar, says why");
      }
      // The bytes of a single shot include those of its preparation.
      return trial.isOneShot() ? new Figure(figure(run).samples(Measure.NANOS), List.of()) : figure(run);
    } catch (RunnerException e) {
      System.err.println(trial.key() + ": " + e);
      return Figure.NONE;
    }
  }

  /** All results so far. */
  List<RunResult> results() {
    return results;
  }

  private static Figure figure(Collection<RunResult> run) {
    List<Double> nanos = new ArrayList<>();
    List<Double> bytes = new ArrayList<>();
    for (RunResult result : run) {
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          nanos.add(iteration.getPrimaryResult().getScore());
          Map<String, ? extends Result<?>> secondary = secondary(iteration);
          Result<?> allocated = secondary.get(BYTES);
          if (allocated != null) {
            bytes.add(allocated.getScore());
          }
        }
      }
    }
    return new Figure(nanos, bytes);
  }

  @SuppressWarnings("unchecked") // JMH declares the raw type
  private static Map<String, ? extends Result<?>> secondary(IterationResult iteration) {
    return (Map<String, ? extends Result<?>>) (Map<String, ?>) iteration.getSecondaryResults();
  }
}
