package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.Context;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher with lifecycle: a deployment is a supervisor of workers, a schedule and the receipts in the application's pool, and shutting it down ends
 * them wherever they wait.
 *
 * <p>A worker lets what it did not expect out, and is started again with a new buffer. A job stays open until its receipt is there, so that what the shutdown
 * cut off goes to the next deployment.
 */
final class SupervisedDispatcher implements Dispatcher {
  private static final int MOST_JOBS = 10_000;
  private static final Duration DRAIN = Duration.ofMillis(100);
  private static final Duration GRACE = Duration.ofMillis(200);
  private static final RestartPolicy RESTART = RestartPolicy.onFailure().backoff(Duration.ofMillis(1), Duration.ofMillis(20)).limit(100, Duration.ofSeconds(1));

  private static final Set<Service.Status> ENDS = EnumSet.of(Service.Status.STOPPED, Service.Status.COMPLETED, Service.Status.FAILED);

  private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(MOST_JOBS);
  private final Set<Job> open = ConcurrentHashMap.newKeySet();
  private final JobRunner runner;
  private final LiveWork live;
  private final Supervisor supervisor;
  private final ExecutorService receipts;
  private final List<Service> services = new ArrayList<>();
  private @Nullable ShutdownReport report;

  SupervisedDispatcher(Supervisor application, Load load, LiveWork live, @Nullable StubbornWorker stubborn) {
    this.runner = load.runner();
    this.live = live;
    supervisor = Supervisor.open("dispatcher.deployment", o -> o.parent(application).listener(failure -> {}));
    receipts = supervisor.supervise("dispatcher.receipt", load.receipts());
    for (int i = 0; i < load.workers(); i++) {
      services.add(supervisor.service("dispatcher.worker", RESTART, () -> live.counted(this::work)));
    }
    services.add(supervisor.every("dispatcher.beat", Schedule.fixedDelay(Duration.ofMillis(BEAT_MILLIS)), runner::beat));
    if (stubborn != null) {
      services.add(supervisor.service("dispatcher.stubborn", RESTART, stubborn::refuseToStop));
    }
  }

  private @Nullable Void work() throws IOException, InterruptedException {
    byte[] buffer = new byte[WORKER_BUFFER];
    while (true) {
      Job job = jobs.take();
      open.add(job);
      try {
        runner.run(job, buffer);
      } catch (IOException | IllegalStateException e) {
        failedUnlessCutOff(job);
        throw e;
      }
      receipts.submit(() -> live.counted(() -> receipt(job)));
    }
  }

  private @Nullable Void receipt(Job job) throws InterruptedException {
    try {
      runner.receipt(job);
      open.remove(job);
    } catch (IOException e) {
      failedUnlessCutOff(job);
    }
    return null;
  }

  /** A client may answer an interrupt with an IOException: the job has not failed then, and is the next deployment's. */
  private void failedUnlessCutOff(Job job) {
    if (!Context.current().isCancelled()) {
      runner.failed();
      open.remove(job);
    }
  }

  @Override
  public boolean submit(Job job) {
    return jobs.offer(job);
  }

  @Override
  public List<Job> stop() throws InterruptedException {
    report = supervisor.shutdown(DRAIN, GRACE);
    List<Job> left = new ArrayList<>(open); // nothing runs any more that could change it
    jobs.drainTo(left);
    return left;
  }

  @Override
  public int liveWork() {
    return live.count();
  }

  @Override
  public Stops said() {
    if (report == null) {
      return Stops.NONE;
    }
    long restarts = services.stream().mapToLong(Service::restarts).sum();
    long notStopped = services.stream().filter(s -> !ENDS.contains(s.status())).count();
    return Stops.of(report, restarts, notStopped);
  }
}
