package dev.lifecycle.casestudies.notification;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.notification.SideRun.Measured;
import dev.lifecycle.casestudies.notification.SideRun.Phases;
import dev.lifecycle.casestudies.report.Plot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Case 8. */
public final class FailingDependency implements CaseStudy {
  /** For the scheduler of a busy machine. The waits that this case is about have no end. */
  private static final Duration SLACK = Duration.ofMillis(250);

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String name() {
    return "notifications that wait for ever on errors";
  }

  @Override
  public List<String> story() {
    return List.of(
        "A subsystem sends notifications, each over three channels at once: a request by HTTP, then an acknowledgement on another connection. For a "
            + "while the service behind fails in two of five deliveries: it cuts the connection, answers 500, never answers or never acknowledges.",
        "As found: the error of a request is logged, and the future of its acknowledgement is awaited without a timeout. A failed delivery keeps its "
            + "thread, and so does the notification that waits for it.",
        "With lifecycle: a notification is a Scope.call with a deadline that forks its channels. The first failure ends the others, the deadline "
            + "ends the silent ones, and the caller is told.");
  }

  @Override
  public String reportFigure() {
    return "leaks -95 %";
  }

  @Override
  public String goal() {
    return "0 left after a failing dependency, waits at most the deadline and " + SLACK.toMillis() + " ms";
  }

  @Override
  public Outcome run(Mode mode) throws Exception {
    Phases phases = new Phases(mode.pick(8, 75, 500), mode.pick(20, 150, 1_000), Duration.ofMillis(mode.pick(200, 500, 500)), SLACK);
    Measured found = new SideRun(phases).run(FoundSender::new);
    Measured ours = new SideRun(phases).run((client, service, acks, tally) -> new ScopedSender(client, service, acks, tally, phases.timeout()));
    List<Plot> plots = new ArrayList<>(Plot.standard("notifications and deliveries", found.recorder(), ours.recorder()));
    plots.add(Plot.ofSamples("Longest wait that goes on", "ms", found.recorder(), ours.recorder(), Sample::oldestMillis));
    plots.add(new Plot("Notification that ended, 99th percentile", "ms", latency(found), latency(ours)));
    List<String> notes = List.of(
        "notifications sent/delivered/failed and told: as found " + ends(found) + "; with lifecycle " + ends(ours),
        "what the callers were told with lifecycle: " + ours.tally().reasons(),
        "a timer of the machine was late by at most " + ours.recorder().lateness() + " meanwhile, which is in the longest wait",
        "acknowledgements still expected at the end: as found " + found.expected() + "; with lifecycle " + ours.expected());
    return new Outcome(figures(found), figures(ours) + " (deadline " + phases.timeout().toMillis() + " ms)", checks(ours, phases), notes, plots);
  }

  private static List<Check> checks(Measured ours, Phases phases) {
    Tally tally = ours.tally();
    long limit = phases.timeout().plus(phases.slack()).toMillis();
    return List.of(
        Check.exactly("left when the failing phase is over: 0", ours.leftAfterFailing(), 0),
        Check.exactly("left at the end: 0", ours.leftAtEnd(), 0),
        Check.exactly("acknowledgements still expected: 0", ours.expected(), 0),
        Check.atMost("longest wait in ms, at most " + limit, (long) Math.ceil(ours.maxWait()), limit),
        new Check("the failing phase made notifications fail", tally.failed() + " failed", tally.failed().get() > 0),
        Check.exactly("notifications that neither were delivered nor failed: 0",
            tally.sent().get() - tally.delivered().get() - tally.failed().get(), 0),
        Check.exactly("notifications that failed when the dependency was well again: 0", ours.failedAfter(), 0));
  }

  private static String figures(Measured m) {
    int threads = m.recorder().samples().stream().mapToInt(Sample::threads).max().orElse(0);
    return String.format(Locale.ROOT, "%d left after the failing phase, %d at the end, threads up to %d, longest wait %.0f ms%s",
        m.leftAfterFailing(), m.leftAtEnd(), threads, m.maxWait(), m.leftAtEnd() > 0 ? " and goes on" : "");
  }

  private static String ends(Measured m) {
    return m.tally().sent() + "/" + m.tally().delivered() + "/" + m.tally().failed();
  }

  private static List<Point> latency(Measured m) {
    return Statistics.windows(m.recorder().latencies(), 0.5, 99);
  }
}
