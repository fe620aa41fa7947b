package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second phase of a shutdown: who is cancelled, when, and with what words. */
@Timeout(20)
class ShutdownCancelTest extends ShutdownFixture {
  @Test
  void atTheEndOfTheDrainTasksAreCancelledBecauseOfTheShutdown() throws Exception {
    Supervisor app = open();
    Parked body = parked();
    Task<String> task = app.fork("app.task", body);
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(DRAIN.minusNanos(1));
    assertThat(body.interrupts).hasValue(0);
    clock.advance(Duration.ofNanos(1));

    ShutdownReport report = shutdown.get();
    CancelReason reason = task.cancelReason();
    assertThat(reason).isNotNull();
    assertThat(reason.kind()).isEqualTo(CancelReason.Kind.SHUTDOWN);
    assertThat(reason.message()).contains("app");
    assertThat(report.cancelled()).isEqualTo(1);
    assertThat(report.drainTook()).isEqualTo(DRAIN);
    assertThat(report.took()).isEqualTo(DRAIN);
  }

  @Test
  void servicesStopInTheReverseOfTheirStartEachAfterTheEndOfTheNext() throws Exception {
    Supervisor app = open();
    List<String> events = new CopyOnWriteArrayList<>();
    List<CountDownLatch> leave = new ArrayList<>();
    List<Service> services = new ArrayList<>();
    for (String name : List.of("one", "two", "three")) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch left = new CountDownLatch(1);
      leave.add(left);
      services.add(app.service("app." + name, RestartPolicy.onFailure(), () -> {
        begun.countDown();
        try {
          new CountDownLatch(1).await();
        } finally {
          events.add("told " + name);
          awaitThroughInterrupts(left);
          events.add("ended " + name);
        }
      }));
      begun.await();
    }
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    until(() -> events.size() == 1);
    assertThat(services.get(1).status()).isEqualTo(Service.Status.RUNNING);
    leave.get(2).countDown();
    until(() -> events.size() == 3);
    assertThat(services.get(0).status()).isEqualTo(Service.Status.RUNNING);
    leave.get(1).countDown();
    leave.get(0).countDown();

