package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.LiveWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher as found: a flag, a queue, a pool and a timer. {@code shutdown} lets running tasks finish, and a worker that waits in {@code take} on a
 * queue which nobody feeds any more never reads the flag again.
 */
final class FoundDispatcher implements Dispatcher {
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final JobRunner runner;
  private final LiveWork live;
  private final ExecutorService receipts;
  private final ExecutorService pool;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private volatile boolean running = true;

  FoundDispatcher(Load load, LiveWork live, @Nullable StubbornWorker stubborn) {
    this.runner = load.runner();
    this.live = live;
    this.receipts = load.receipts();
    pool = Executors.newFixedThreadPool(load.workers() + (stubborn == null ? 0 : 1));
    for (int i = 0; i < load.workers(); i++) {
      pool.submit(() -> live.counted(this::work));
    }
    timer.scheduleWithFixedDelay(runner::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
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
        receipts.submit(() -> live.counted(() -> receipt(job)));
      } catch (IOException | IllegalStateException e) {
        runner.failed();
      }
    }
    return null;
  }

  private @Nullable Void receipt(Job job) throws InterruptedException {
    try {
      runner.receipt(job);
    } catch (IOException e) {
      runner.failed();
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
    timer.shutdown();
    pool.shutdown();
    // Real code waits longer and then goes on just the same; a short wait only lets the run be short.
    pool.awaitTermination(20, TimeUnit.MILLISECONDS);
    List<Job> left = new ArrayList<>();
    jobs.drainTo(left);
    return left;
  }

  @Override
  public int liveWork() {
    return live.count();
  }

  /** For the end of the measurement: what an operator does by killing the process. */
  ExecutorService pool() {
    return pool;
  }
}
