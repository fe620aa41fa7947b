package dev.lifecycle.casestudies;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of one case: what it measured, or why it crashed. */
public record Row(CaseStudy study, @Nullable Outcome outcome, @Nullable Throwable crash) {
  /** The columns of {@link #cells()}. */
  public static final List<String> HEADER = List.of("#", "case", "as found", "with lifecycle", "the report", "goal", "verdict");

  /** The row of a case that ran to its end. */
  public static Row of(CaseStudy study, Outcome outcome) {
    return new Row(study, outcome, null);
  }

  /** The row of a case that crashed. */
  public static Row crashed(CaseStudy study, Throwable crash) {
    return new Row(study, null, crash);
  }

  /** {@code met}, {@code NOT MET} or {@code CRASHED}. */
  public String verdict() {
    if (outcome == null) {
      return "CRASHED";
    }
    return outcome.met() ? "met" : "NOT MET";
  }

  /** One text per column. */
  public List<String> cells() {
    String found = outcome == null ? "-" : outcome.asFound();
    String ours = outcome == null ? String.valueOf(crash) : outcome.withLifecycle();
    return List.of(Integer.toString(study.number()), study.name(), found, ours, study.reportFigure(), study.goal(), verdict());
  }

  /** The row as one line of text. */
  public String line() {
    return line(cells());
  }

  /** Cells as one line of text, on one line whatever is in them. */
  static String line(List<String> cells) {
    return "| " + String.join(" | ", cells.stream().map(Row::flat).toList()) + " |";
  }

  private static String flat(String cell) {
    return cell.replace("|", "/").replaceAll("\\s+", " ").strip();
  }
}
