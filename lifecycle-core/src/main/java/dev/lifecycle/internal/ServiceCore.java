package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Service;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.ThreadKind;
import dev.lifecycle.Action;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What all services have in common: a child scope in which their runs are tasks, one after the other, and an end.
 *
 * <p>What happens to a service happens in the mailbox of its supervisor, but for the first start, which is on the thread that makes the service, before the
 * mailbox has heard of it. Fields that others read are volatile and written there.
 */
abstract class ServiceCore implements Service {
  final Supervision supervision;
  final ScopeCore scope;

  /** The place in the start order. */
  final long order = Ids.next();

  private final Origin origin;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile @Nullable Throwable lastFailure;
  private volatile @Nullable Status end;

  ServiceCore(Supervision supervision, ScopeCore scope, boolean carriesContext, ThreadKind thread) {
    this.supervision = supervision;
    this.scope = scope;
    this.origin = new Origin(scope, TaskOptions.<@Nullable Void>defaults().thread(thread), carriesContext);
    scope.extras().service = this;
  }

  /** Starts a run, or throws and has not. */
  final TaskNode<?> launch(Action body, RunEnd end) {
    return origin.launch(body, end);
  }

  // ---- in the mailbox

  /**
   * Ends a service between two runs, or cancels the run that there is, whose end will end the service.
   *
   * @param until when it should have ended
   */
  abstract void halt(Reason reason, long until);

  /** The supervisor drains or is cancelled. */
  abstract void supervisorEnds();

  final boolean hasEnded() {
    return end != null;
  }

  final boolean wasAsked() {
    return asked.get();
  }

  final void failed(Throwable failure) {
    lastFailure = failure;
  }

  /** Ends the service for good, if it has not. */
  final void finish(Status status) {
    if (end != null) {
      return;
    }
    end = status;
    supervision.finished(this);
    scope.wakeWatchers();
    scope.lifecycle.workers.execute( // not here: children that a body left open have cleanup, which is foreign code
        () -> {
          Waits.untilQuietUninterruptibly(scope); // the run is about to leave the count
          Closing.endAlone(scope);
        });
  }

  final @Nullable Status end() {
    return end;
  }

  // ---- for everybody

  abstract boolean isReady();

  @Override
  public String purpose() {
    return scope.purpose.name;
  }

  @Override
  public @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  @Override
  public boolean stop(String message) {
    Objects.requireNonNull(message, "message");
    if (end != null || !asked.compareAndSet(false, true)) {
      return false;
    }
    Reason reason = scope.reason(CancelReason.Kind.EXPLICIT, message.isBlank() ? "stopped" : message, null);
    long until = Times.after(scope.lifecycle.clock.nanoTime(), Times.toNanos(scope.options.grace()));
    supervision.mailbox.post(() -> halt(reason, until));
    return true;
  }

  @Override
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    long until = until(timeout);
    boolean[] seen = new boolean[1]; // what was seen counts: by now the run may have ended
    Waits.until(scope, () -> (seen[0] = isReady()) || end != null, until);
    return seen[0] || end == Status.COMPLETED;
  }

  @Override
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    long until = until(timeout);
    Inside.refuseJoin(scope, "awaitEnd");
    return Waits.until(scope, () -> end != null && scope.is(ScopeState.CLOSED), until); // what it has left behind has ended too
  }

  private long until(Duration timeout) {
    return Times.after(scope.lifecycle.clock.nanoTime(), Times.toNanos(Objects.requireNonNull(timeout, "timeout")));
  }

  @Override
  public boolean isStopping() {
    return end != null || asked.get() || scope.is(ScopeState.CANCELLED) || supervision.isEnding();
  }

  /** For the dumps. */
  final String words() {
    int restarts = restarts();
    return status() + (restarts == 0 ? "" : ", " + restarts + (restarts == 1 ? " restart" : " restarts"));
  }

  @Override
  public String toString() {
    return "service " + scope + ' ' + words();
  }
}
