package dev.lifecycle.casestudies;

import dev.lifecycle.casestudies.report.Environment;
import dev.lifecycle.casestudies.report.HtmlReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the case studies, prints one row for each and writes {@code report.html}.
 *
 * <p>{@code --long} or {@code -Dcasestudies.mode=long} runs longer, {@code -Dcasestudies.only=1,9} runs some,
 * {@code -Dcasestudies.directory} says where the report goes. The exit status is 1 if a case crashed, else 0, whether or not goals were met.
 */
public final class CaseStudies {
  private CaseStudies() {}

  /** Runs. */
  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.of(List.of(arguments), System::getProperty);
    List<Row> rows = run(settings, Catalogue.all(), System.out);
    System.out.flush();
    // A case that crashed may have left threads behind.
    System.exit(rows.stream().anyMatch(row -> row.crash() != null) ? 1 : 0);
  }

  /** Runs the chosen cases one after the other and writes the report. */
  public static List<Row> run(Settings settings, List<CaseStudy> all, PrintStream out) throws Exception {
    Environment environment = Environment.here();
    out.println("case studies, " + settings.mode() + " mode, " + environment.line());
    out.println(Row.line(Row.HEADER));
    out.println(Row.line(Row.HEADER.stream().map(h -> "---").toList()));
    Runner runner = new Runner(settings.mode(), settings.mode().pick(Duration.ofSeconds(60), Duration.ofMinutes(2), Duration.ofMinutes(15)));
    List<Row> rows = new ArrayList<>();
    for (CaseStudy study : settings.choose(all)) {
      Row row = runner.run(study);
      out.println(row.line());
      rows.add(row);
    }
    rows.forEach(row -> remarks(row, out));
    Path report = HtmlReport.write(settings.directory(), rows, environment, settings.command());
    out.println("report: " + report.toAbsolutePath().normalize());
    return rows;
  }

  private static void remarks(Row row, PrintStream out) {
    String prefix = "case " + row.study().number() + ": ";
    if (row.outcome() != null) {
      row.outcome().checks().stream().filter(c -> !c.met())
          .forEach(c -> out.println(prefix + "NOT MET: " + c.condition() + "; measured " + c.measured()));
      row.outcome().notes().forEach(note -> out.println(prefix + note));
    }
    if (row.crash() != null) {
      out.print(prefix);
      row.crash().printStackTrace(out);
    }
  }
}
