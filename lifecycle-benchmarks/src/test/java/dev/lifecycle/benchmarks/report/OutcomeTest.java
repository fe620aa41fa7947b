package dev.lifecycle.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Figure OURS = new Figure(List.of(110.0, 100.0, 130.0), List.of(160.0, 160.0, 160.0));
  private static final Figure PEER = new Figure(List.of(100.0, 125.0, 100.0), List.of(64.0, 64.0, 64.0));

  @Test
  void theMedianOfAnOddNumberOfSamplesIsTheMiddleOne() {
    assertThat(OURS.median(Measure.NANOS)).isEqualTo(110);
  }

  @Test
  void theMedianOfAnEvenNumberOfSamplesIsBetweenTheTwoInTheMiddle() {
    assertThat(new Figure(List.of(4.0, 1.0, 2.0, 9.0), List.of()).median(Measure.NANOS)).isEqualTo(3);
  }

  @Test
  void aMeasureWithoutSamplesHasNoMedian() {
    assertThat(new Figure(List.of(1.0), List.of()).median(Measure.BYTES)).isNaN();
  }

  @Test
  void aRatioIsThatOfTheMediansAndItsSpreadThatOfThePairs() {
    Outcome outcome = judge(Measure.NANOS, Goal.ratio(1.10));

    assertThat(outcome.value()).isCloseTo(1.10, within(1e-9));
    assertThat(outcome.low()).isCloseTo(0.80, within(1e-9));
    assertThat(outcome.high()).isCloseTo(1.30, within(1e-9));
  }

  @Test
  void aValueAtTheLimitMeetsTheGoalAndOneAboveMissesIt() {
    assertThat(judge(Measure.NANOS, Goal.more(10)).verdict()).isEqualTo(Outcome.Verdict.MET);
    assertThat(judge(Measure.NANOS, Goal.more(9.9)).verdict()).isEqualTo(Outcome.Verdict.MISSED);
  }

  @Test
  void bytesMoreThanThePeerAreADifference() {
    assertThat(judge(Measure.BYTES, Goal.more(96)).value()).isEqualTo(96);
  }

  @Test
  void aFractionOfAByteMissesNoGoal() {
    Line line = new Line("row", "ours", null, "", Measure.BYTES, Goal.absolute(160));

    assertThat(Outcome.of(line, Map.of("ours", new Figure(List.of(), List.of(160.004)))).verdict()).isEqualTo(Outcome.Verdict.MET);
    assertThat(Outcome.of(line, Map.of("ours", new Figure(List.of(), List.of(161.004)))).verdict()).isEqualTo(Outcome.Verdict.MISSED);
  }

  @Test
  void anAbsoluteGoalNeedsNoPeer() {
    Line line = new Line("row", "ours", null, "", Measure.BYTES, Goal.absolute(160));

    Outcome outcome = Outcome.of(line, Map.of("ours", OURS));

    assertThat(outcome.verdict()).isEqualTo(Outcome.Verdict.MET);
    assertThat(outcome.peer()).isNull();
  }

  @Test
  void aLineWithoutAGoalIsForInformation() {
    assertThat(judge(Measure.NANOS, Goal.none(Goal.Kind.RATIO)).verdict()).isEqualTo(Outcome.Verdict.INFO);
  }

  @Test
  void aPeerThatWasNotMeasuredLeavesTheGoalUndecided() {
    Line line = new Line("row", "ours", "peer", "peer", Measure.NANOS, Goal.ratio(1));

    assertThat(Outcome.of(line, Map.of("ours", OURS)).verdict()).isEqualTo(Outcome.Verdict.ABSENT);
  }

  @Test
  void theCostOfOneOperationIsTheSlopeBetweenNoneAndMany() {
    Figure none = new Figure(List.of(1_000.0), List.of(200.0));
    Figure many = new Figure(List.of(51_000.0), List.of(40_200.0));

    Figure one = many.perOperation(none, 100);

    assertThat(one.median(Measure.NANOS)).isEqualTo(500);
    assertThat(one.median(Measure.BYTES)).isEqualTo(400);
  }

  @Test
  void whatIsAboveABaseIsTheRestOverItsMedian() {
    Figure base = new Figure(List.of(90.0, 80.0, 10.0), List.of(16.0));

    assertThat(OURS.above(base).samples(Measure.NANOS)).containsExactly(30.0, 20.0, 50.0);
    assertThat(OURS.above(base).median(Measure.BYTES)).isEqualTo(144);
  }

  @Test
  void roundsAreAppendedInTheirOrder() {
    assertThat(OURS.and(PEER).samples(Measure.NANOS)).containsExactly(110.0, 100.0, 130.0, 100.0, 125.0, 100.0);
  }

  private static Outcome judge(Measure measure, Goal goal) {
    return Outcome.of(new Line("row", "ours", "peer", "peer", measure, goal), Map.of("ours", OURS, "peer", PEER));
  }

  @Test
  void theSlowerOfTwoRunsIsTheOneWithTheHigherMedianAndNeverOneThatFailed() {
    Figure fast = new Figure(List.of(1.0, 90.0, 1.0), List.of());
    Figure slow = new Figure(List.of(2.0, 2.0, 2.0), List.of());

    assertThat(fast.orSlower(slow)).isEqualTo(slow);
    assertThat(slow.orSlower(fast)).isEqualTo(slow);
    assertThat(fast.orSlower(Figure.NONE)).isEqualTo(fast);
    assertThat(Figure.NONE.orSlower(fast)).isEqualTo(fast);
  }
}
