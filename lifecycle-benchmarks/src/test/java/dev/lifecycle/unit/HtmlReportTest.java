package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.Row;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.report.Environment;
import dev.lifecycle.casestudies.report.HtmlReport;
import dev.lifecycle.casestudies.report.Plot;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String EVIL = "<img src=x onerror=\"alert('x')\"> & co";

  @Test
  void everyTextIsEscaped() throws IOException {
    String page = page(new Outcome(EVIL, EVIL, List.of(new Check(EVIL, EVIL, false)), List.of(EVIL),
        List.of(new Plot(EVIL, EVIL, List.of(new Point(0.5, 2)), List.of()))));
    assertThat(page).doesNotContain("<img").contains("&lt;img");
  }

  @Test
  void thePageIsWholeAndForbidsItselfRequests() throws IOException {
    String page = page(new Outcome("a", "b", List.of(Check.exactly("c", 0, 0)), List.of(), List.of()));
    assertThat(page).startsWith("<!DOCTYPE html>").endsWith("</html>\n").contains("default-src 'none'").contains("uPlot=function");
    assertThat(page).doesNotContain("src=\"").doesNotContain("<link").doesNotContain("@import");
  }

  @Test
  void theSeriesOfAPlotAreInThePage() throws IOException {
    Plot plot = new Plot("heap", "MB", List.of(new Point(0.5, 2), new Point(1, 3.25)), List.of());
    assertThat(page(new Outcome("a", "b", List.of(), List.of(), List.of(plot))))
        .contains("data-found-x=\"0.500,1.000\"", "data-found-y=\"2.000,3.250\"", "data-ours-x=\"\"");
  }

  @Test
  void theVerdictIsThatOfTheChecks() throws IOException {
    assertThat(page(new Outcome("a", "b", List.of(Check.exactly("c", 1, 0)), List.of(), List.of()))).contains("NOT MET</span>");
    assertThat(page(new Outcome("a", "b", List.of(Check.exactly("c", 0, 0)), List.of(), List.of()))).doesNotContain("NOT MET</span>");
  }

  @Test
  void aCaseThatCrashedIsInThePageToo() throws IOException {
    String page = HtmlReport.render(List.of(Row.crashed(new Study(), new IllegalStateException(EVIL))), Environment.here(), "mvn");
    assertThat(page).contains("CRASHED").doesNotContain("<img");
  }

  private static String page(Outcome outcome) throws IOException {
    return HtmlReport.render(List.of(Row.of(new Study(), outcome)), Environment.here(), "mvn " + EVIL);
  }

  private static final class Study implements CaseStudy {
    @Override
    public int number() {
      return 97;
    }

    @Override
    public String name() {
      return EVIL;
    }

    @Override
    public List<String> story() {
      return List.of(EVIL);
    }

    @Override
    public String reportFigure() {
      return EVIL;
    }

    @Override
    public String goal() {
      return EVIL;
    }

    @Override
    public Outcome run(Mode mode) {
      throw new UnsupportedOperationException();
    }
  }
}
