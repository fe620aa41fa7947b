package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a service is ready, and what it means if it is not in time. */
@Timeout(20)
class ServiceReadyTest extends ServiceFixture {
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final ToldBody body = ToldBody.listening();

  /** A service that says itself when it is ready. */
  private Service slow(RestartPolicy policy) {
    Service service = app.service("app.service", o -> o.restart(policy).readyWithin(WITHIN), self -> body.run());
    body.awaitRun(1);
    return service;
  }

  @Test
  void withoutReadyWithinAServiceIsReadyWhenItsBodyHasBegun() throws Exception {
    Service service = app.service("app.service", RestartPolicy.onFailure(), body);
    assertThat(service.awaitReady(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.RUNNING);
    body.awaitRun(1);
    assertThat(clock.advanceToNextDeadline()).isFalse();
  }

  @Test
  void underReadyWithinAServiceIsReadyWhenAnyThreadSaysSo() throws Exception {
    Service service = slow(RestartPolicy.onFailure());
    assertThat(service.status()).isEqualTo(Status.STARTING);
    assertThat(service.awaitReady(Duration.ZERO)).isFalse();
    Aside<Boolean> waiting = Aside.run(() -> service.awaitReady(LONG));
    soon().until(() -> clock.sleepers() == 1);
    service.ready();
    assertThat(waiting.get()).isTrue();
    assertThat(service.status()).isEqualTo(Status.RUNNING);
    service.ready();
    clock.advance(WITHIN);
    settle(app);
    assertThat(body.isRunning()).isTrue();
    assertThat(service.restarts()).isZero();
  }

  @Test
  void aBodyThatSaysItIsReadyIs() throws Exception {
    Service service = app.service("app.service", o -> o.readyWithin(WITHIN), self -> {
      self.ready();
      body.run();
    });
    assertThat(service.awaitReady(LONG)).isTrue();
    body.awaitRun(1);
    assertThat(clock.advanceToNextDeadline()).as("the time to become ready is still waited for").isFalse();
  }

  @Test
  void aRunThatIsNotReadyInTimeIsCancelledAndCountsAsFailed() throws Exception {
    AtomicReference<CancelReason> reason = new AtomicReference<>();
    Service service = app.service("app.service", o -> o.restart(atOnce(RestartPolicy.onFailure())).readyWithin(WITHIN), self -> {
      Context context = Context.current();
      try {
        body.run();
      } finally {
        reason.compareAndSet(null, context.cancelReason());
      }
    });
    body.awaitRun(1);
    settle(app);
    clock.advance(WITHIN.minusNanos(1));
    settle(app);
    assertThat(body.wasInterrupted()).isFalse();
    clock.advance(Duration.ofNanos(1));
    body.awaitRun(2);
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(service.lastFailure()).isInstanceOf(LifecycleException.class).hasMessageContaining("not ready within PT5S");
    assertThat(reason.get().kind()).isEqualTo(CancelReason.Kind.RESTART);
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessageContaining("not ready within PT5S");
    assertThat(service.restarts()).isEqualTo(1);
  }

  @Test
  void eachRunHasTheTimeAnewAndMustSayItAnew() throws Exception {
    Service service = slow(atOnce(RestartPolicy.onFailure()));
    service.ready();
    clock.advance(WITHIN);
    body.fail("down");
    body.awaitRun(2);
    awaitStatus(service, Status.STARTING);
    settle(app);
    clock.advance(WITHIN.minusNanos(1));
    service.ready();
    clock.advance(WITHIN);
    settle(app);
    assertThat(body.runs()).isEqualTo(2);
    assertThat(body.isRunning()).isTrue();
  }

  @Test
  void runsThatAreNotReadyInTimeUseUpTheRestarts() throws Exception {
    Service service = slow(atOnce(RestartPolicy.onFailure()).limit(1, LONG));
    settle(app);
    clock.advance(WITHIN);
    body.awaitRun(2);
    awaitStatus(service, Status.STARTING);
    settle(app);
    clock.advance(WITHIN);
    assertThat(service.awaitReady(LONG)).isFalse();
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.lastFailure()).hasMessageContaining("not ready");
  }

