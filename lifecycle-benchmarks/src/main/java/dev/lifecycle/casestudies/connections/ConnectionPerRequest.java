package dev.lifecycle.casestudies.connections;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.connections.Pressure.Shares;
import dev.lifecycle.casestudies.connections.SideRun.Load;
import dev.lifecycle.casestudies.connections.SideRun.Measured;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.report.Plot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Case 7. */
public final class ConnectionPerRequest implements CaseStudy {
  private static final int LEAST_PERCENT = 70;
  private static final int THREADS = 16;
  private static final int CONNECTIONS = 4;

  private static final Duration HOLD = ofMillis(1); // some times as long as a request needs

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String name() {
    return "connection wrappers, one per request";
  }

  @Override
  public List<String> story() {
    return List.of(
        "Requests come in bursts, " + THREADS + " threads answer them: each reads one row by its key from an H2 database on loopback, through JDBC over TCP. What "
            + "the database itself allocates is not counted, though it runs in the same JVM.",
        "As found: a connection per request, by DriverManager. It is closed as it should be: nothing leaks, but each request pays for a connection.",
        "With lifecycle: a DataSource over an ObjectPool of " + CONNECTIONS + " connections. Fewer than threads, so that they must wait for each other.",
        "Both sides are warmed up by some bursts that are not counted, so that neither is judged by cold code.",
        "Then the " + THREADS + " threads claim a connection of the pool, hold it for " + HOLD.toMillis() + " ms and come again, so that most always wait: whether "
            + "anybody starves shows in the fewest claims of a thread by the most, and in the longest wait. A pool that serves the newest waiter first fails both.");
  }

  @Override
  public String reportFigure() {
    return "allocations -70 %";
  }

  @Override
  public String goal() {
    return "connections opened and bytes per request at least " + LEAST_PERCENT + " % less; no starved waiter";
  }

  @Override
  public Outcome run(Mode mode) throws Exception {
    Load warmUp = new Load(THREADS, mode.pick(1, 20, 50), 64, ofMillis(50));
    Load load = new Load(THREADS, mode.pick(8, 60, 1_200), 64, ofMillis(mode.pick(50, 100, 100)));
    try (Orders orders = new Orders()) {
      new SideRun(warmUp, orders).run(orders::connect);
      withPool(orders, db -> new SideRun(warmUp, orders).run(db::getConnection)); // another pool: what the measured one opens is counted
      Measured found = new SideRun(load, orders).run(orders::connect);
      Measured ours = withPool(orders, db -> new SideRun(load, orders).run(db::getConnection));
      Shares shares = withPool(orders, db -> Pressure.run(db::getConnection, THREADS, HOLD, ofMillis(mode.pick(300, 2_000, 20_000))));
      return outcome(found, ours, shares);
    }
  }

  private static <R> R withPool(Orders orders, PooledRun<R> run) throws Exception {
    try (Scope scope = Scope.open("orders")) {
      return run.with(new PooledDataSource(PooledDataSource.pool(scope, "orders.db", CONNECTIONS, orders::connect).build(), ofSeconds(30)));
    }
  }

  private interface PooledRun<R> {
    R with(DataSource db) throws Exception;
  }

  private static Outcome outcome(Measured found, Measured ours, Shares shares) {
    double fewer = percentLess(found.connections(), ours.connections());
    double less = percentLess(found.bytesPerRequest(), ours.bytesPerRequest());
    List<Check> checks = new ArrayList<>(List.of(
        new Check("connections fewer by at least " + LEAST_PERCENT + " %", percent(fewer, "fewer"), fewer >= LEAST_PERCENT),
        new Check("bytes per request less by at least " + LEAST_PERCENT + " %", percent(less, "less"), less >= LEAST_PERCENT),
        Check.exactly("requests that failed as found: 0", found.failures().size(), 0),
        Check.exactly("requests that failed with lifecycle: 0", ours.failures().size(), 0)));
    checks.addAll(shares.checks());
    List<String> notes = new ArrayList<>();
    Stream.of(found.failures(), ours.failures(), shares.failures()).flatMap(all -> all.stream().limit(1))
        .forEach(failure -> notes.add("a request failed: " + failure));
    notes.addAll(List.of(
        "under pressure: " + shares + ", where a strict line would wait " + (THREADS - CONNECTIONS) / CONNECTIONS + " holds of at least " + HOLD.toMillis() + " ms",
        "a timer of the machine was late by at most " + found.recorder().lateness() + " as found, " + ours.recorder().lateness()
            + " with lifecycle: read it beside the longest requests"));
    List<Plot> plots = List.of(
        new Plot("Connections open, as the database says", "", found.open(), ours.open()),
        new Plot("Connections opened so far", "", found.opened(), ours.opened()),
        new Plot("Request, 99th percentile", "ms", latency(found, 99), latency(ours, 99)),
        new Plot("Request, median", "ms", latency(found, 50), latency(ours, 50)),
        Plot.ofSamples("Live threads", "", found.recorder(), ours.recorder(), Sample::threads));
    return new Outcome(figures(found), figures(ours) + ": " + percent(fewer, "fewer connections, ") + percent(less, "less bytes"), checks, notes, plots);
  }

  private static double percentLess(double found, double ours) {
    return 100 * (found - ours) / found;
  }

  private static String percent(double value, String what) {
    return String.format(Locale.ROOT, "%.1f %% %s", value, what);
  }

  private static String figures(Measured m) {
    return String.format(Locale.ROOT, "%d connections opened, %.0f at once; %.1f kB per request; p50 %.1f, p99 %.1f, max %.1f ms", m.connections(), m.mostOpen(),
        m.bytesPerRequest() / 1_000, m.request(50), m.request(99), m.request(100));
  }

  private static List<Point> latency(Measured m, double percent) {
    return Statistics.windows(m.recorder().latencies(), 0.2, percent);
  }
}
