package dev.lifecycle.benchmarks.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.benchmarks.report.Figure;
import dev.lifecycle.benchmarks.report.Measure;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private static Waits waits(int from, int to, boolean count) {
    Waits waits = new Waits();
    for (int wait = from; wait < to; wait++) {
      waits.add(wait, count);
    }
    return waits;
  }

  @Test
  void theMeasuresAreThoseOfAllThreadsTogether() {
    Figure figure = Waits.figure(List.of(waits(1, 1_501, true), waits(1_501, 2_001, true)), 4_000);

    assertThat(figure.median(Measure.NANOS)).isEqualTo(2);
    assertThat(figure.median(Measure.RARE_WAIT)).isEqualTo(1_998);
    assertThat(figure.median(Measure.LONGEST_WAIT)).isEqualTo(2_000);
    assertThat(figure.median(Measure.LEAST_CLAIMS)).isEqualTo(500);
    assertThat(figure.median(Measure.MOST_CLAIMS)).isEqualTo(1_500);
    assertThat(figure.median(Measure.LEAST_TO_MOST)).isEqualTo(1.0 / 3);
  }

  @Test
  void aWaitThatLedToNoClaimIsAWaitAllTheSame() {
    Figure figure = Waits.figure(List.of(waits(1, 11, true), waits(900, 901, false)), 100);

    assertThat(figure.median(Measure.NANOS)).isEqualTo(10);
    assertThat(figure.median(Measure.LONGEST_WAIT)).isEqualTo(900);
    assertThat(figure.median(Measure.LEAST_TO_MOST)).isZero();
  }
}
