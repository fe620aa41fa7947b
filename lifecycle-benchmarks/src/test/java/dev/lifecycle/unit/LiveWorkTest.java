package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveWorkTest {
  @Test
  void aBodyIsCountedWhileItRunsInItsPartAndInTheWhole() throws Exception {
    LiveWork whole = new LiveWork();
    LiveWork part = whole.part();
    int inside = part.counted(() -> part.count() + 10 * whole.count());
    assertThat(inside).isEqualTo(11);
    assertThat(part.count()).isZero();
    assertThat(whole.count()).isZero();
    assertThat(whole.oldestMillis()).isZero();
  }

  @Test
  void aBodyThatThrowsIsNoLongerCounted() {
    LiveWork work = new LiveWork();
    assertThatThrownBy(() -> work.counted(() -> {
      throw new IllegalStateException("boom");
    })).hasMessage("boom");
    assertThat(work.count()).isZero();
  }

  @Test
  void aPacedStepRunsAsOftenAsAskedInOrder() throws Exception {
    List<Integer> runs = new ArrayList<>();
    Paced.run("paced-test", Duration.ofMillis(1), 5, runs::add);
    assertThat(runs).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aPacedStepThatThrowsEndsTheSeries() {
    List<Integer> runs = new ArrayList<>();
    assertThatThrownBy(() -> Paced.run("paced-test", Duration.ofMillis(1), 5, i -> {
      runs.add(i);
      throw new IllegalStateException("boom");
    })).hasMessage("boom");
    assertThat(runs).containsExactly(0);
  }
}
