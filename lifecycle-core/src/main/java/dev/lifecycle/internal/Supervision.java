package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.CancelReason;
import dev.lifecycle.FailureReport;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.ServiceOptions;
import dev.lifecycle.SupervisorOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor is beyond a scope: its services, and what their ends mean.
 *
 * <h2>One thing after the other</h2>
 *
 * <p>Every event that concerns a service (the end of a run, its being ready, the end of a delay, a request to stop, the drain or cancel of the supervisor) is
 * posted to one {@link Mailbox} and handled there, so the rules below need no lock and see no half-done step. Handlers do not wait: they start and cancel
 * tasks, set timers, and return. The exception is the first start of a service, which is on the caller's thread so that the caller learns what went wrong;
 * the mailbox may hear of the end of that run before the start has returned, and of nothing else: no restart of others takes such a service in. One that has
 * ended is forgotten by every restart in the same event, so that it is never started again.
 *
 * <h2>What an end means</h2>
 *
 * <ol>
 *   <li>The service was asked to stop, or the supervisor ends: the service has ended.
 *   <li>The run was stopped for a restart of others with it: the {@link Restart} goes on.
 *   <li>It returned, or failed, by itself: the policy says whether it is started again; the {@link Budget} whether it may; the strategy with whom. Several
 *       restarts that concern one service become one, see {@link Restart#absorb}.
 * </ol>
 *
 * <p>A restart never overlaps the run before: it begins with the event of that run's end. A run that ignores its cancel therefore holds up the restart, and is
 * reported when its grace is over.
 */
final class Supervision implements EndListener {
  final ScopeCore scope;
  final SupervisorOptions options;
  final Mailbox mailbox;
  final Shutdown shutdown;

  private final Set<ServiceCore> services = new LinkedHashSet<>(); // guarded by itself; in start order
  private final List<Restart> restarts = new ArrayList<>(); // in the mailbox
  private @Nullable StopSequence stopping; // in the mailbox

  Supervision(ScopeCore scope, SupervisorOptions options) {
    this.scope = scope;
    this.options = options;
    this.mailbox = new Mailbox(scope.lifecycle.workers);
    this.shutdown = new Shutdown(this);
  }

  // ---- what is there

  boolean isEnding() {
    return scope.is(ScopeState.NO_ADMIT | ScopeState.CANCELLED | ScopeState.CLOSING | ScopeState.CLOSED);
  }

  /** The services that have not ended, in start order. */
  List<ServiceCore> services() {
    synchronized (services) {
      return List.copyOf(services);
    }
  }

  /** The options of a scope below for a part of the supervisor: as its own, but what is the supervisor's alone. */
  ScopeOptions partOptions() {
    return ScopeHandle.partOptions(scope.options);
  }

  private <S extends ServiceCore> S add(String purpose, Function<ScopeCore, S> maker) {
    scope.applyDeadline();
    if (scope.is(ScopeState.CLOSED) || scope.is(ScopeState.CLOSING) && Forking.isOutsider(scope)) {
      throw new IllegalStateException("supervisor " + scope + " is closed: service \"" + purpose + "\" was not started");
    }
    if (scope.is(ScopeState.NO_ADMIT) && !scope.is(ScopeState.CLOSING | ScopeState.CLOSED)) {
      throw new RejectedExecutionException("supervisor " + scope + " is draining: service \"" + purpose + "\" was not started");
    }
    ScopeCore below = Opening.part(scope, purpose, partOptions());
    S service;
    try {
      service = maker.apply(below);
    } catch (Throwable t) {
      below.withdraw();
      throw t;
    }
    synchronized (services) {
      services.add(service);
    }
    Mark mark = scope.mark();
    if (mark != null) {
      Cancellation.inherit(below, mark); // a shutdown spares services, to stop them in order, and may have looked for them before this one was there
    }
    return service;
  }

  Service service(String purpose, ServiceOptions serviceOptions, Service.Body body) {
    RestartedService service = add(purpose, below -> new RestartedService(this, below, serviceOptions, body));
    start(service, service::startFirst);
    return service;
  }

  Service every(String purpose, Schedule schedule, Action body) {
    PeriodicService service = add(purpose, below -> new PeriodicService(this, below, schedule, body));
    start(service, service::start);
    return service;
  }

  /** The first start, on the caller's thread. */
  private void start(ServiceCore service, Runnable start) {
    try {
      start.run();
    } catch (Throwable t) {
      mailbox.post(() -> service.finish(Service.Status.FAILED)); // a shutdown may have found it and wait for its end
      leave(service);
      Closing.endAlone(service.scope);
      throw t;
    }
    if (isEnding()) { // the event may have come before the service was there
      mailbox.post(
          () -> {
            service.supervisorEnds();
            Mark mark = scope.mark();
            if (mark != null) { // and so may the turn of what is stopped one after the other
              service.halt(mark.reason, Times.after(scope.lifecycle.clock.nanoTime(), Times.toNanos(scope.options.grace())));
            }
          });
    }
  }

  /** The service has ended for good. In the mailbox. */
  void finished(ServiceCore service) {
    if (service instanceof RestartedService restarted) {
      restarts.forEach(restart -> restart.forget(restarted)); // before anything else happens: it must not be started again
    }
    leave(service);
    mailbox.post(this::step);
  }

  private void leave(ServiceCore service) {
    synchronized (services) {
      services.remove(service);
    }
    scope.wakeWatchers();
  }

  @Override
  public void scopeEnds() {
    mailbox.post(
        () -> {
          restarts.forEach(Restart::abort);
          restarts.clear();
          services().forEach(ServiceCore::supervisorEnds);
        });
  }

  @Override
  public void cancelledAgain() {
    mailbox.post(
        () -> {
          if (stopping != null) {
            stopping.tellAll();
          }
        });
  }

  @Override
  public void scopeClosed() {
    shutdown.scopeClosed();
  }

  // ---- in the mailbox

  /** Lets what is under way go on as far as it can. */
  void step() {
    for (Restart restart : List.copyOf(restarts)) {
      if (restarts.contains(restart) && restart.step()) {
        restarts.remove(restart);
      }
    }
    if (stopping != null) {
      stopping.step();
    }
  }

  /**
   * A run has ended.
   *
   * @param cancelled whether it was told to end before it did: by a cancel, or a nested supervisor by its shutdown
   * @param halted whether that was for a restart
   */
  void ended(RestartedService service, TaskNode<?> task, @Nullable Throwable failure, boolean cancelled, boolean halted) {
    RestartPolicy.When when = service.options.restart().when();
    if (service.wasAsked() || isEnding() || cancelled && failure == null && !halted) { // the last: its scope has a deadline of its own
      if (failure != null) {
        report(service, FailureReport.Kind.TASK_FAILED, "service failed while it was stopping", task, failure);
      }
      service.finish(last(service, cancelled, failure));
    } else if (!cancelled && failure == null && when != RestartPolicy.When.ALWAYS) {
      service.finish(Service.Status.COMPLETED); // also if it was just about to be stopped for a restart: it came first
    } else if (halted) {
      if (failure != null) {
        report(service, FailureReport.Kind.TASK_FAILED, "service failed while it was stopped for a restart", task, failure);
      }
      if (when == RestartPolicy.When.NEVER) {
        service.finish(Service.Status.STOPPED);
      } else {
        step();
      }
    } else if (failure != null) {
      failed(service, task, failure);
    } else {
      again(service, task, null);
    }
  }

  private static Service.Status last(RestartedService service, boolean stopped, @Nullable Throwable failure) {
    if (stopped || service.wasAsked()) {
      return Service.Status.STOPPED;
    }
    return failure == null ? Service.Status.COMPLETED : Service.Status.FAILED;
  }

  private void failed(RestartedService service, @Nullable TaskNode<?> task, Throwable failure) {
    if (service.options.restart().when() == RestartPolicy.When.NEVER) {
      report(service, FailureReport.Kind.SERVICE_FAILED, "service failed and is never started again", task, failure);
      service.finish(Service.Status.FAILED);
    } else {
      again(service, task, failure);
    }
  }

  /** Starts the service again after its delay, with those that the strategy says, or fails it for good. */
  private void again(RestartedService service, @Nullable TaskNode<?> task, @Nullable Throwable failure) {
    long delay = service.takeRestart();
    if (delay < 0) {
      usedUp(service, task, failure);
      return;
    }
    String when = "started again in " + delay / 1_000_000 + " ms, restart " + (service.restarts() + 1);
    if (failure != null) {
      report(service, FailureReport.Kind.TASK_FAILED, "service failed and is " + when, task, failure);
    }
    Restart restart = new Restart(this, "\"" + service.purpose() + "\" is " + when, Times.after(scope.lifecycle.clock.nanoTime(), delay));
    restart.add(service);
    for (ServiceCore other : services()) {
      if (other instanceof RestartedService restarted && restarted.isUp() && isWith(restarted, service)) {
        restart.add(restarted);
      }
    }
    for (Restart earlier : List.copyOf(restarts)) {
      if (earlier.meets(restart)) {
        restart.absorb(earlier);
        restarts.remove(earlier);
      }
    }
    restarts.add(restart);
    mailbox.post(this::step); // not here, which may be a step: one start that fails after the other would deepen the stack
  }

  private boolean isWith(RestartedService other, RestartedService failed) {
    return switch (options.strategy()) {
      case ONE_FOR_ALL -> true;
      case REST_FOR_ONE -> other.order > failed.order;
      default -> false;
    };
  }

  private void usedUp(RestartedService service, @Nullable TaskNode<?> task, @Nullable Throwable failure) {
    RestartPolicy policy = service.options.restart();
    String message = "service has used up its " + policy.limit() + " restarts in " + policy.window();
    Throwable why = failure == null ? new LifecycleException(message + ", though it never failed: it returns too soon", null) : failure;
    service.failed(why);
    report(service, FailureReport.Kind.SERVICE_FAILED, message, task, why);
    if (options.serviceFailure() == ServiceFailure.ESCALATE) {
      escalate(service.scope, task, why); // first: who waits for the last service to end must not take it for peace
    }
    service.finish(Service.Status.FAILED);
  }

  /** A restart's turn for this service; false if it could not be started, which is a failure like any other. */
  boolean start(RestartedService service) {
    if (isEnding()) {
      service.supervisorEnds();
      return false;
    }
    try {
      service.start();
      return true;
    } catch (Throwable t) {
      if (isEnding()) {
        service.supervisorEnds(); // refused for that
      } else {
        service.failed(t);
        failed(service, null, t);
      }
    }
    return false;
  }

  /** The supervisor fails with what has failed in a part of it. */
  void escalate(ScopeCore part, @Nullable TaskNode<?> task, Throwable failure) {
    TaskNode<?> node = task;
    if (node == null || !node.hasFailed() || node.peekFailure() != failure) { // no body threw this: a task that was refused stands for it
      node = new TaskNode<>(part, part.purpose, failure, 0, null);
      node.rejectUnbegun(failure);
    }
    node.lower(TaskNode.SEEN); // whoever joins or closes the supervisor has not seen it
    Verdicts.fatal(scope, node);
  }

  void report(ServiceCore service, FailureReport.Kind kind, String message, @Nullable TaskNode<?> task, Throwable failure) {
    ScopeCore part = service.scope;
    part.lifecycle.workers.execute(() -> part.report(kind, message, task, failure)); // a listener is foreign code
  }

  /** The services that a shutdown stops one after the other, the last started first; a schedule is work, which is cancelled at once. */
  List<ServiceCore> toStop() {
    List<ServiceCore> left = new ArrayList<>(services());
    left.removeIf(service -> !(service instanceof RestartedService));
    left.sort(Comparator.comparingLong((ServiceCore service) -> service.order).reversed());
    return left;
  }

  /** Stops the services that run, the last started first, within this time. */
  void stopServices(Reason reason, long until) {
    mailbox.post(
        () -> {
          StopSequence sequence = stopping;
          if (sequence == null) {
            sequence = new StopSequence(this, reason, toStop(), until);
            stopping = sequence;
          }
          sequence.hurry(until);
          sequence.step();
        });
  }
}
