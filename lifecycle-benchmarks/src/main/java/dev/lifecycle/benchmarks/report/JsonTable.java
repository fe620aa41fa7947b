package dev.lifecycle.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The outcomes as a JSON array, for a machine that follows them from run to run. */
public final class JsonTable {
  private JsonTable() {}

  /** The array, with a line break at its end. */
  public static String of(List<Outcome> outcomes) {
    return outcomes.stream().map(JsonTable::object).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
  }

  private static String object(Outcome outcome) {
    Line line = outcome.line();
    return "{" + String.join(", ",
        text("row", line.row()),
        text("peer", line.peerName()),
        text("measure", name(line.measure())),
        text("kind", name(line.goal().kind())),
        text("bound", name(line.goal().bound())),
        number("limit", line.goal().limit()),
        number("lifecycle", median(outcome.ours(), line.measure())),
        number("peerFigure", median(outcome.peer(), line.measure())),
        number("lifecycleBytes", median(outcome.ours(), Measure.BYTES)),
        number("peerBytes", median(outcome.peer(), Measure.BYTES)),
        number("value", outcome.value()),
        number("low", outcome.low()),
        number("high", outcome.high()),
        text("verdict", name(outcome.verdict()))) + "}";
  }

  private static double median(@Nullable Figure figure, Measure measure) {
    return figure == null ? Double.NaN : figure.median(measure);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String text(String key, String value) {
    return '"' + key + "\": \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** JSON has no NaN and no infinity: both mean that there is none. */
  private static String number(String key, double value) {
    return '"' + key + "\": " + (Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "null");
  }
}
