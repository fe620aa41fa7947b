package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.ShutdownReport;
import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.dispatcher.SideRun.Measured;
import dev.lifecycle.casestudies.dispatcher.SideRun.Settings;
import dev.lifecycle.casestudies.measure.Flatness;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.report.Naming;
import dev.lifecycle.casestudies.report.Plot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Case 1. */
public final class RedeployedDispatcher implements CaseStudy {
  @Override
  public int number() {
    return 1;
  }

  @Override
  public String name() {
    return "job dispatcher, redeployed";
  }

  @Override
  public List<String> story() {
    return List.of(
        "A dispatcher gives jobs from a queue to its workers; each job is an HTTP call, followed by a receipt, another call, from a pool that the "
            + "application has anyway. One job in fifty fails. A timer of the deployment beats. The dispatcher is redeployed again and again while jobs keep "
            + "coming. At the end comes one more deployment with a worker that swallows every interrupt.",
        "As found: stop() clears a flag and calls shutdown() on the pool and the timer. A worker that waits in take() on the queue of the old deployment, "
            + "which nobody feeds any more, never reads the flag again. It keeps its thread and its buffer.",
        "With lifecycle: a deployment is a supervisor below the application's; its workers are services that are started again when a job fails, the beat is a "
            + "schedule, and the pool is wrapped. stop() is shutdown(drain, grace): receipts that are under way may end, then the workers are cancelled, the "
            + "last started first. What was cut off goes to the next deployment; the worker that refuses is named with its stack in the shutdown's report.");
  }

  @Override
  public String reportFigure() {
    return "orphans 150 -> under 5";
  }

  @Override
  public String goal() {
    return "0 orphans, threads and heap flat, a worker that ignores interrupts is named";
  }

  @Override
  public Outcome run(Mode mode) throws Exception {
    Settings settings = new Settings(mode.pick(8, 100, 200), mode.pick(4, 16, 12), Duration.ofMillis(mode.pick(40, 60, 300)),
        Duration.ofMillis(5), 3, mode.pick(1, 5, 5));
    Measured found = new SideRun(settings, new FoundSide()).run();
    Measured ours = new SideRun(settings, new SupervisedSide()).run();
    List<String> notes = new ArrayList<>();
    for (ShutdownReport report : ours.stops().withOrphans()) {
      report.orphans().forEach(o -> notes.add("named by shutdown(): " + Naming.line(report.supervisor(), o)));
    }
    notes.add("with lifecycle " + ours.stops().restarts() + " restarts of workers, " + ours.stops().drained() + " receipts drained and " + ours.stops().cancelled()
        + " cancelled by shutdowns; beats " + ours.beats() + ", as found " + found.beats());
    notes.add("a job that the last redeployment interrupted waits for the grace of the worker that refuses: the last peak of the latency");
    notes.add("jobs submitted/done/failed: as found " + found.jobs() + "; with lifecycle " + ours.jobs());
    List<Plot> plots = new ArrayList<>(Plot.standard("work", found.recorder(), ours.recorder()));
    plots.add(new Plot("Orphans of each redeployment", "", found.orphans(), ours.orphans()));
    plots.add(new Plot("Redeployment: start the new, stop the old", "ms", found.redeployTimes(), ours.redeployTimes()));
    plots.add(new Plot("Job, submitted to receipt, 99th percentile", "ms", latency(found), latency(ours)));
    return new Outcome(figures(found, settings), figures(ours, settings), checks(ours, settings), notes, plots);
  }

  private static List<Check> checks(Measured ours, Settings settings) {
    Flatness threads = threads(ours);
    Flatness heap = Flatness.of(ours.recorder().heaps());
    Stops stops = ours.stops();
    return List.of(
        Check.exactly("redeployments under load", ours.orphans().size(), settings.redeployments()),
        Check.exactly("most orphans left by a redeployment: 0", worst(ours), 0),
        Check.exactly("work left at the end, without the worker that refuses: 0", ours.left() - 1, 0),
        Check.exactly("work left when that one is let go: 0", ours.leftAfterRelease(), 0),
        Check.exactly("services not stopped by their shutdown, without the one that refuses: 0", stops.notStopped() - 1, 0),
        new Check("live threads flat, within 10 % and 5", threads.toString(), threads.holds(0.1, 5)),
        new Check("heap flat, within 10 % and 2 MB", heap + " MB", heap.holds(0.1, 2)),
        new Check("the worker that ignores interrupts is named with id, purpose and stack", stops.withOrphans().size() + " reports with orphans", isNamed(stops)),
        new Check("workers that failed are started again", stops.restarts() + " restarts, " + ours.jobs().failed() + " failed jobs",
            stops.restarts() > 0 && stops.restarts() <= ours.jobs().failed()),
        new Check("the application's pool is left alone", ours.poolLives() ? "it lives" : "it was shut down", ours.poolLives()),
        Check.exactly("jobs that were neither done nor failed: 0", ours.jobs().unaccounted(), 0));
  }

  private static boolean isNamed(Stops stops) {
    return stops.withOrphans().size() == 1
        && stops.withOrphans().get(0).orphans().size() == 1
        && Naming.names(stops.withOrphans().get(0).orphans().get(0), "dispatcher.stubborn", StubbornWorker.class);
  }

  /** Threads and heap from the second quarter of the run to the last, as the checks compare them. */
  private static String figures(Measured m, Settings settings) {
    int total = m.orphans().stream().mapToInt(p -> (int) p.value()).sum();
    return settings.redeployments() + " redeployments: " + total + " orphans (at most " + worst(m) + " each), threads " + threads(m) + ", heap "
        + Flatness.of(m.recorder().heaps()) + " MB (second to last quarter), a redeployment " + times(m);
  }

  private static String times(Measured m) {
    List<Double> times = m.redeployTimes().stream().map(Point::value).toList();
    return String.format(Locale.ROOT, "%.0f ms, at most %.0f", Statistics.median(times), Statistics.max(times));
  }

  private static int worst(Measured m) {
    return m.orphans().stream().mapToInt(p -> (int) p.value()).max().orElse(0);
  }

  private static Flatness threads(Measured m) {
    return Flatness.of(m.recorder().series(Sample::threads));
  }

  private static List<Point> latency(Measured m) {
    return Statistics.windows(m.recorder().latencies(), 0.5, 99);
  }
}
