package dev.lifecycle.casestudies;

import dev.lifecycle.casestudies.report.Plot;
import java.util.List;

/**
 * What a case measured.
 *
 * @param asFound the figures of the hand-written side
 * @param withLifecycle the figures of our side
 * @param checks the conditions of the goal; all must hold
 * @param notes lines worth reading beside the figures, such as a named orphan
 * @param plots what to draw
 */
public record Outcome(String asFound, String withLifecycle, List<Check> checks, List<String> notes, List<Plot> plots) {
  /** Copies the lists. */
  public Outcome {
    checks = List.copyOf(checks);
    notes = List.copyOf(notes);
    plots = List.copyOf(plots);
  }

  /** Whether every condition of the goal holds, and there is at least one. */
  public boolean met() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::met);
  }
}
