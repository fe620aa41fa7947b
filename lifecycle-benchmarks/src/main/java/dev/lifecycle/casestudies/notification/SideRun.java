package dev.lifecycle.casestudies.notification;

import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Process;
import dev.lifecycle.casestudies.measure.Recorder;
import dev.lifecycle.casestudies.measure.Statistics;
import dev.lifecycle.casestudies.net.LoopbackClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/** Sends notifications while the dependency is well, fails, and is well again. */
final class SideRun {
  private static final Duration TICK = Duration.ofMillis(20);

  private final LiveWork work = new LiveWork();
  private final Phases phases;

  SideRun(Phases phases) {
    this.phases = phases;
  }

  Measured run(Factory factory) throws Exception {
    Process.settle();
    try (Recorder recorder = new Recorder(work, Duration.ofMillis(100));
        Dependency dependency = new Dependency()) {
      Acknowledgements acks = new Acknowledgements(dependency.subscriber());
      Tally tally = new Tally(work, recorder);
      try (Sender sender = factory.create(LoopbackClient.create(), dependency.uri(), acks, tally)) {
        phase(sender, tally, phases.well());
        dependency.fail();
        phase(sender, tally, phases.failing());
        dependency.recover();
        // What was sent last gets the time that every notification gets.
        Paced.pause(phases.timeout().plus(phases.slack()));
        int left = work.count();
        int failedBefore = tally.failed().get();
        phase(sender, tally, phases.well());
        Paced.pause(phases.timeout().plus(phases.slack()));
        recorder.heap();
        recorder.stop();
        return new Measured(recorder, tally, left, work.count(), acks.expected(), tally.failed().get() - failedBefore, maxWait(recorder));
      }
    }
  }

  private void phase(Sender sender, Tally tally, int notifications) throws Exception {
    Paced.run("case-load", TICK, notifications, i -> {
      sender.send(new Notification(tally.sent().getAndIncrement()));
      if (i % 25 == 0) {
        tally.recorder().heap();
      }
    });
  }

  private double maxWait(Recorder recorder) {
    double ended = Statistics.max(recorder.latencies().stream().map(Point::value).toList());
    return Math.max(ended, work.oldestMillis());
  }

  /** Makes the sender of a side. */
  @FunctionalInterface
  interface Factory {
    Sender create(HttpClient client, URI service, Acknowledgements acks, Tally tally);
  }

  /**
   * How long, in notifications at 50 a second.
   *
   * @param well before, and again after, the failing phase
   * @param failing while the dependency fails
   * @param timeout the deadline of a notification on our side
   * @param slack what a wait may take beyond the deadline
   */
  record Phases(int well, int failing, Duration timeout, Duration slack) {}

  /**
   * What was measured.
   *
   * @param leftAfterFailing notifications and deliveries under way when the failing phase was over and every deadline had passed
   * @param leftAtEnd the same at the end
   * @param expected acknowledgements that somebody still expects
   * @param failedAfter notifications that failed when the dependency was well again
   * @param maxWait the longest wait, in milliseconds, those that go on included
   */
  record Measured(Recorder recorder, Tally tally, int leftAfterFailing, int leftAtEnd, int expected, int failedAfter, double maxWait) {}
}
