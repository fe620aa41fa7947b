package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.casestudies.measure.Flatness;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Statistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void aPercentileIsTheNearestRankWhateverTheOrder() {
    List<Double> values = new ArrayList<>(IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList());
    Collections.shuffle(values, new Random(7));
    assertThat(Statistics.percentile(values, 50)).isEqualTo(100);
    assertThat(Statistics.percentile(values, 99)).isEqualTo(198);
    assertThat(Statistics.percentile(values, 100)).isEqualTo(200);
    assertThat(Statistics.percentile(values, 0.01)).isEqualTo(1);
    assertThat(Statistics.max(values)).isEqualTo(200);
  }

  @Test
  void oneValueIsEveryPercentile() {
    assertThat(Statistics.median(List.of(5.0))).isEqualTo(5);
    assertThat(Statistics.percentile(List.of(5.0), 99)).isEqualTo(5);
  }

  @Test
  void nothingMeasuredIsNotANumberAndSoMeetsNoLimit() {
    assertThat(Statistics.max(List.of())).isNaN();
    assertThat(Statistics.max(List.of()) <= 100).isFalse();
  }

  @Test
  void aPercentOutsideItsRangeIsRefused() {
    assertThatThrownBy(() -> Statistics.percentile(List.of(1.0), 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.percentile(List.of(1.0), 100.1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.percentile(List.of(1.0), Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowsOfTimeHaveTheirOwnPercentilesAndEmptyOnesAreLeftOut() {
    List<Point> points = List.of(new Point(0.1, 4), new Point(0.4, 9), new Point(1.2, 7));
    assertThat(Statistics.windows(points, 0.5, 100)).containsExactly(new Point(0.25, 9), new Point(1.25, 7));
  }

  @Test
  void aLevelSeriesIsFlatAndARisingOneIsNot() {
    assertThat(Flatness.of(series(40, i -> 20 + i % 3)).holds(0.1, 1)).isTrue();
    assertThat(Flatness.of(series(40, i -> 20 + i)).holds(0.1, 1)).isFalse();
  }

  @Test
  void theWarmUpIsNoGrowth() {
    assertThat(Flatness.of(series(40, i -> i < 10 ? i : 10)).holds(0, 0)).isTrue();
  }

  @Test
  void theLimitOfFlatIsAShareAndAnAmountTogether() {
    Flatness growth = new Flatness(100, 115);
    assertThat(growth.holds(0.1, 5)).isTrue();
    assertThat(growth.holds(0.1, 4)).isFalse();
    assertThat(growth).hasToString("100 -> 115");
  }

  @Test
  void tooFewPointsSayNothing() {
    assertThatThrownBy(() -> Flatness.of(series(3, i -> 1))).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Point> series(int size, IntToDoubleFunction value) {
    return IntStream.range(0, size).mapToObj(i -> new Point(i, value.applyAsDouble(i))).toList();
  }
}