  @Test
  void aLateRunThatIgnoresItsCancelHoldsItsRestartUp() throws Exception {
    ToldBody deaf = ToldBody.deaf();
    Service service = app.service("app.service", o -> o.restart(atOnce(RestartPolicy.onFailure())).readyWithin(WITHIN), self -> deaf.run());
    deaf.awaitRun(1);
    settle(app);
    clock.advance(WITHIN);
    awaitStatus(service, Status.STOPPING);
    service.ready(); // too late
    settle(app);
    assertThat(service.status()).isEqualTo(Status.STOPPING);
    assertThat(deaf.runs()).isEqualTo(1);
    deaf.complete();
    deaf.awaitRun(2);
    assertThat(service.lastFailure()).hasMessageContaining("not ready");
    assertThat(deaf.hasOverlapped()).isFalse();
    service.stop("done");
    deaf.complete();
  }

  @Test
  void aServiceThatHasCompletedWasReady() throws Exception {
    Service service = slow(RestartPolicy.onFailure());
    body.complete();
    assertThat(service.awaitReady(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.COMPLETED);
    assertThat(service.awaitReady(Duration.ZERO)).isTrue();
  }

  @Test
  void awaitReadyGivesUpWhenTheTimeIsOverAndWhenTheServiceHasEndedOtherwise() throws Exception {
    Service service = slow(RestartPolicy.never());
    assertThat(service.awaitReady(Duration.ofSeconds(-1))).isFalse();
    Aside<Boolean> timed = Aside.run(() -> service.awaitReady(Duration.ofSeconds(3)));
    soon().until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofSeconds(3));
    assertThat(timed.get()).isFalse();
    Aside<Boolean> failed = Aside.run(() -> service.awaitReady(LONG));
    soon().until(() -> clock.sleepers() == 1);
    body.fail("down");
    assertThat(failed.get()).isFalse();
  }

  @Test
  void awaitReadyIsFalseBeforeItsTimeOnlyForAServiceThatHasEndedHoweverShortlyItsRunsAreReady() throws Exception {
    Service service = app.service("app.service", atOnce(RestartPolicy.onFailure()).limit(3_000, LONG), () -> {
      throw new IllegalStateException("down");
    });
    while (service.awaitReady(LONG)) {}
    assertThat(service.status()).isEqualTo(Status.FAILED);
    assertThat(service.restarts()).isEqualTo(3_000);
  }

  @Test
  void awaitReadyIsInterruptible() throws Exception {
    Service service = slow(RestartPolicy.never());
    Aside<Throwable> waiting = Aside.catching(() -> service.awaitReady(LONG));
    soon().until(() -> clock.sleepers() == 1);
    waiting.interrupt();
    assertThat(waiting.get()).isInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> service.awaitReady(null)).isInstanceOf(NullPointerException.class).hasMessage("timeout");
    assertThatThrownBy(() -> service.awaitEnd(null)).isInstanceOf(NullPointerException.class).hasMessage("timeout");
  }

  @Test
  void readyOfAServiceThatWaitsOrHasEndedDoesNothing() throws Exception {
    Service service = slow(after(RestartPolicy.onFailure(), Duration.ofSeconds(1)));
    body.fail("down");
    awaitBackoff(app, service);
    service.ready();
    assertThat(service.awaitReady(Duration.ZERO)).isFalse();
    clock.advance(Duration.ofSeconds(1));
    body.awaitRun(2);
    assertThat(service.status()).isEqualTo(Status.STARTING);
    service.stop("enough");
    assertThat(service.awaitEnd(LONG)).isTrue();
    service.ready();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
  }
}
