package dev.lifecycle.casestudies.connections;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.lifecycle.Scope;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.connections.SideRun.Load;
import dev.lifecycle.casestudies.connections.SideRun.Measured;
import dev.lifecycle.casestudies.connections.SideRun.Share;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.report.Plot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Case 7. */
public final class ConnectionPerRequest implements CaseStudy {
  private static final int LEAST_PERCENT = 70;
  private static final int THREADS = 16;
  private static final int CONNECTIONS = 4;

  /** The most that a thread may get less than another, and the longest that one may wait for a connection: far above what a fair line does on a busy machine. */
  private static final double LEAST_EVENNESS = 0.5;
  private static final long MOST_WAIT_MILLIS = 250;

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
        "With lifecycle: a DataSource over an ObjectPool of " + CONNECTIONS + " connections. Fewer than threads, so that they must wait for each other: in a burst the "
            + "longest wait and what each thread gets show whether anybody starves.");
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
    Load load = new Load(THREADS, mode.pick(8, 60, 1_200), 64, ofMillis(mode.pick(50, 100, 100)));
    try (Orders orders = new Orders()) {
      Measured found = new SideRun(load, orders).run(orders::connect);
      Measured ours;
      try (Scope scope = Scope.open("orders")) {
        DataSource db = new PooledDataSource(PooledDataSource.pool(scope, "orders.db", CONNECTIONS, orders::connect).build(), ofSeconds(5));
        ours = new SideRun(load, orders).run(db::getConnection);
      }
      return outcome(load, found, ours);
    }
  }

  private static Outcome outcome(Load load, Measured found, Measured ours) {
    double fewer = percentLess(found.connections(), ours.connections());
    double less = percentLess(found.bytesPerRequest(), ours.bytesPerRequest());
    List<Check> checks = List.of(
        new Check("connections fewer by at least " + LEAST_PERCENT + " %", percent(fewer, "fewer"), fewer >= LEAST_PERCENT),
        new Check("bytes per request less by at least " + LEAST_PERCENT + " %", percent(less, "less"), less >= LEAST_PERCENT),
        Check.exactly("requests that failed as found: 0", found.failures().size(), 0),
        Check.exactly("requests that failed with lifecycle: 0", ours.failures().size(), 0),
        Check.exactly("threads that got a connection: " + load.threads(), ours.shares().size(), load.threads()),
        Check.atMost("longest wait for a connection in ms, at most " + MOST_WAIT_MILLIS, (long) Math.ceil(ours.longestWait()), MOST_WAIT_MILLIS),
        new Check("smallest share of a thread by the largest, at least " + LEAST_EVENNESS, String.format(Locale.ROOT, "%.2f", ours.evenness()),
            ours.evenness() >= LEAST_EVENNESS));
    List<String> notes = new ArrayList<>();
    Stream.of(found, ours).flatMap(m -> m.failures().stream().limit(1)).forEach(failure -> notes.add("a request failed: " + failure));
    notes.addAll(List.of(
        "requests, mean and longest wait for a connection of each thread, as found: " + perThread(found),
        "the same with lifecycle: " + perThread(ours),
        "a timer of the machine was late by at most " + found.recorder().lateness() + " as found, " + ours.recorder().lateness()
            + " with lifecycle: read it beside the longest waits"));
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
    return String.format(Locale.ROOT, "%d connections opened, %.0f at once; %.1f kB per request; p50 %.1f, p99 %.1f, max %.1f ms; longest wait for one %.1f ms, "
        + "smallest share of a thread by the largest %.2f", m.connections(), m.mostOpen(), m.bytesPerRequest() / 1_000, m.request(50), m.request(99),
        m.request(100), m.longestWait(), m.evenness());
  }

  private static String perThread(Measured m) {
    return m.shares().stream().sorted(Comparator.comparingLong(Share::requests))
        .map(s -> String.format(Locale.ROOT, "%d %.1f %.1f ms", s.requests(), s.mean(), s.longest()))
        .collect(Collectors.joining(", "));
  }

  private static List<Point> latency(Measured m, double percent) {
    return Statistics.windows(m.recorder().latencies(), 0.2, percent);
  }
}
