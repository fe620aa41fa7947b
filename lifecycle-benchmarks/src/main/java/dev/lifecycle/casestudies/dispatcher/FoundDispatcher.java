package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.LiveWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher as found: a flag, a queue and a pool. {@code shutdown} lets running tasks finish, and a worker that waits in {@code take} on a queue
 * which nobody feeds any more never reads the flag again.
 */
final class FoundDispatcher implements Dispatcher {
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final JobRunner runner;
  private final LiveWork live;
  private final ExecutorService pool;
  private volatile boolean running = true;

  FoundDispatcher(int workers, JobRunner runner, LiveWork live, @Nullable StubbornWorker stubborn) {
    this.runner = runner;
    this.live = live;
    pool = Executors.newFixedThreadPool(workers + (stubborn == null ? 0 : 1));
    for (int i = 0; i < workers; i++) {
      pool.submit(() -> live.counted(this::work));
    }
    if (stubborn != null) {
      pool.submit(stubborn::refuseToStop);
    }
  }

  private @Nullable Void work() throws InterruptedException {
    byte[] buffer = new byte[WORKER_BUFFER];
    while (running) {
      Job job = jobs.take();
      try {
        runner.run(job, buffer);
      } catch (IOException e) {
        runner.failed();
      }
    }
    return null;
  }

  @Override
  public boolean submit(Job job) {
    return jobs.add(job);
  }

  @Override
  public List<Job> stop() throws InterruptedException {
    running = false;
    pool.shutdown();
    // Real code waits longer and then goes on just the same; a short wait only lets the run be short.
    pool.awaitTermination(20, TimeUnit.MILLISECONDS);
    List<Job> left = new ArrayList<>();
    jobs.drainTo(left);
    return left;
  }

  @Override
  public int liveWorkers() {
    return live.count();
  }

  /** For the end of the measurement: what an operator does by killing the process. */
  ExecutorService pool() {
    return pool;
  }
}
