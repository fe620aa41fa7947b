package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.OrphanReport;
import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Process;
import dev.lifecycle.casestudies.measure.Recorder;
import dev.lifecycle.casestudies.net.HttpService;
import dev.lifecycle.casestudies.net.LoopbackClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Redeploys one side under load and counts what stays. */
final class SideRun {
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Settings settings;
  private final Side side;
  private final LiveWork work = new LiveWork();
  private final List<Point> orphans = new ArrayList<>();

  SideRun(Settings settings, Side side) {
    this.settings = settings;
    this.side = side;
  }

  Measured run() throws Exception {
    byte[] answer = new byte[2_048];
    Process.settle();
    try (Recorder recorder = new Recorder(work, Duration.ofMillis(100));
        HttpService service = new HttpService(8, exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          try (exchange) {
            exchange.getResponseBody().write(answer);
          }
        })) {
      return measure(new JobRunner(LoopbackClient.create(), service.uri("/"), recorder), recorder);
    } finally {
      side.release();
    }
  }

  private Measured measure(JobRunner runner, Recorder recorder) throws Exception {
    Deployment deployment = new Deployment(side.deploy(runner, work.part()));
    StubbornWorker stubborn = new StubbornWorker(work);
    try {
      OrphanReport named;
      Paced load = Paced.start("case-load", settings.tick(), i -> submit(deployment));
      try {
        redeploy(deployment, () -> side.deploy(runner, work.part()), recorder);
        deployment.redeploy(() -> side.deploy(runner, work.part(), stubborn));
        named = side.named(deployment.redeploy(() -> side.deploy(runner, work.part())));
      } finally {
        load.close();
      }
      Paced.pause(SETTLE);
      deployment.stop();
      Paced.pause(SETTLE);
      recorder.heap();
      recorder.stop();
      int left = work.count();
      stubborn.release();
      Paced.pause(SETTLE);
      return new Measured(recorder, List.copyOf(orphans), left, work.count(), named,
          deployment.submittedCount(), deployment.refusedCount(), runner.doneCount(), runner.failedCount());
    } finally {
      stubborn.release();
    }
  }

  private void submit(Deployment deployment) {
    for (int i = 0; i < settings.jobsPerTick(); i++) {
      deployment.submit();
    }
  }

  /** The workers of a stopped deployment are counted one period later: whoever was only finishing a job is no orphan. */
  private void redeploy(Deployment deployment, Supplier<Dispatcher> factory, Recorder recorder) throws Exception {
    Dispatcher[] stopped = new Dispatcher[1];
    Paced.run("case-redeploy", settings.period(), settings.redeployments() + 1, i -> {
      if (i > 0) {
        orphans.add(new Point(recorder.seconds(), stopped[0].liveWorkers()));
      }
      if (i < settings.redeployments()) {
        stopped[0] = deployment.redeploy(factory);
      }
      if (i % settings.heapEvery() == 0) {
        recorder.heap();
      }
    });
  }

  /**
   * How much of everything.
   *
   * @param redeployments how many
   * @param workers per deployment
   * @param period between two redeployments
   * @param tick between two submissions
   * @param jobsPerTick jobs per submission
   * @param heapEvery how many redeployments between two looks at the heap
   */
  record Settings(int redeployments, int workers, Duration period, Duration tick, int jobsPerTick, int heapEvery) {}

  /**
   * What was measured.
   *
   * @param orphans workers left by each redeployment
   * @param left workers left at the end of everything, the stubborn one included
   * @param leftAfterRelease the same once the stubborn worker was allowed to end
   * @param named the report that names the stubborn worker, if there was one
   */
  record Measured(Recorder recorder, List<Point> orphans, int left, int leftAfterRelease, @Nullable OrphanReport named,
      long submitted, long refused, long done, long failed) {}
}
