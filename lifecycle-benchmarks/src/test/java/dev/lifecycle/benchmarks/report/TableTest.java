package dev.lifecycle.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Map<String, Figure> FIGURES = Map.of(
      "ours", new Figure(List.of(100.0, 100.0), List.of(160.0, 160.0)),
      "peer", new Figure(List.of(2_100.0, 4_200.0), List.of(1_234.4, 1_234.4)));

  @Test
  void aRatioLineShowsGoalFiguresSpreadBytesAndVerdict() {
    assertThat(lines(new Line("call", "ours", "peer", "gRPC", Measure.NANOS, Goal.ratio(0.3))))
        .containsExactly("| call | <= 0.30x | 100 ns | gRPC | 3.15 us | 0.032x (0.024x..0.048x) | 160 B / 1,234 B | yes |");
  }

  @Test
  void aMissedGoalStandsOut() {
    assertThat(lines(new Line("call", "ours", null, "", Measure.BYTES, Goal.absolute(100))))
        .containsExactly("| call | <= 100 B | 160 B |  |  | 160 B (160 B..160 B) |  | **no** |");
  }

  @Test
  void aDifferenceHasItsSign() {
    assertThat(lines(new Line("view", "peer", "ours", "pool", Measure.NANOS, Goal.more(5_000))))
        .containsExactly("| view | <= 5.00 us more | 3.15 us | pool | 100 ns | +3.05 us (+2.00 us..+4.10 us) | 1,234 B / 160 B | yes |");
  }

  @Test
  void aRowNamesItselfOnItsFirstLineOnly() {
    Line first = new Line("call", "ours", "peer", "a", Measure.NANOS, Goal.none(Goal.Kind.RATIO));
    Line second = new Line("call", "ours", "gone", "b", Measure.NANOS, Goal.ratio(1));

    assertThat(lines(first, second).get(1)).isEqualTo("|  | <= 1.00x | 100 ns | b |  |  | 160 B | not measured |");
  }

  @Test
  void sharesAreShownAsTheClaimsThatTheyComeFrom() {
    Map<String, Figure> figures = Map.of("fair", claims(1_980, 2_000), "starved", claims(0, 4_300), "fairer", claims(1_985, 2_000));
    Line goal = new Line("share", "fair", null, "", Measure.LEAST_TO_MOST, Goal.absoluteAtLeast(0.9));
    Line peer = new Line("share", "fair", "starved", "peer", Measure.LEAST_TO_MOST, Goal.none(Goal.Kind.MORE));
    Line fairer = new Line("share", "fair", "fairer", "fair", Measure.LEAST_TO_MOST, Goal.none(Goal.Kind.MORE));
    Line missed = new Line("other", "starved", null, "", Measure.LEAST_TO_MOST, Goal.absoluteAtLeast(0.9));

    List<Outcome> outcomes = Stream.of(goal, peer, fairer, missed).map(line -> Outcome.of(line, figures)).toList();

    assertThat(MarkdownTable.of(outcomes).lines().skip(2)).containsExactly(
        "| share | >= 0.90 | 1,980 of 2,000 |  |  | 0.99 (0.99..0.99) |  | yes |",
        "|  |  | 1,980 of 2,000 | peer | 0 of 4,300 | +0.99 (+0.99..+0.99) |  |  |",
        "|  |  | 1,980 of 2,000 | fair | 1,985 of 2,000 | 0.00 (0.00..0.00) |  |  |",
        "| other | >= 0.90 | 0 of 4,300 |  |  | 0.00 (0.00..0.00) |  | **no** |");
  }

  private static Figure claims(double least, double most) {
    return new Figure(Map.of(
        Measure.LEAST_CLAIMS, List.of(least), Measure.MOST_CLAIMS, List.of(most), Measure.LEAST_TO_MOST, List.of(least / most)));
  }

  @Test
  void jsonHasNullWhereThereIsNoNumber() {
    Line line = new Line("a \"row\"", "ours", "gone", "b", Measure.NANOS, Goal.none(Goal.Kind.RATIO));

    assertThat(JsonTable.of(List.of(Outcome.of(line, FIGURES))))
        .contains("\"row\": \"a \\\"row\\\"\"", "\"bound\": \"at_most\"", "\"limit\": null", "\"lifecycle\": 100.0000", "\"peerFigure\": null", "\"verdict\": \"absent\"");
  }

  private static List<String> lines(Line... lines) {
    List<Outcome> outcomes = List.of(lines).stream().map(line -> Outcome.of(line, FIGURES)).toList();
    return MarkdownTable.of(outcomes).lines().skip(2).toList();
  }
}
