package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseRowTest {
  private static final Check HOLDS = Check.exactly("left: 0", 0, 0);
  private static final Check FAILS = Check.exactly("left: 0", 3, 0);

  @Test
  void aGoalIsMetOnlyIfEveryConditionHolds() {
    assertThat(row(HOLDS, HOLDS).verdict()).isEqualTo("met");
    assertThat(row(HOLDS, FAILS).verdict()).isEqualTo("NOT MET");
  }

  @Test
  void aGoalWithoutConditionsIsNotMet() {
    assertThat(row().verdict()).isEqualTo("NOT MET");
  }

  @Test
  void aCaseThatThrewIsNeitherMetNorMissed() {
    Row row = Row.crashed(new StudyStub(StudyStub.outcome(HOLDS)), new IllegalStateException("boom"));
    assertThat(row.verdict()).isEqualTo("CRASHED");
    assertThat(row.line()).contains("boom");
  }

  @Test
  void aRowIsOneLineWithAsManyCellsAsTheHeader() {
    Row row = row(HOLDS);
    assertThat(row.cells()).hasSameSizeAs(Row.HEADER);
    assertThat(row.line().lines()).hasSize(1);
    assertThat(row.line().chars().filter(c -> c == '|').count()).isEqualTo(Row.HEADER.size() + 1L);
    assertThat(row.line()).contains("9 <left> / a").contains("0 left & done");
  }

  @Test
  void aLimitIncludesItself() {
    assertThat(Check.atMost("ms", 100, 100).met()).isTrue();
    assertThat(Check.atMost("ms", 101, 100).met()).isFalse();
  }

  private static Row row(Check... checks) {
    return Row.of(new StudyStub(StudyStub.outcome(checks)), StudyStub.outcome(checks));
  }

  @Test
  void theListsOfAnOutcomeCannotChange() {
    assertThat(List.of(HOLDS)).isEqualTo(StudyStub.outcome(HOLDS).checks());
    assertThat(StudyStub.outcome(HOLDS).notes()).isUnmodifiable();
  }
}
