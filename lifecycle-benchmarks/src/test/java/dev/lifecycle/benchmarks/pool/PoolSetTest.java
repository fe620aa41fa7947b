package dev.lifecycle.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Goal;
import dev.lifecycle.benchmarks.report.Line;
import dev.lifecycle.benchmarks.report.Measure;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

@Timeout(60)
class PoolSetTest {
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final PoolSet SET = new PoolSet();

  @BeforeAll
  static void sharesTheMachine() {
    // JMH's own lock would make this fail while somebody measures.
    System.setProperty("jmh.ignoreLock", "true");
  }

  static Stream<Trial> benchmarks() {
    return present().filter(trial -> !trial.method().isEmpty());
  }

  static Stream<Trial> timedRuns() {
    return present().filter(trial -> trial.method().isEmpty());
  }

  private static Stream<Trial> present() {
    return SET.trials().stream().filter(trial -> Trial.isPresent(trial.type()));
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void everyBenchmarkRunsOnce(Trial trial) throws Exception {
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include('^' + trial.type() + '.' + trial.method() + '$')
        .mode(Mode.SingleShotTime).forks(0).warmupIterations(0).measurementIterations(1).threads(trial.threads())
        .shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    trial.params().forEach(options::param);

    Collection<RunResult> results = new Runner(options.build()).run();

    assertThat(results).hasSize(1).allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }

  @ParameterizedTest
  @MethodSource("timedRuns")
  void everyTimedRunServesEveryoneAndTakesItsMeasures(Trial trial) throws Exception {
    HoldRun run = (HoldRun) Class.forName(trial.type()).getDeclaredConstructor().newInstance();

    Figure figure = run.inThisJvm(trial.key(), MOMENT);

    assertThat(figure.median(Measure.NANOS)).isPositive().isFinite();
    assertThat(figure.median(Measure.LONGEST_WAIT)).isPositive().isGreaterThanOrEqualTo(figure.median(Measure.RARE_WAIT));
    assertThat(figure.median(Measure.LEAST_TO_MOST)).isBetween(0.0, 1.0);
  }

  @Test
  void whatNeedsNoVirtualThreadAndNoStormpotIsInEveryBuild() {
    assertThat(SET.trials().stream().filter(trial -> !Trial.isPresent(trial.type())).map(Trial::type)).allMatch(type -> type.endsWith("25"));
    assertThat(Stream.of(Contender.values()).filter(contender -> !contender.isPresent())).allMatch(Contender::isOf25);
  }

  @Test
  void keysAreUnique() {
    assertThat(SET.trials().stream().map(Trial::key)).doesNotHaveDuplicates();
  }

  @Test
  void everyLineReadsFiguresThatTheSetMakesWhereEveryContenderIsPresent() {
    Set<String> keys = new HashSet<>();
    for (Trial trial : SET.trials()) {
      keys.add(trial.key());
      if (trial.forks() > 0) {
        keys.add(trial.worst());
      }
    }

    for (Line line : SET.lines()) {
      assertThat(keys).contains(line.ours());
      if (line.peer() != null && !(line.peer().contains("stormpot") && !Contender.STORMPOT.isPresent())) {
        assertThat(keys).contains(line.peer());
      }
    }
  }

  @Test
  void everyFigureOfAPeerHasALine() {
    List<String> read = SET.lines().stream().map(Line::peer).toList();

    assertThat(SET.trials().stream().map(Trial::key).filter(key -> !key.endsWith('.' + Contender.LIFECYCLE.key()))).isSubsetOf(read);
  }

  @Test
  void theGoalOnSeveralThreadsIsAboutTheOnePeerThatServesTheOldestFirstAndSurvivesAStaleClose() {
    List<Line> judged = SET.lines().stream().filter(line -> line.ours().matches("claim[28]\\.lifecycle") && !line.goal().isNone()).toList();

    assertThat(judged).extracting(Line::peer).containsExactly("claim2.hikariSource", "claim8.hikariSource");
    assertThat(judged).extracting(Line::goal).containsOnly(Goal.ratio(1.0));
  }

  @Test
  void theUnluckiestOfThreadsThatHoldGetsNineTenthsOfWhatTheLuckiestGets() {
    assertThat(SET.lines()).filteredOn(line -> line.measure() == Measure.LEAST_TO_MOST && !line.goal().isNone())
        .singleElement().satisfies(line -> {
          assertThat(line.ours()).isEqualTo("hold.lifecycle");
          assertThat(line.goal()).isEqualTo(Goal.absoluteAtLeast(0.9));
        });
  }
}
