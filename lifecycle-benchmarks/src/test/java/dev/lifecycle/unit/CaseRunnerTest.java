package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.casestudies.CaseStudies;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.Row;
import dev.lifecycle.casestudies.Runner;
import dev.lifecycle.casestudies.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseRunnerTest {
  @Test
  void aCaseThatThrowsGivesARowWithItsException() throws Exception {
    Row row = new Runner(Mode.TINY, Duration.ofSeconds(30)).run(study(() -> {
      throw new IllegalStateException("boom");
    }));
    assertThat(row.crash()).hasMessage("boom");
  }

  @Test
  void aCaseThatHangsIsGivenUpAndShowsWhereItHangs() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Row row = new Runner(Mode.TINY, Duration.ofMillis(50)).run(study(() -> {
      never.await();
      return StudyStub.outcome();
    }));
    assertThat(row.crash()).hasMessageContaining("did not end");
    assertThat(row.crash().getStackTrace()).anyMatch(f -> f.getMethodName().equals("await"));
  }

  @Test
  void everyCasePrintsOneRowAndTheReportIsWritten(@TempDir Path directory) throws Exception {
    Outcome missed = StudyStub.outcome(Check.exactly("left: 0", 3, 0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    List<Row> rows = CaseStudies.run(new Settings(Mode.TINY, Set.of(), directory), List.of(new StudyStub(missed)), out);
    assertThat(rows).extracting(Row::verdict).containsExactly("NOT MET");
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(l -> l.startsWith("| 99 |"))).hasSize(1);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("case 99: NOT MET: left: 0; measured 3").contains("case 99: a <note>");
    assertThat(directory.resolve("report.html")).exists();
  }

  private static CaseStudy study(Body body) {
    return new CaseStudy() {
      @Override
      public int number() {
        return 98;
      }

      @Override
      public String name() {
        return "a body";
      }

      @Override
      public List<String> story() {
        return List.of();
      }

      @Override
      public String reportFigure() {
        return "-";
      }

      @Override
      public String goal() {
        return "-";
      }

      @Override
      public Outcome run(Mode mode) throws Exception {
        return body.run();
      }
    };
  }

  private interface Body {
    Outcome run() throws Exception;
  }
}
