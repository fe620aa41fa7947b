package dev.lifecycle.casestudies.report;

import com.samskivert.mustache.Mustache;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The report of a run: one HTML file with its styles, scripts and data inside, which forbids itself every request.
 *
 * <p>The template escapes all text. uPlot draws the charts in the browser, so that they take the size and the colours of the reader's screen, and
 * no font is needed where the run takes place.
 */
public final class HtmlReport {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/";
  private static final String UPLOT_FACTS = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private HtmlReport() {}

  /** Writes {@code report.html} into this directory, which is made if need be; returns the file. */
  public static Path write(Path directory, List<Row> rows, Environment environment, String command) throws IOException {
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve("report.html"), render(rows, environment, command));
  }

  /** The page. */
  public static String render(List<Row> rows, Environment environment, String command) throws IOException {
    String dist = UPLOT + uplotVersion() + "/dist/";
    return Mustache.compiler().escapeHTML(true).emptyStringIsFalse(true).compile(text("report.mustache")).execute(Map.of(
        "environment", environment,
        "command", command,
        "rows", rows.stream().map(HtmlReport::model).toList(),
        "style", text(dist + "uPlot.min.css") + text("report.css"),
        "script", text(dist + "uPlot.iife.min.js") + text("report.js")));
  }

  private static Map<String, Object> model(Row row) {
    CaseStudy study = row.study();
    Outcome outcome = row.outcome();
    List<String> cells = row.cells();
    return Map.of(
        "study", study,
        "asFound", typeset(cells.get(2)),
        "withLifecycle", typeset(cells.get(3)),
        "reported", typeset(study.reportFigure()),
        "verdict", Map.of("text", row.verdict(), "kind", outcome != null && outcome.met() ? "met" : "missed"),
        "checks", outcome == null ? List.of() : outcome.checks().stream().map(HtmlReport::model).toList(),
        "notes", outcome == null ? List.<String>of() : outcome.notes(),
        "plots", outcome == null ? List.of() : outcome.plots().stream().map(HtmlReport::model).toList());
  }

  private static Map<String, Object> model(Check check) {
    return Map.of("condition", check.condition(), "measured", typeset(check.measured()), "met", check.met());
  }

  /** An arrow of two signs would be broken at the end of a line. */
  private static String typeset(String text) {
    return text.replace("->", "\u2192");
  }

  private static Map<String, Object> model(Plot plot) {
    return Map.of(
        "title", plot.title(),
        "unit", plot.unit(),
        "foundSeconds", Plot.seconds(plot.asFound()),
        "foundValues", Plot.values(plot.asFound()),
        "oursSeconds", Plot.seconds(plot.withLifecycle()),
        "oursValues", Plot.values(plot.withLifecycle()));
  }

  private static String uplotVersion() throws IOException {
    Properties facts = new Properties();
    try (InputStream in = resource(UPLOT_FACTS)) {
      facts.load(in);
    }
    return facts.getProperty("version");
  }

  private static String text(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = HtmlReport.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("no resource " + name);
    }
    return in;
  }
}
