package dev.lifecycle;

import dev.lifecycle.internal.Supervisors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;

/**
 * The scope of what an application keeps for its whole life: services that are restarted, work by a schedule, executors, and any task. A failure cancels
 * nobody, and the end is a shutdown in two phases: first nothing new comes in and tasks may end by themselves; then the rest is cancelled, and what ignores
 * that is named with its live stack.
 *
 * <p>A supervisor is never a child of the task that opens it, since a singleton made on first use must not die with the request that touched it first; it
 * has a parent only if {@link SupervisorOptions#parent} names one.
 *
 * <p>{@link #join} waits for what was forked and started in the supervisor itself, not for services, schedules and executors. Thread-safe; not for
 * implementing. The idea is that of Erlang/OTP's supervisors.
 */
public interface Supervisor extends Scope {
  /** Opens a supervisor with the defaults. Does not block. */
  static Supervisor open(String purpose) {
    return Supervisors.open(purpose, SupervisorOptions.defaults());
  }

  /**
   * Opens a supervisor. Does not block.
   *
   * @throws IllegalArgumentException if the purpose is malformed, the parent belongs to another lifecycle or the executor is shut down
   * @throws IllegalStateException if the parent is closed, or the JVM shuts down and {@link SupervisorOptions#closeOnJvmShutdown} is asked for
   * @throws java.util.concurrent.RejectedExecutionException if the parent is draining and the caller is no task of it
   */
  static Supervisor open(String purpose, UnaryOperator<SupervisorOptions> options) {
    return Supervisors.open(purpose, Supervisors.apply(options));
  }

  /**
   * Shuts several supervisors down side by side under one deadline, as {@link #shutdown} does each. If they depend on each other, shut them down one after
   * the other instead.
   *
   * @return the reports, in the order of the supervisors
   * @throws InterruptedException if interrupted while waiting; as for {@link #shutdown}
   */
  static List<ShutdownReport> shutdownAll(List<? extends Supervisor> supervisors, Duration drain, Duration grace) throws InterruptedException {
    return Supervisors.shutdownAll(supervisors, drain, grace);
  }

  /**
   * Starts a service: its body runs as a task, and again as the policy says. Does not wait until it is ready.
   *
   * @throws IllegalStateException if this supervisor is closed
   * @throws java.util.concurrent.RejectedExecutionException if it drains, or no thread can be had
   */
  Service service(String purpose, RestartPolicy restart, Action body);

  /** As {@link #service(String, RestartPolicy, Action)}, with options and a body that knows its service. */
  Service service(String purpose, UnaryOperator<ServiceOptions> options, Service.Body body);

  /**
   * Starts a supervisor as a service of this one. Each run opens a new one, below this one in the tree, lets {@code setup} start its services, is then ready,
   * and lasts until it has ended: in peace when all its services have completed, with a failure when one has failed for good, see {@link ServiceFailure}.
   */
  Service supervisor(String purpose, RestartPolicy restart, UnaryOperator<SupervisorOptions> options, Setup setup);

  /**
   * Runs an action by a schedule, each time as a task of its own. A run that throws is reported, and the schedule goes on unless it says otherwise. It ends
   * when this supervisor drains; a run that is under way then may end by itself.
   *
   * @throws IllegalStateException if this supervisor is closed
   * @throws java.util.concurrent.RejectedExecutionException if it drains
   */
  Service every(String purpose, Schedule schedule, Action body);

  /**
   * An executor whose tasks run on this pool and belong to a child scope of this supervisor: each has an id, a purpose and counts, ends with the supervisor
   * and can be drained. The pool is borrowed: it is never shut down, and what others submit to it directly is none of our business. Otherwise as
   * {@link Scope#asExecutor}.
   *
   * @throws IllegalArgumentException if the pool is shut down
   */
  ExecutorService supervise(String purpose, ExecutorService pool);

  /** As {@link #supervise(String, ExecutorService)}, with options. */
  ExecutorService supervise(String purpose, ExecutorService pool, UnaryOperator<ExecutorOptions> options);

