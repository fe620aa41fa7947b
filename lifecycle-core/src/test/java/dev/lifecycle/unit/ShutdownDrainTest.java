package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first phase of a shutdown: what may go on, what may not, and when it is over. */
@Timeout(20)
class ShutdownDrainTest extends ShutdownFixture {
  @Test
  void outsidersAreRejectedWhereverTheyKnock() throws Exception {
    Supervisor app = open();
    ExecutorService view = app.executor("app.io", 2, Overflow.BLOCK);
    Scope child = app.child("app.child", o -> o);
    Parked body = start(app, "app.task", parked());
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);

    assertThatThrownBy(() -> app.fork("app.late", () -> "late")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("draining").hasMessageContaining("app.late");
    assertThatThrownBy(() -> app.start("app.late", () -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> child.fork("app.late", () -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> app.child("app.late", o -> o)).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> app.asExecutor("app.late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> app.service("app.late", RestartPolicy.never(), () -> {})).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("app.late");
    assertThatThrownBy(() -> app.every("app.late", Schedule.fixedDelay(DRAIN), () -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> app.supervisor("app.late", RestartPolicy.never(), o -> o, nested -> {})).isInstanceOf(RejectedExecutionException.class);

    body.release();
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(lifecycle.counts().get("app.late").live()).isZero();
  }

  @Test
  void aTaskOfTheSupervisorMayForkOnAndIsWaitedFor() throws Exception {
    Supervisor app = open();
    ExecutorService view = app.executor("app.io", 1, Overflow.queue(4));
    Parked second = parked();
    CountDownLatch go = new CountDownLatch(1);
    app.start("app.first", () -> {
      go.await();
      view.submit(second);
    });
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(Duration.ofSeconds(1));
    go.countDown();
    second.awaitStart();
    clock.advance(Duration.ofSeconds(1));
    assertThat(shutdown.isDone()).isFalse();
    second.release();

    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(shutdown.get().drainTook()).isEqualTo(Duration.ofSeconds(2));
    assertThat(second.interrupts).hasValue(0);
  }

  @Test
  void thePhaseEndsAsSoonAsTheLastTaskHasEndedByItself() throws Exception {
    Supervisor app = open();
    Parked one = start(app, "app.task", parked());
    Parked other = start(app, "app.task", parked());
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    one.release();
    one.ended.await();
    clock.advance(Duration.ofSeconds(4));
    assertThat(shutdown.isDone()).isFalse();
    other.release();

    ShutdownReport report = shutdown.get();
    assertThat(now()).isEqualTo(Duration.ofSeconds(4));
    assertThat(report.drained()).isEqualTo(2);
    assertThat(report.drainTook()).isEqualTo(Duration.ofSeconds(4));
    assertThat(report.took()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void aServiceRunsOnWhileTasksDrainAndKnowsThatItIsStopping() throws Exception {
    Supervisor app = open();
    Parked body = parked();
    Service service = serve(app, "app.poller", body);
    Parked task = start(app, "app.task", parked());
    assertThat(service.isStopping()).isFalse();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(Duration.ofSeconds(9));

    assertThat(service.status()).isEqualTo(Service.Status.RUNNING);
    assertThat(service.isStopping()).isTrue();
    assertThat(body.interrupts).hasValue(0);
    task.release();
    assertThat(shutdown.get().services()).containsExactly(java.util.Map.entry("app.poller", Service.Status.STOPPED));
    assertThat(body.interrupts).hasValue(1);
    assertThat(shutdown.get().isClean()).isTrue();
  }

  @Test
  void aServiceThatEndsOnDrainIsWaitedForBeforeTheCancel() throws Exception {
    Supervisor app = open();
    CountDownLatch looks = new CountDownLatch(1);
    AtomicReference<Boolean> stopping = new AtomicReference<>();
    Service service = app.service("app.poller", o -> o.endsOnDrain(), self -> {
      looks.await();
      stopping.set(self.isStopping());
    });
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(Duration.ofSeconds(2));
    assertThat(shutdown.isDone()).isFalse();
    looks.countDown();

    assertThat(shutdown.get().drainTook()).isEqualTo(Duration.ofSeconds(2));
    assertThat(stopping.get()).isTrue();
    assertThat(service.status()).isEqualTo(Service.Status.COMPLETED);
    assertThat(shutdown.get().services()).as("it had ended before it was told to").isEmpty();
  }

  @Test
  void aServiceThatShouldEndOnDrainAndDoesNotIsCancelledAtItsEnd() throws Exception {
    Supervisor app = open();
    Parked body = parked();
    app.service("app.poller", o -> o.endsOnDrain(), self -> body.call());
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(DRAIN.minusNanos(1));
    assertThat(body.interrupts).hasValue(0);
    clock.advance(Duration.ofNanos(1));

    assertThat(shutdown.get().drainTook()).isEqualTo(DRAIN);
    assertThat(shutdown.get().services()).containsEntry("app.poller", Service.Status.STOPPED);
    assertThat(body.interrupts).hasValue(1);
  }

  @Test
  void aScheduleEndsWithTheDrainAndItsRunMayEndByItself() throws Exception {
    Supervisor app = open();
    Parked run = parked();
    AtomicInteger runs = new AtomicInteger();
    Service busy = app.every("app.flush", Schedule.fixedDelay(Duration.ofSeconds(1)), () -> {
      runs.incrementAndGet();
      run.call();
    });
    Service idle = app.every("app.sweep", Schedule.fixedDelay(Duration.ofHours(1)), runs::incrementAndGet);
    step();
    run.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    assertThat(idle.awaitEnd(Duration.ofSeconds(1))).isTrue();
    clock.advance(Duration.ofSeconds(5));
    assertThat(shutdown.isDone()).isFalse();
    run.release();

    ShutdownReport report = shutdown.get();
    assertThat(report.drained()).isEqualTo(1);
    assertThat(report.isClean()).isTrue();
    assertThat(busy.status()).isEqualTo(Service.Status.STOPPED);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aServiceThatWaitsForItsRestartEndsWithTheDrain() throws Exception {
    Supervisor app = open();
    Service service = app.service("app.poller", RestartPolicy.onFailure().backoff(DRAIN, DRAIN, 0), () -> {
      throw new IllegalStateException("down");
    });
    until(() -> service.status() == Service.Status.BACKOFF);
    app.drain();
    assertThat(service.awaitEnd(Duration.ofSeconds(1))).isTrue();
    assertThat(service.status()).isEqualTo(Service.Status.STOPPED);
    assertThat(app.shutdown(DRAIN, GRACE).services()).isEmpty();
    assertThat(now()).isZero();
  }

  @Test
  void theWorkOfANestedSupervisorDrainsToo() throws Exception {
    Supervisor app = open();
    Parked task = parked();
    Parked part = parked();
    Service nested = app.supervisor("app.feed", RestartPolicy.onFailure(), o -> o, inner -> {
      inner.start("app.inner", task::call);
      inner.service("app.part", RestartPolicy.onFailure(), part::call);
    });
    task.awaitStart();
    part.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(Duration.ofSeconds(3));
    assertThat(task.interrupts).hasValue(0);
    assertThat(part.interrupts).hasValue(0);
    task.release();

    assertThat(shutdown.get().drainTook()).isEqualTo(Duration.ofSeconds(3));
    assertThat(shutdown.get().drained()).isEqualTo(1);
    assertThat(shutdown.get().isClean()).isTrue();
    assertThat(nested.status()).isEqualTo(Service.Status.STOPPED);
  }

  @Test
  void whatAServicesOwnScopeRunsIsPartOfTheServiceAndNotDrained() throws Exception {
    Supervisor app = open();
    Parked inner = parked();
    app.service("app.poller", RestartPolicy.onFailure(), () -> {
      try (Scope own = Scope.open("app.own")) {
        own.start("app.inner", inner::call);
        own.join();
      }
    });
    inner.awaitStart();
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    assertThat(now()).isZero();
    assertThat(report.cancelledByPurpose()).containsExactly(java.util.Map.entry("app.inner", 1));
  }

  @Test
  void aCancelEndsTheFirstPhase() throws Exception {
    Supervisor app = open(o -> o.grace(Duration.ofMinutes(1)));
    Parked body = stubborn();
    Task<?> task = app.fork("app.task", body);
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(app.cancel("enough")).isTrue();
    until(() -> clock.sleepers() == 0);
    shutdown.awaitWaiting(); // in the second phase
    passGrace(GRACE, body);

    assertThat(shutdown.get().drainTook()).isEqualTo(Duration.ofSeconds(1));
    assertThat(shutdown.get().orphans()).hasSize(1);
    assertThat(now()).isEqualTo(Duration.ofMillis(4_100));
    CancelReason reason = task.cancelReason();
    assertThat(reason).isNotNull();
    assertThat(reason.kind()).isEqualTo(CancelReason.Kind.EXPLICIT);
    assertThat(reason.message()).isEqualTo("enough");
  }
}