    assertThat(shutdown.get().services().keySet()).containsExactly("app.three", "app.two", "app.one");
    assertThat(events).containsExactly("told three", "ended three", "told two", "ended two", "told one", "ended one");
  }

  @Test
  void aServiceThatDoesNotStopTakesOnlyItsShareOfTheGrace() throws Exception {
    Supervisor app = open();
    Parked first = parked();
    Service firstService = serve(app, "app.first", first);
    Parked second = parked();
    serve(app, "app.second", second);
    Parked third = stubborn();
    serve(app, "app.third", third);
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    third.awaitInterrupts(1);
    clock.advance(Duration.ofMillis(999));
    assertThat(second.interrupts).hasValue(0);
    clock.advance(Duration.ofMillis(1));
    second.awaitInterrupts(1);
    first.awaitInterrupts(1);
    assertThat(shutdown.isDone()).isFalse();
    until(() -> firstService.status() == Service.Status.STOPPED);
    awaitDue(1);
    assertThat(third.interrupts).hasValue(1);
    clock.advance(Duration.ofSeconds(2));
    third.awaitInterrupts(2);
    awaitDue(1);
    clock.advance(Duration.ofMillis(100));

    ShutdownReport report = shutdown.get();
    assertThat(now()).isEqualTo(Duration.ofMillis(3_100));
    assertThat(report.services().keySet()).containsExactly("app.third", "app.second", "app.first");
    assertThat(report.services()).containsEntry("app.second", Service.Status.STOPPED).containsEntry("app.third", Service.Status.STOPPING);
    assertThat(report.orphans()).singleElement().satisfies(orphan -> assertThat(orphan.purpose()).isEqualTo("app.third"));
  }

  @Test
  void servicesOfTheSamePurposeAreAllNamed() throws Exception {
    Supervisor app = open();
    for (int i = 0; i < 3; i++) {
      serve(app, "app.consumer", parked());
    }
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    assertThat(report.services()).hasSize(3).allSatisfy((name, status) -> {
      assertThat(name).startsWith("app.consumer");
      assertThat(status).isEqualTo(Service.Status.STOPPED);
    });
  }

  @Test
  void whoeverObeysTheSecondInterruptIsNoOrphan() throws Exception {
    Supervisor app = open();
    Parked body = start(app, "app.task", stubborn(1));
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    body.awaitInterrupts(1);
    awaitDue(1);
    clock.advance(GRACE);
    assertThat(shutdown.get().orphans()).isEmpty();
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(now()).isEqualTo(GRACE);
  }

  @Test
  void aDrainOfZeroCancelsAtOnce() throws Exception {
    Supervisor app = open();
    start(app, "app.task", parked());
    ShutdownReport report = app.shutdown(Duration.ZERO, GRACE);
    assertThat(report.drainTook()).isZero();
    assertThat(report.cancelled()).isEqualTo(1);
    assertThat(now()).isZero();
  }

  @Test
  void anIdleSupervisorIsShutDownAtOnceHoweverLongTheTimes() throws Exception {
    Supervisor app = open();
    ShutdownReport report = app.shutdown(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(report.isClean()).isTrue();
    assertThat(report.took()).isZero();
    assertThat(app.info().closed()).isTrue();
  }

  @Test
  void hugeTimesWaitAndDoNotOverflow() throws Exception {
    Supervisor app = open();
    Parked task = start(app, "app.task", parked());
    Parked stubborn = stubborn();
    serve(app, "app.poller", stubborn);
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE));
    clock.advance(Duration.ofDays(365));
    assertThat(task.interrupts).hasValue(0);
    task.release();
    stubborn.awaitInterrupts(1);
    clock.advance(Duration.ofDays(365));
    assertThat(shutdown.isDone()).isFalse();
    assertThat(stubborn.interrupts).hasValue(1);
    stubborn.release();
    assertThat(shutdown.get().isClean()).isTrue();
  }

  @Test
  void badTimesAreNamedAndNothingHasBegun() {
    Supervisor app = open();
    assertThatNullPointerException().isThrownBy(() -> app.shutdown(null, GRACE)).withMessage("drain");
    assertThatNullPointerException().isThrownBy(() -> app.shutdown(DRAIN, null)).withMessage("grace");
    assertThatThrownBy(() -> app.shutdown(Duration.ofNanos(-1), GRACE)).isInstanceOf(IllegalArgumentException.class).hasMessage("drain must not be negative: PT-0.000000001S");
    assertThatThrownBy(() -> app.shutdown(DRAIN, Duration.ofSeconds(-2))).isInstanceOf(IllegalArgumentException.class).hasMessage("grace must not be negative: PT-2S");
    assertThat(app.drain()).as("nothing has begun").isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3_000})
  void afterTheShutdownNothingIsStartedAnyMore(long graceMillis) throws Exception {
    Supervisor app = open();
    Parked stubborn = start(app, "app.task", stubborn());
    Duration grace = Duration.ofMillis(graceMillis);
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, grace);
    if (graceMillis > 0) {
      passGrace(grace, stubborn);
    } else {
      until(() -> { // both interrupts come at once, so the body may see one
        clock.advanceToNextDeadline();
        return shutdown.isDone();
      });
      assertThat(now()).isLessThanOrEqualTo(SLACK);
    }
    assertThat(shutdown.get().orphans()).hasSize(1);
    assertThatThrownBy(() -> app.start("app.late", () -> {})).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    assertThatThrownBy(() -> app.service("app.late", RestartPolicy.never(), () -> {})).isInstanceOf(IllegalStateException.class);
    stubborn.release();
    until(() -> app.info().live() == 0);
  }
}
