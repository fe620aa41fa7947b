package dev.lifecycle.benchmarks.conformance;

import dev.lifecycle.pool.conformance.Conformance;
import dev.lifecycle.pool.conformance.LifecyclePool;
import dev.lifecycle.pool.conformance.Outcome;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the conformance kit against our pool and its peers, and prints who passes what. System properties:
 *
 * <ul>
 *   <li>{@code conformance.only}: runs only the pools whose name contains this;
 *   <li>{@code benchmarks.output}: the directory for the table in Markdown, {@code target} by default.
 * </ul>
 */
public final class ConformanceTable {
  private final List<String> names = new ArrayList<>();
  private final List<String> bytes = new ArrayList<>();
  private final Map<Rule, List<Outcome>> outcomes = new EnumMap<>(Rule.class);

  private ConformanceTable() {}

  /** Runs the pools that the system properties name. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String only = System.getProperty("conformance.only", "");
    List<PoolAdapter> pools = new ArrayList<>(List.of(new LifecyclePool()));
    pools.addAll(Peers.all());
    pools.removeIf(pool -> !pool.name().contains(only));
    ConformanceTable table = of(pools, List.of(Rule.values()));
    String page = machine() + "\n\n" + table.markdown();
    System.out.println('\n' + page);
    Path directory = Files.createDirectories(Path.of(System.getProperty("benchmarks.output", "target")));
    Files.writeString(directory.resolve("pool-conformance.md"), page);
    // A pool that hung in a check may have left threads of its own behind.
    System.exit(0);
  }

  /** Runs the rules. */
  static ConformanceTable of(List<PoolAdapter> pools, List<Rule> rules) throws InterruptedException {
    ConformanceTable table = new ConformanceTable();
    for (PoolAdapter pool : pools) {
      table.names.add(pool.name());
      // Before the rules, which drive every pool into its slow paths.
      table.bytes.add(bytes(pool));
    }
    for (PoolAdapter pool : pools) {
      for (Rule rule : rules) {
        table.outcomes.computeIfAbsent(rule, r -> new ArrayList<>()).add(Conformance.of(pool, rule));
      }
    }
    return table;
  }

  /** The table, a row per rule and a column per pool. */
  String markdown() {
    StringBuilder out = new StringBuilder();
    row(out, "rule", "", names);
    row(out, "--:", "---", names.stream().map(name -> "---").toList());
    outcomes.forEach((rule, cells) -> row(out, "" + rule.number(), rule.words(), cells.stream().map(Outcome::cell).toList()));
    row(out, "27", "bytes per acquire and close", bytes);
    return out.toString();
  }

  private static void row(StringBuilder out, String number, String words, List<String> cells) {
    out.append("| ").append(number).append(" | ").append(words);
    cells.forEach(cell -> out.append(" | ").append(cell));
    out.append(" |\n");
  }

  private static String bytes(PoolAdapter pool) {
    try {
      return String.format("%.1f B", Conformance.bytesPerClaim(pool));
    } catch (Exception e) {
      // A pool that cannot even do this is shown with what it threw: the other columns are worth printing.
      return "not measured (" + e + ")";
    }
  }

  private static String machine() {
    return String.format("JDK %s (%s), %s %s, %d processors.", Runtime.version(), System.getProperty("java.vm.name"), System.getProperty("os.name"),
        System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors());
  }
}
