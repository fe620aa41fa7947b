package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.Context;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The dispatcher with lifecycle: a deployment is a scope, and closing it ends the workers wherever they wait. */
final class ScopedDispatcher implements Dispatcher {
  private static final int MOST_JOBS = 10_000;

  private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(MOST_JOBS);
  private final Queue<Job> interrupted = new ConcurrentLinkedQueue<>();
  private final JobRunner runner;
  private final LiveWork live;
  private final Scope scope;
  private @Nullable OrphanReport orphans;

  ScopedDispatcher(int workers, JobRunner runner, LiveWork live, UnaryOperator<ScopeOptions> options, @Nullable StubbornWorker stubborn) {
    this.runner = runner;
    this.live = live;
    scope = Scope.open("dispatcher.deployment", o -> options.apply(o.policy(Policy.SUPERVISE)));
    for (int i = 0; i < workers; i++) {
      scope.start("dispatcher.worker", () -> live.counted(this::work));
    }
    if (stubborn != null) {
      scope.start("dispatcher.stubborn", stubborn::refuseToStop);
    }
  }

  private @Nullable Void work() throws InterruptedException {
    byte[] buffer = new byte[WORKER_BUFFER];
    // Asked each time round: a client may answer an interrupt with an IOException, and the flag is gone then.
    while (!Context.current().isCancelled()) {
      Job job = jobs.take();
      try {
        runner.run(job, buffer);
      } catch (IOException e) {
        notDone(job);
      } catch (InterruptedException e) {
        interrupted.add(job);
        throw e;
      }
    }
    return null;
  }

  private void notDone(Job job) {
    if (Context.current().isCancelled()) {
      interrupted.add(job);
    } else {
      runner.failed();
    }
  }

  @Override
  public boolean submit(Job job) {
    return jobs.offer(job);
  }

  @Override
  public List<Job> stop() {
    try {
      scope.close();
    } catch (OrphanedTasksException e) {
      orphans = e.report();
    }
    List<Job> left = new ArrayList<>(interrupted);
    jobs.drainTo(left);
    return left;
  }

  @Override
  public int liveWorkers() {
    return live.count();
  }

  /** What the close reported as still running; null if nothing was. */
  @Nullable OrphanReport orphans() {
    return orphans;
  }
}
