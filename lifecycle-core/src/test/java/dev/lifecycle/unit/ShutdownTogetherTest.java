package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.CancelReason;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.internal.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several ends of one supervisor, one after the other or in any overlap. */
@Timeout(20)
class ShutdownTogetherTest extends ShutdownFixture {
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void ofTwoDrainsTheShorterCountsAndBothGetTheSameReport() throws Exception {
    Supervisor app = open();
    Parked body = start(app, "app.task", parked());
    Aside<ShutdownReport> first = shutDown(app, LONG, GRACE);
    Aside<ShutdownReport> second = shutDown(app, DRAIN, GRACE);
    clock.advance(DRAIN);
    body.awaitInterrupts(1);
    assertThat(first.get()).isSameAs(second.get());
    assertThat(first.get().drainTook()).isEqualTo(DRAIN);
    assertThat(first.get().cancelled()).isEqualTo(1);
    assertThat(app.shutdown(LONG, LONG)).as("a later call").isSameAs(first.get());
  }

  @Test
  void aSecondDrainThatIsLongerChangesNothing() throws Exception {
    Supervisor app = open();
    start(app, "app.task", parked());
    Aside<ShutdownReport> first = shutDown(app, DRAIN, GRACE);
    Aside<ShutdownReport> second = shutDown(app, LONG, GRACE);
    clock.advance(DRAIN);
    assertThat(first.get()).isSameAs(second.get());
  }

  @Test
  void ofTwoGracesTheShorterCountsWhicheverComesFirst() throws Exception {
    for (List<Duration> graces : List.of(List.of(LONG, GRACE), List.of(GRACE, LONG))) {
      Duration before = now();
      Supervisor app = open();
      Parked body = start(app, "app.stuck", stubborn());
      Aside<ShutdownReport> first = shutDown(app, Duration.ZERO, graces.get(0));
      body.awaitInterrupts(1);
      Aside<ShutdownReport> second = shutDown(app, Duration.ZERO, graces.get(1));
      passGrace(GRACE, body);
      assertThat(first.get()).isSameAs(second.get());
      assertThat(first.get().orphans()).hasSize(1);
      assertThat(now().minus(before)).isLessThanOrEqualTo(GRACE.plus(SLACK));
    }
  }

  @Test
  void aSecondShorterGraceMovesTheTurnsOfServicesOn() throws Exception {
    Supervisor app = open();
    Parked one = stubborn();
    Service first = serve(app, "app.one", one);
    Parked two = stubborn();
    serve(app, "app.two", two);
    Aside<ShutdownReport> slow = shutDown(app, Duration.ZERO, LONG);
    two.awaitInterrupts(1);
    Aside<ShutdownReport> quick = shutDown(app, Duration.ZERO, Duration.ofSeconds(2));
    until(() -> Timers.nextDue(lifecycle) == Duration.ofSeconds(1).toNanos()); // the turn of the first service, which was after five minutes
    assertThat(first.status()).isEqualTo(Service.Status.RUNNING);
    clock.advance(Duration.ofSeconds(1));
    one.awaitInterrupts(1);
    awaitDue(2);
    clock.advance(Duration.ofSeconds(1));
    one.awaitInterrupts(2);
    two.awaitInterrupts(2);
    awaitDue(2);
    clock.advance(Duration.ofMillis(100));
    assertThat(slow.get()).isSameAs(quick.get());
    assertThat(slow.get().orphans()).hasSize(2);
    assertThat(now()).isLessThanOrEqualTo(Duration.ofSeconds(2).plus(SLACK));
  }

