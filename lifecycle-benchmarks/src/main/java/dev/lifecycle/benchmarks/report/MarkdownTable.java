package dev.lifecycle.benchmarks.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outcomes as a table in Markdown, one line each. */
public final class MarkdownTable {
  private static final String HEAD = """
      | row | goal | lifecycle | peer | peer's figure | value (lowest..highest) | B/op, lifecycle / peer | met |
      |---|---|--:|---|--:|--:|--:|---|
      """;

  private MarkdownTable() {}

  /** The table, with a line break at its end. */
  public static String of(List<Outcome> outcomes) {
    StringBuilder table = new StringBuilder(HEAD);
    String previous = "";
    for (Outcome outcome : outcomes) {
      String row = outcome.line().row();
      table.append("| ").append(row.equals(previous) ? "" : row);
      previous = row;
      for (String cell : cells(outcome)) {
        table.append(" | ").append(cell);
      }
      table.append(" |\n");
    }
    return table.toString();
  }

  private static List<String> cells(Outcome outcome) {
    Line line = outcome.line();
    return List.of(
        goal(line),
        figure(line.measure(), outcome.ours()),
        line.peerName(),
        figure(line.measure(), outcome.peer()),
        value(outcome),
        bytes(outcome),
        switch (outcome.verdict()) {
          case MET -> "yes";
          case MISSED -> "**no**";
          case INFO -> "";
          case ABSENT -> "not measured";
        });
  }

  private static String goal(Line line) {
    Goal goal = line.goal();
    if (goal.isNone()) {
      return "";
    }
    return (goal.bound() == Goal.Bound.AT_MOST ? "<= " : ">= ") + switch (goal.kind()) {
      case RATIO -> Units.ratio(goal.limit());
      case MORE -> Units.of(line.measure(), goal.limit()) + " more";
      case ABSOLUTE -> Units.of(line.measure(), goal.limit());
    };
  }

  private static String figure(Measure measure, @Nullable Figure figure) {
    if (figure == null) {
      return "";
    }
    if (measure == Measure.LEAST_TO_MOST && figure.has(measure)) {
      // The share alone does not tell whether the least is none, or few of few.
      return Units.of(Measure.LEAST_CLAIMS, figure.median(Measure.LEAST_CLAIMS)) + " of " + Units.of(Measure.MOST_CLAIMS, figure.median(Measure.MOST_CLAIMS));
    }
    return Units.of(measure, figure.median(measure));
  }

  private static String value(Outcome outcome) {
    if (outcome.verdict() == Outcome.Verdict.ABSENT) {
      return "";
    }
    Goal.Kind kind = outcome.line().goal().kind();
    Measure measure = outcome.line().measure();
    return Units.value(kind, measure, outcome.value())
        + " (" + Units.value(kind, measure, outcome.low()) + ".." + Units.value(kind, measure, outcome.high()) + ")";
  }

  private static String bytes(Outcome outcome) {
    Figure ours = outcome.ours();
    if (outcome.line().measure() == Measure.BYTES || ours == null || !ours.has(Measure.BYTES)) {
      return "";
    }
    Figure peer = outcome.peer();
    String left = Units.bytes(ours.median(Measure.BYTES));
    return peer == null ? left : left + " / " + Units.bytes(peer.median(Measure.BYTES));
  }
}
