package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.Ending;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Redeploys one side under load and counts what stays. */
final class SideRun {
  private static final int FAILS_EVERY = 50;
  private static final int RECEIPT_THREADS = 4;
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Settings settings;
  private final Side side;
  private final LiveWork work = new LiveWork();
  private final List<Point> orphans = new ArrayList<>();
  private final List<Point> redeployTimes = new ArrayList<>();
  private Stops stops = Stops.NONE; // one thread redeploys at a time

  SideRun(Settings settings, Side side) {
    this.settings = settings;
    this.side = side;
  }

  Measured run() throws Exception {
    byte[] answer = new byte[2_048];
    Process.settle();
    ExecutorService receipts = Executors.newFixedThreadPool(RECEIPT_THREADS);
    try (Recorder recorder = new Recorder(work, Duration.ofMillis(100));
        HttpService service = new HttpService(8, exchange -> {
          exchange.sendResponseHeaders(status(exchange.getRequestURI().getPath()), answer.length);
          try (exchange) {
            exchange.getResponseBody().write(answer);
          }
        })) {
      return measure(new Load(settings.workers(), new JobRunner(LoopbackClient.create(), service.uri("/"), recorder), receipts), recorder);
    } finally {
      side.release();
      receipts.shutdownNow();
      Ending.await(receipts);
    }
  }

  /** Some jobs fail, whichever side asks. */
  private static int status(String path) {
    return path.startsWith("/job/") && Long.parseLong(path.substring("/job/".length())) % FAILS_EVERY == 0 ? 500 : 200;
  }

  private Measured measure(Load load, Recorder recorder) throws Exception {
    Deployment deployment = new Deployment(deploy(load, null));
    StubbornWorker stubborn = new StubbornWorker(work);
    try {
      Paced submissions = Paced.start("case-load", settings.tick(), i -> submit(deployment));
      try {
        redeploy(deployment, load, recorder);
        redeploy(deployment, load, stubborn);
        redeploy(deployment, load, (StubbornWorker) null);
      } finally {
        submissions.close();
      }
      Paced.pause(SETTLE);
      stops = stops.and(deployment.stop().said());
      Paced.pause(SETTLE);
      recorder.heap();
      recorder.stop();
      int left = work.count();
      boolean poolLives = !load.receipts().isShutdown();
      stubborn.release();
      Paced.pause(SETTLE);
      return new Measured(recorder, List.copyOf(orphans), List.copyOf(redeployTimes), stops, left, work.count(), poolLives,
          new Jobs(deployment.submittedCount(), deployment.refusedCount(), load.runner().doneCount(), load.runner().failedCount()),
          load.runner().beatCount());
    } finally {
      stubborn.release();
    }
  }

  private Dispatcher deploy(Load load, @Nullable StubbornWorker stubborn) {
    return side.deploy(load, work.part(), stubborn);
  }

  private Dispatcher redeploy(Deployment deployment, Load load, @Nullable StubbornWorker stubborn) throws InterruptedException {
    Dispatcher stopped = deployment.redeploy(() -> deploy(load, stubborn));
    stops = stops.and(stopped.said());
    return stopped;
  }

  private void submit(Deployment deployment) {
    for (int i = 0; i < settings.jobsPerTick(); i++) {
      deployment.submit();
    }
  }

  /** What is left of a stopped deployment is counted one period later: whoever was only finishing a job is no orphan. */
  private void redeploy(Deployment deployment, Load load, Recorder recorder) throws Exception {
    Dispatcher[] stopped = new Dispatcher[1];
    Paced.run("case-redeploy", settings.period(), settings.redeployments() + 1, i -> {
      if (i > 0) {
        orphans.add(new Point(recorder.seconds(), stopped[0].liveWork()));
      }
      if (i < settings.redeployments()) {
        long start = System.nanoTime();
        stopped[0] = redeploy(deployment, load, (StubbornWorker) null);
        redeployTimes.add(new Point(recorder.seconds(), (System.nanoTime() - start) / 1e6));
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
   * @param orphans bodies left by each redeployment
   * @param redeployTimes how long each redeployment took, in milliseconds
   * @param left bodies left at the end of everything, the stubborn one included
   * @param leftAfterRelease the same once the stubborn worker was allowed to end
   * @param poolLives whether the application's pool was left alone
   */
  record Measured(Recorder recorder, List<Point> orphans, List<Point> redeployTimes, Stops stops, int left, int leftAfterRelease, boolean poolLives,
      Jobs jobs, long beats) {}

  /** Where the jobs went. */
  record Jobs(long submitted, long refused, long done, long failed) {
    /** Those that are in no other figure: 0, or jobs were lost or done twice. */
    long unaccounted() {
      return submitted - refused - done - failed;
    }

    @Override
    public String toString() {
      return submitted + "/" + done + "/" + failed;
    }
  }
}
