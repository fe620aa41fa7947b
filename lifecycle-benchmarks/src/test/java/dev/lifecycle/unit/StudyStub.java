package dev.lifecycle.unit;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import java.util.List;

/** A case whose outcome the test chooses. */
final class StudyStub implements CaseStudy {
  private final Outcome outcome;

  StudyStub(Outcome outcome) {
    this.outcome = outcome;
  }

  static Outcome outcome(Check... checks) {
    return new Outcome("9 <left> | a", "0 left\n& done", List.of(checks), List.of("a <note>"), List.of());
  }

  @Override
  public int number() {
    return 99;
  }

  @Override
  public String name() {
    return "a <script>alert('x')</script> & more";
  }

  @Override
  public List<String> story() {
    return List.of("first \"quoted\"", "second");
  }

  @Override
  public String reportFigure() {
    return "9 -> 1";
  }

  @Override
  public String goal() {
    return "0 left";
  }

  @Override
  public Outcome run(Mode mode) {
    return outcome;
  }
}
