package dev.lifecycle.benchmarks;

import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Line;
import java.util.List;
import java.util.Map;

/** What to run, and which comparisons to make of it. */
public interface BenchmarkSet {
  /** The name by which the set is chosen. */
  String name();

  /** The benchmarks, neighbours in a comparison next to each other. */
  List<Trial> trials();

  /** Figures computed from measured ones, by key. */
  default Map<String, Figure> derived(Map<String, Figure> measured) {
    return Map.of();
  }

  /** The lines of the table, in order. */
  List<Line> lines();
}
