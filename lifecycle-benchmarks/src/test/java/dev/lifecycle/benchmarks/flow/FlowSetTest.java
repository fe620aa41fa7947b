package dev.lifecycle.benchmarks.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.benchmarks.Trial;
import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Line;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

class FlowSetTest {
  private final FlowSet set = new FlowSet();

  @Test
  void everyTrialOfThisBuildNamesABenchmarkMethod() {
    for (Trial trial : set.trials()) {
      Class<?> type = typeOf(trial);
      if (type != null && !trial.method().isEmpty()) {
        assertThat(Stream.of(type.getMethods()).filter(m -> m.isAnnotationPresent(Benchmark.class)).map(m -> m.getName()))
            .as(trial.type()).contains(trial.method());
      }
    }
  }

  @Test
  void whatIsOursAndNeedsNoVirtualThreadIsInEveryBuild() {
    assertThat(set.trials().stream().filter(t -> typeOf(t) == null).map(Trial::type))
        .allMatch(type -> type.endsWith("25"));
  }

  @Test
  void keysAreUnique() {
    assertThat(set.trials().stream().map(Trial::key)).doesNotHaveDuplicates();
  }

  @Test
  void everyLineReadsFiguresThatTheSetMakes() {
    Map<String, Figure> figures = new HashMap<>();
    set.trials().forEach(trial -> figures.put(trial.key(), new Figure(List.of(1.0), List.of(1.0))));
    figures.putAll(set.derived(figures));

    for (Line line : set.lines()) {
      assertThat(figures).containsKey(line.ours());
      if (line.peer() != null) {
        assertThat(figures).containsKey(line.peer());
      }
    }
  }

  private static Class<?> typeOf(Trial trial) {
    try {
      return Class.forName(trial.type());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }
}