  @Test
  void closeDuringAShutdownHasTheShorterTimesToo() throws Exception {
    Supervisor app = open(o -> o.grace(GRACE));
    Parked body = start(app, "app.stuck", stubborn());
    Aside<ShutdownReport> shutdown = shutDown(app, LONG, LONG);
    Aside<Throwable> close = Aside.catching(app::close);
    passGrace(GRACE, body);
    assertThat(shutdown.get().orphans()).hasSize(1);
    Throwable thrown = close.get();
    if (thrown != null) { // whoever comes second has nothing to say
      assertThat(thrown).isInstanceOf(OrphanedTasksException.class);
    }
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void theReportHasWhatTheCloseOfAnotherThrew() throws Exception {
    Supervisor app = open();
    CountDownLatch cleaning = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    app.defer(() -> {
      cleaning.countDown();
      go.await();
      throw new IllegalStateException("cleanup");
    });
    Aside<Throwable> close = Aside.catching(app::close);
    cleaning.await();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    go.countDown();
    assertThat(close.get()).isInstanceOf(CleanupFailedException.class);
    assertThat(shutdown.get().failures()).containsExactly(close.get());
  }

  @Test
  void aCloseOfTheParentTakesOverAndCancelsEverythingAtOnce() throws Exception {
    Scope parent = lifecycle.open("parent");
    Supervisor app = open(o -> o.parent(parent));
    Parked task = start(app, "app.task", parked());
    Parked one = parked();
    serve(app, "app.one", one);
    Parked two = parked();
    serve(app, "app.two", two);
    Aside<ShutdownReport> shutdown = shutDown(app, LONG, GRACE);
    Aside<Throwable> close = Aside.catching(parent::close);
    assertThat(close.get()).isNull();
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(List.of(task.interrupts.get(), one.interrupts.get(), two.interrupts.get())).containsOnly(1);
    assertThat(now()).isZero();
  }

  @Test
  void aCloseOfTheLifecycleDuringAShutdownWaitsForIt() throws Exception {
    Supervisor app = open(o -> o.drain(DRAIN).grace(GRACE));
    Parked body = start(app, "app.task", parked());
    Aside<ShutdownReport> shutdown = shutDown(app, LONG, GRACE);
    Aside<Throwable> close = Aside.catching(lifecycle::close).awaitWaiting();
    clock.advance(DRAIN);
    body.awaitInterrupts(1);
    assertThat(close.get()).isNull();
    assertThat(shutdown.get().drainTook()).isEqualTo(DRAIN);
  }

  @Test
  void everyKindOfEndAtOnceEndsItOnce() throws Exception {
    for (int round = 0; round < 20; round++) {
      Scope parent = lifecycle.open("parent");
      Supervisor app = open(o -> o.parent(parent));
      List<String> cleaned = new CopyOnWriteArrayList<>();
      app.defer(() -> cleaned.add("first"));
      app.defer(() -> cleaned.add("second"));
      start(app, "app.task", parked());
      serve(app, "app.poller", parked());
      CountDownLatch go = new CountDownLatch(1);
      Aside<ShutdownReport> one = Aside.run(() -> {
        go.await();
        return app.shutdown(Duration.ZERO, GRACE);
      });
      Aside<ShutdownReport> two = Aside.run(() -> {
        go.await();
        return app.shutdown(Duration.ZERO, LONG);
      });
      Aside<Throwable> three = Aside.catching(() -> {
        go.await();
        app.close();
      });
      Aside<Throwable> four = Aside.catching(() -> {
        go.await();
        parent.close();
      });
      Aside<Boolean> five = Aside.run(() -> {
        go.await();
        return app.cancel("too");
      });
      go.countDown();
      five.get();
      assertThat(one.get()).isSameAs(two.get());
      assertThat(three.get()).isNull();
      assertThat(four.get()).isNull();
      assertThat(cleaned).containsExactly("second", "first");
    }
  }

  @Test
  void aCancelThatCameFirstIsWhatTasksWereCancelledBy() throws Exception {
    Supervisor app = open();
    Parked body = stubborn();
    Task<String> task = app.fork("app.task", body);
    body.awaitStart();
    assertThat(app.cancel("before")).isTrue();
    Aside<ShutdownReport> shutdown = shutDown(app, LONG, GRACE);
    body.release();
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(shutdown.get().drainTook()).isZero();
    assertThat(task.cancelReason()).extracting(CancelReason::kind).isEqualTo(CancelReason.Kind.EXPLICIT);
  }

  @Test
  void aShutdownAfterTheCloseReportsTheClose() throws Exception {
    Supervisor app = open();
    start(app, "app.task", parked());
    app.close();
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    assertThat(report.cancelled()).isEqualTo(1);
    app.close();
    assertThat(app.shutdown(DRAIN, GRACE)).isSameAs(report);
  }
}