  /**
   * As {@link #supervise(String, ExecutorService)}, for a scheduled pool. The library's timer keeps the time and the pool runs the tasks, so that a cancelled one leaves
   * nothing in the pool's queue. Each run of a periodic task is a task of its own; missed ticks become one; a run that throws ends it, as in j.u.c., and is
   * reported. After {@code shutdown} delayed tasks still run and periodic ones end, as is the default of
   * {@link java.util.concurrent.ScheduledThreadPoolExecutor}; {@code shutdownNow} also returns the periodic tasks that waited for a run. When the supervisor
   * drains, periodic tasks end too. At its shutdown, delayed tasks that are due after the end of its drain are cancelled at once.
   */
  ScheduledExecutorService supervise(String purpose, ScheduledExecutorService pool);

  /**
   * As {@link #supervise(String, ScheduledExecutorService)}, with options.
   *
   * @throws IllegalArgumentException if the options limit the concurrency, which a scheduled pool does itself
   */
  ScheduledExecutorService supervise(String purpose, ScheduledExecutorService pool, UnaryOperator<ExecutorOptions> options);

  /**
   * An executor on the library's own threads, virtual where there are any, with a bound.
   *
   * @param maxConcurrent how many bodies run at once, at least 1
   * @param overflow what a submission beyond does
   */
  ExecutorService executor(String purpose, int maxConcurrent, Overflow overflow);

  /** As {@link #executor(String, int, Overflow)}, with options, whose limit is replaced by this one. */
  ExecutorService executor(String purpose, int maxConcurrent, Overflow overflow, UnaryOperator<ExecutorOptions> options);

  /**
   * Ends the supervisor in two phases. First it drains: nothing more comes in from outside, schedules end, and tasks have so long to end by themselves; if all
   * have, the phase ends early. Then everything is cancelled (SHUTDOWN): tasks at once, services in the reverse of their start order, each when the one after
   * it has ended or has used up its share of the grace. What still runs when the grace is over is interrupted once more, and 100 ms later abandoned and named
   * in the report, unless the supervisor was opened with {@link AfterGrace#WAIT}. Then deferred cleanup runs.
   *
   * <p>Not bounded by the grace are deferred cleanup, and the body of a {@link Scope#call} that was opened in this supervisor on a thread that is none of its
   * tasks: that is the caller's own code, which nobody can abandon; it is reported.
   *
   * <p>A second caller waits for the first and gets its report. A {@link #cancel} ends the first phase.
   *
   * @param drain zero or more
   * @param grace zero or more
   * @throws InterruptedException if interrupted while waiting: what has begun goes on, and the next call of {@code shutdown} or {@code close} takes it up
   * @throws IllegalStateException if called from a task of this supervisor or of a descendant
   */
  ShutdownReport shutdown(Duration drain, Duration grace) throws InterruptedException;

  /**
   * Waits until this supervisor has come to its end: it drains, or is cancelled or closed, and no task, service or schedule is live. For the main thread of a
   * process that lives as long as its services. Begins nothing by itself: that all services have completed or failed is no end, unless
   * {@link ServiceFailure#ESCALATE} makes one of it.
   *
   * @param timeout zero or negative: does not wait
   * @return false if the time is over
   * @throws InterruptedException if interrupted while waiting
   * @throws IllegalStateException if called from a task of this supervisor or of a descendant
   */
  boolean awaitTermination(Duration timeout) throws InterruptedException;

  /**
   * Shuts down with the drain and grace of the options; otherwise as {@link Scope#close}. Not interruptible; the interrupt flag is restored at the end.
   */
  @Override
  void close();

  /** What a nested supervisor begins with. */
  @FunctionalInterface
  interface Setup {
    /**
     * Starts the services of a supervisor that has just been opened.
     *
     * @throws Exception what keeps it from starting: the run has failed then
     */
    void start(Supervisor nested) throws Exception;
  }
}
