package dev.lifecycle.casestudies.blocking;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.blocking.ScopedCalls.Limits;
import dev.lifecycle.casestudies.blocking.SideRun.Measured;
import dev.lifecycle.casestudies.blocking.SideRun.Waves;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.report.Naming;
import dev.lifecycle.casestudies.report.Plot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Case 9. */
public final class UnansweredCalls implements CaseStudy {
  /** What the library may take beyond the grace before it gives a task up, by its contract. */
  private static final long GIVE_UP_MILLIS = 250;

  /** For the scheduler of a busy machine; what is usual stands in the row. */
  private static final long MOST_OVERSHOOT_MILLIS = 250;

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String name() {
    return "I/O without timeouts";
  }

  @Override
  public List<String> story() {
    return List.of(
        "Waves of calls go to a server that accepts every connection and never answers: reads from sockets, HTTP requests, and calls into somebody "
            + "else's class that hides its socket or waits for a lock.",
        "As found: no call has a timeout, since none of the defaults has one. Each keeps its thread and its connection.",
        "With lifecycle: every call has a deadline. A socket is closed by closeOnCancel, a request is interrupted. Where there is no handle, the "
            + "call is given up after its grace, and the task that goes on is named with its live stack.");
  }

  @Override
  public String reportFigure() {
    return "-";
  }

  @Override
  public String goal() {
    return "every call ends by its deadline, what waits on is named within its grace and " + GIVE_UP_MILLIS + " ms";
  }

  @Override
  public Outcome run(Mode mode) throws Exception {
    Waves waves = new Waves(mode.pick(2, 9, 30), mode.pick(20, 80, 60), Duration.ofMillis(mode.pick(700, 800, 1_000)));
    Limits limits = new Limits(Duration.ofMillis(mode.pick(200, 250, 250)), Duration.ofMillis(100));
    Measured found = new SideRun(waves).run(FoundCalls::new, () -> {});
    Witness witness = new Witness();
    int[] orphans = new int[1];
    Measured ours = new SideRun(waves)
        .run((server, client, gateway) -> new ScopedCalls(server, client, gateway, limits, witness), () -> orphans[0] = witness.liveBodies());
    for (int i = 0; i < 50 && witness.liveBodies() > 0; i++) {
      Paced.pause(Duration.ofMillis(100));
    }
    return outcome(found, ours, witness, orphans[0], limits);
  }

  private static Outcome outcome(Measured found, Measured ours, Witness witness, int orphans, Limits limits) {
    List<String> notes = new ArrayList<>();
    witness.reports().stream().sorted((a, b) -> Long.compare(a.report().taskId(), b.report().taskId())).limit(2)
        .forEach(n -> notes.add("named: task t-" + n.report().taskId() + " \"" + n.report().purpose() + "\" of scope " + n.report().scope() + ", "
            + Math.round(n.afterMillis() - limits.timeout().toMillis()) + " ms after the deadline, " + Naming.at(n.report().stack())));
    notes.add("a timer of the machine was late by at most " + ours.recorder().lateness() + " meanwhile, which is in these times");
    notes.add("how calls ended with lifecycle: " + ours.outcomes());
    List<Plot> plots = new ArrayList<>(Plot.standard("calls", found.recorder(), ours.recorder()));
    plots.add(Plot.ofSamples("Longest wait that goes on", "ms", found.recorder(), ours.recorder(), Sample::oldestMillis));
    plots.add(new Plot("Call that ended, 99th percentile", "ms", List.of(), Statistics.windows(ours.latencies(), 0.2, 99)));
    return new Outcome(found.left() + " of " + found.made() + " calls never ended, " + found.threads() + " threads at the end",
        ours(ours, witness, orphans, limits), checks(ours, witness, limits, orphans), notes, plots);
  }

  private static String ours(Measured ours, Witness witness, int orphans, Limits limits) {
    List<Double> over = overshoot(ours, true, limits);
    String ended = String.format(Locale.ROOT, "%d of %d left; past the deadline of %d ms: p50 %.1f, p99 %.1f, max %.1f ms", ours.left(), ours.made(),
        limits.timeout().toMillis(), Statistics.median(over), Statistics.percentile(over, 99), Statistics.max(over));
    String givenUp = String.format(Locale.ROOT, "%d without a handle given up at most %.0f ms past it (grace %d ms), %d of the %d that go on named",
        witness.orphanCount(), Statistics.max(overshoot(ours, false, limits)), limits.grace().toMillis(),
        witness.orphanCount() - witness.unnamedCount(), orphans);
    return ended + "; " + givenUp;
  }

  private static List<Check> checks(Measured ours, Witness witness, Limits limits, int orphans) {
    List<Double> over = overshoot(ours, true, limits);
    long giveUp = limits.grace().toMillis() + GIVE_UP_MILLIS;
    List<Double> named = witness.reports().stream().map(n -> n.afterMillis() - limits.timeout().toMillis()).toList();
    return List.of(
        Check.exactly("calls that did not end: 0", ours.left(), 0),
        atMost("longest past the deadline in ms, at most " + MOST_OVERSHOOT_MILLIS, Statistics.max(over), MOST_OVERSHOOT_MILLIS),
        atMost("without a handle: given up in ms after the deadline, at most " + giveUp, Statistics.max(overshoot(ours, false, limits)), giveUp),
        Check.exactly("calls that ended otherwise than by their deadline: 0",
            ours.made() - ours.outcomes().getOrDefault("DeadlineExceededException", new AtomicInteger()).get(), 0),
        new Check("there were bodies that went on", orphans + " went on", orphans > 0),
        Check.exactly("tasks given up, as many as bodies that went on: " + orphans, witness.orphanCount(), orphans),
        Check.exactly("orphans that were not named with id, purpose and stack: 0", witness.unnamedCount(), 0),
        atMost("last one named in ms after the deadline, at most " + giveUp, named.isEmpty() ? 0 : Statistics.max(named), giveUp),
        Check.exactly("bodies left when the server is gone: 0", witness.liveBodies(), 0));
  }

  private static Check atMost(String condition, double measured, long limit) {
    return new Check(condition, String.format(Locale.ROOT, "%.1f", measured), measured <= limit);
  }

  private static List<Double> overshoot(Measured m, boolean handle, Limits limits) {
    return m.millis(handle).stream().map(ms -> ms - limits.timeout().toMillis()).toList();
  }
}
