package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 56: how a schedule ends. */
@Timeout(20)
class PeriodicStopTest {
  private static final Schedule AT_ONCE = Schedule.fixedDelay(ofSeconds(1)).initialDelay(ZERO);

  private final WatchedClock clock = new WatchedClock();
  private final RecordingListener listener = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("schedules").clock(clock).failureListener(listener));
  private final Supervisor app = lifecycle.supervisor("app", o -> o);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    lifecycle.close();
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    assertThat(clock.isNothingDue()).as("nothing is left in the timer").isTrue();
  }

  private static void awaitStatus(Service service, Service.Status expected) {
    Soon.asserted(() -> assertThat(service.status()).isEqualTo(expected));
  }

  private TaskCounts counts() {
    return lifecycle.counts().get("flush");
  }

  @Test
  void stoppedBetweenTwoRunsItEndsAtOnceAndRunsNoMore() throws Exception {
    Service service = app.every("flush", AT_ONCE, runs::incrementAndGet);
    clock.awaitDue(ofSeconds(1));
    assertThat(service.stop("enough")).isTrue();
    assertThat(service.stop("again")).isFalse();
    assertThat(service.awaitEnd(ofSeconds(10))).isTrue();
    assertThat(service.status()).isEqualTo(Service.Status.STOPPED);
    assertThat(service.isStopping()).isTrue();
    assertThat(clock.isNothingDue()).isTrue();
    clock.advance(ofSeconds(10));
    assertThat(runs).hasValue(1);
    Soon.until(() -> Snapshot.take(lifecycle).scopes() == 1);
    assertThat(app.info().cancelled()).isFalse();
  }

  @Test
  void stoppedDuringARunItCancelsTheRunAndEndsWithIt() throws Exception {
    ParkedBody<String> body = ParkedBody.stubborn("run");
    Service service = app.every("flush", AT_ONCE, body::call);
    body.awaitEntered();
    service.stop("enough");
    Soon.until(body::wasInterrupted);
    awaitStatus(service, Service.Status.STOPPING);
    assertThat(service.awaitEnd(ZERO)).isFalse();
    body.release();
    awaitStatus(service, Service.Status.STOPPED);
    Soon.until(() -> counts().cancelled() == 1);
    assertThat(listener.all()).isEmpty();
  }

  @Test
  void whatARunThrowsWhileItIsStoppedIsReported() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    Service service = app.every("flush", AT_ONCE, () -> {
      entered.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("cleanup");
      }
    });
    entered.await();
    service.stop("enough");
    awaitStatus(service, Service.Status.STOPPED);
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("cleanup").isSameAs(service.lastFailure());
  }

  @Test
  void aRunMayStopItsOwnSchedule() throws Exception {
    Service[] self = new Service[1];
    CountDownLatch made = new CountDownLatch(1);
    self[0] = app.every("flush", AT_ONCE, () -> {
      made.await();
      runs.incrementAndGet();
      self[0].stop("done");
    });
    made.countDown();
    awaitStatus(self[0], Service.Status.STOPPED);
    assertThat(runs).hasValue(1);
  }

  @Test
  void drainEndsItBetweenTwoRuns() {
    Service service = app.every("flush", AT_ONCE, runs::incrementAndGet);
    clock.awaitDue(ofSeconds(1));
    app.drain();
    awaitStatus(service, Service.Status.STOPPED);
    assertThat(clock.isNothingDue()).isTrue();
    assertThatThrownBy(() -> app.every("late", AT_ONCE, runs::incrementAndGet)).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("late");
  }

  @Test
  void drainLetsARunEndByItselfAndIsItsLast() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("run");
    Service service = app.every("flush", AT_ONCE, body::call);
    body.awaitEntered();
    app.drain();
    assertThat(service.isStopping()).isTrue();
    assertThat(service.awaitEnd(ZERO)).isFalse();
    assertThat(body.wasInterrupted()).isFalse();
    body.release();
    awaitStatus(service, Service.Status.STOPPED);
    Soon.until(() -> counts().succeeded() == 1);
    assertThat(clock.isNothingDue()).isTrue();
  }

  @Test
  void shutdownWaitsForARunAsLongAsItDrains() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("run");
    app.every("flush", AT_ONCE, body::call);
    body.awaitEntered();
    Aside<ShutdownReport> shutdown = Aside.run(() -> app.shutdown(ofSeconds(10), ofSeconds(1))).awaitWaiting();
    body.release();
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(shutdown.get().took()).isZero();
  }

  @Test
  void cancelInterruptsTheRunAndEndsIt() throws Exception {
    ParkedBody<String> body = ParkedBody.returning("run");
    Service running = app.every("flush", AT_ONCE, body::call);
    Service waiting = app.every("other", Schedule.fixedRate(ofSeconds(7)), runs::incrementAndGet);
    body.awaitEntered();
    app.cancel("enough");
    awaitStatus(running, Service.Status.STOPPED);
    awaitStatus(waiting, Service.Status.STOPPED);
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(app.every("late", AT_ONCE, runs::incrementAndGet).awaitEnd(ofSeconds(10))).as("in a cancelled supervisor").isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void closeEndsItAndAfterwardsNoneCanBeMade() {
    Service service = app.every("flush", AT_ONCE, runs::incrementAndGet);
    clock.awaitDue(ofSeconds(1));
    app.close();
    assertThat(service.status()).isEqualTo(Service.Status.STOPPED);
    int before = runs.get();
    clock.advance(ofSeconds(10));
    assertThat(runs).hasValue(before);
    assertThatThrownBy(() -> app.every("late", AT_ONCE, runs::incrementAndGet)).isInstanceOf(IllegalStateException.class);
    assertThat(service.stop("late")).isFalse();
  }
}
