package dev.lifecycle.casestudies.burst;

import dev.lifecycle.casestudies.CaseStudy;
import dev.lifecycle.casestudies.Check;
import dev.lifecycle.casestudies.Mode;
import dev.lifecycle.casestudies.Outcome;
import dev.lifecycle.casestudies.burst.SideRun.Bursts;
import dev.lifecycle.casestudies.burst.SideRun.Measured;
import dev.lifecycle.casestudies.measure.Sample;
import dev.lifecycle.casestudies.report.Plot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Case 12. */
public final class BurstsOfEvents implements CaseStudy {
  private static final int LEAST_PERCENT = 65;
  private static final int POOL = 4;

  @Override
  public int number() {
    return 12;
  }

  @Override
  public String name() {
    return "bursts of allocation cause pauses";
  }

  @Override
  public List<String> story() {
    return List.of(
        "Requests come in bursts; each leaves an event of about a thousand characters, which goes into a file as a line of JSON. The request does not "
            + "wait for that. Pause time is what the JVM's own beans say of its collectors, from the first burst until all is stored; both sides run in one JVM.",
        "As found: a task per event on a pool of " + POOL + " threads. It makes a string of the event and appends that to the file by Files.newBufferedWriter, "
            + "with the buffers of an encoder and a writer for each. What the pool has not come to waits in its queue, which has no bound.",
        "With lifecycle: a Batcher in a scope hands up to 500 events at a time, after 5 ms at the latest, to an action that writes them into one buffer "
            + "and that to one open file. The queue has a bound; past it requests would wait.");
  }

  @Override
  public String reportFigure() {
    return "pauses -65 %";
  }

  @Override
  public String goal() {
    return "pause time at least " + LEAST_PERCENT + " % less, side by side; every event stored";
  }

  @Override
  public Outcome run(Mode mode) throws Exception {
    Bursts bursts = new Bursts(mode.pick(4, 20, 600), mode.pick(4_000, 15_000, 15_000), Duration.ofMillis(mode.pick(100, 200, 200)));
    Path directory = Files.createTempDirectory("lifecycle-case-12-");
    try {
      Path foundFile = directory.resolve("found.jsonl");
      Path ourFile = directory.resolve("ours.jsonl");
      Measured found = new SideRun(bursts, foundFile).run(() -> new FoundStore(foundFile, POOL));
      Measured ours = new SideRun(bursts, ourFile).run(() -> new BatchedStore(ourFile));
      return outcome(bursts, found, ours);
    } finally {
      Files.deleteIfExists(directory);
    }
  }

  private static Outcome outcome(Bursts bursts, Measured found, Measured ours) {
    double percent = found.pauseMillis() == 0 ? Double.NaN : 100.0 * (found.pauseMillis() - ours.pauseMillis()) / found.pauseMillis();
    String less = Double.isNaN(percent) ? "no pause to compare with" : String.format(Locale.ROOT, "%.0f %% less", percent);
    List<Check> checks = List.of(
        new Check("pause time less by at least " + LEAST_PERCENT + " %", less, percent >= LEAST_PERCENT),
        Check.exactly("events stored as found: " + bursts.all(), found.lines(), bursts.all()),
        Check.exactly("events stored with lifecycle: " + bursts.all(), ours.lines(), bursts.all()));
    List<String> notes = List.of(
        String.format(Locale.ROOT, "pause time: %d ms in %d pauses as found, %d ms in %d with lifecycle", found.pauseMillis(), found.pauseCount(),
            ours.pauseMillis(), ours.pauseCount()),
        String.format(Locale.ROOT, "most events that waited to be stored: %.0f as found, %.0f with lifecycle", most(found), most(ours)),
        "the machine itself was late by " + found.recorder().lateness() + " as found, " + ours.recorder().lateness()
            + " with lifecycle: read it beside the longest requests");
    List<Plot> plots = List.of(
        new Plot("Pause time so far", "ms", found.pauses(), ours.pauses()),
        new Plot("Longest request of a burst", "ms", found.longest(), ours.longest()),
        new Plot("Heap in use", "MB", found.heaps(), ours.heaps()),
        new Plot("Events that wait to be stored", "", found.backlog(), ours.backlog()),
        Plot.ofSamples("Live threads", "", found.recorder(), ours.recorder(), Sample::threads));
    return new Outcome(figures(found), figures(ours) + ": " + less, checks, notes, plots);
  }

  private static double most(Measured m) {
    return m.backlog().stream().mapToDouble(p -> p.value()).max().orElse(0);
  }

  private static String figures(Measured m) {
    return String.format(Locale.ROOT, "%d ms stopped in %.1f s (%.2f %%); request p99.9 %.0f us, longest %.0f ms", m.pauseMillis(), m.seconds(),
        m.pauseMillis() / m.seconds() / 10, 1_000 * m.accept(99.9), m.accept(100));
  }
}
