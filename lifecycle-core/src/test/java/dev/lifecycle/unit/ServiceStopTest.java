package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Service.stop}, {@code awaitEnd} and {@code isStopping}. */
@Timeout(20)
class ServiceStopTest extends ServiceFixture {
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody body = ToldBody.listening();

  @Test
  void aStoppedServiceEndsForGoodAndItsRunIsCancelledWithTheMessage() throws Exception {
    AtomicReference<CancelReason> reason = new AtomicReference<>();
    Service service = app.service("app.service", o -> o.restart(RestartPolicy.always()), self -> {
      Context context = Context.current();
      try {
        body.run();
      } finally {
        reason.set(context.cancelReason());
      }
    });
    body.awaitRun(1);
    assertThat(service.stop("enough")).isTrue();
    assertThat(service.isStopping()).isTrue();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(reason.get().kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    assertThat(reason.get().message()).isEqualTo("enough");
    settle(app);
    assertThat(body.runs()).isEqualTo(1);
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void onlyTheFirstStopOfALiveServiceIsTheOne() throws Exception {
    Service service = app.service("app.service", RestartPolicy.onFailure(), body);
    body.awaitRun(1);
    assertThat(service.stop("first")).isTrue();
    assertThat(service.stop("second")).isFalse();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.stop("third")).isFalse();
    ToldBody another = ToldBody.listening();
    Service completed = app.service("app.service", RestartPolicy.onFailure(), another);
    another.awaitRun(1).complete();
    assertThat(completed.awaitEnd(LONG)).isTrue();
    assertThat(completed.stop("late")).isFalse();
    assertThat(completed.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void aStopDuringTheBackoffEndsTheServiceAtOnceAndItsTimer() throws Exception {
    Service service = app.service("app.service", after(RestartPolicy.onFailure(), Duration.ofHours(1)), body);
    body.awaitRun(1).fail("down");
    awaitBackoff(app, service);
    assertThat(service.stop("enough")).isTrue();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    settle(app);
    assertThat(clock.advanceToNextDeadline()).as("something is still waited for").isFalse();
    assertThat(body.runs()).isEqualTo(1);
  }

  @Test
  void aBodyMayStopItsOwnService() throws Exception {
    Service service = app.service("app.service", o -> o.restart(RestartPolicy.always()), self -> {
      assertThat(self.stop("from inside")).isTrue();
      assertThat(self.isStopping()).isTrue();
      body.run();
    });
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(service.restarts()).isZero();
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void aServiceThatIsStoppedBeforeItIsReadyWasNeverReady() throws Exception {
    Service service = app.service("app.service", o -> o.readyWithin(LONG), self -> body.run());
    body.awaitRun(1);
    assertThat(service.status()).isEqualTo(Status.STARTING);
    service.stop("enough");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.awaitReady(LONG)).isFalse();
    soon().until(() -> Snapshot.take(lifecycle).scopes() == 1); // the run has left its scope, and its grace is over
    assertThat(clock.advanceToNextDeadline()).isFalse();
  }

  @Test
  void aStopWhileARestartIsStoppingTheRunMakesItsEndTheLast() throws Exception {
    Supervisor group = lifecycle.supervisor("group", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ToldBody deaf = ToldBody.deaf();
    Service stopped = group.service("group.deaf", RestartPolicy.always(), deaf);
    group.service("group.service", atOnce(RestartPolicy.onFailure()), body);
    deaf.awaitRun(1);
    body.awaitRun(1).fail("down");
    awaitStatus(stopped, Status.STOPPING);
    assertThat(stopped.isStopping()).isTrue();
    assertThat(stopped.stop("enough")).isTrue();
    deaf.complete();
    assertThat(stopped.awaitEnd(LONG)).isTrue();
    assertThat(stopped.status()).isEqualTo(Status.STOPPED);
    body.awaitRun(2);
    assertThat(deaf.runs()).isEqualTo(1);
  }

  @Test
  void aBodyThatReturnsWhenItIsStoppedHasBeenStopped() throws Exception {
    ToldBody deaf = ToldBody.deaf();
    Service service = app.service("app.service", RestartPolicy.onFailure(), deaf);
    deaf.awaitRun(1);
    service.stop("enough");
    awaitStatus(service, Status.STOPPING);
    assertThat(service.awaitEnd(Duration.ZERO)).isFalse();
    deaf.complete();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void whatABodyThrowsWhenItIsStoppedIsReportedAndStartsNothing() throws Exception {
    ToldBody deaf = ToldBody.deaf();
    Service service = app.service("app.service", RestartPolicy.always(), deaf);
    deaf.awaitRun(1);
    service.stop("enough");
    awaitStatus(service, Status.STOPPING);
    deaf.fail("on the way out");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(service.lastFailure()).hasMessage("on the way out");
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("on the way out");
    assertThat(deaf.runs()).isEqualTo(1);
  }

  @Test
  void awaitEndFromInsideIsRefusedSinceItWouldWaitForItself() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Service service = app.service("app.service", o -> o, self -> {
      try {
        self.awaitEnd(LONG);
      } catch (Throwable t) {
        thrown.complete(t);
      }
    });
    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("awaitEnd").hasMessageContaining("app.service");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void awaitEndGivesUpWhenTheTimeIsOverAndIsInterruptible() throws Exception {
    Service service = app.service("app.service", RestartPolicy.onFailure(), body);
    body.awaitRun(1);
    assertThat(service.awaitEnd(Duration.ZERO)).isFalse();
    assertThat(service.awaitEnd(Duration.ofSeconds(-1))).isFalse();
    Aside<Boolean> timed = Aside.run(() -> service.awaitEnd(Duration.ofSeconds(3)));
    soon().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofSeconds(3));
    assertThat(timed.get()).isFalse();
    Aside<Throwable> interrupted = Aside.catching(() -> service.awaitEnd(LONG));
    soon().until(() -> clock.sleepers() == 1);
    interrupted.interrupt();
    assertThat(interrupted.get()).isInstanceOf(InterruptedException.class);
    assertThat(body.isRunning()).isTrue();
  }

  @Test
  void theMessageOfAStopIsNeeded() {
    Service service = app.service("app.service", RestartPolicy.onFailure(), body);
    assertThatThrownBy(() -> service.stop(null)).isInstanceOf(NullPointerException.class).hasMessage("message");
    assertThat(service.isStopping()).isFalse();
    assertThat(service.stop(" ")).isTrue();
  }
}
