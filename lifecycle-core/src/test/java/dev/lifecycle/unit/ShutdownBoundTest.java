package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Scope;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.FailureReport.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shutdown returns within drain + grace + 250 ms, whatever ignores its cancel. */
@Timeout(20)
class ShutdownBoundTest extends ShutdownFixture {
  private final Parked body = stubborn();

  /** Passes the time of a shutdown whose one obstacle is the body. */
  private ShutdownReport ends(Supervisor app) throws Exception {
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(DRAIN);
    passGrace(GRACE, body);
    ShutdownReport report = shutdown.get();
    assertThat(now()).isLessThanOrEqualTo(DRAIN.plus(GRACE).plus(SLACK));
    assertThat(report.took()).isEqualTo(now());
    assertThat(report.isClean()).isFalse();
    assertThat(report.orphans()).anySatisfy(orphan -> assertThat(orphan.stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName()));
    assertThat(app.info().closed()).isTrue();
    return report;
  }

  @Test
  void withATask() throws Exception {
    Supervisor app = open();
    app.fork("app.stuck", body);
    assertThat(ends(app).orphans()).singleElement().satisfies(orphan -> {
      assertThat(orphan.purpose()).isEqualTo("app.stuck");
      assertThat(orphan.sinceCancel()).isBetween(GRACE, GRACE.plus(SLACK));
      assertThat(orphan.age()).isBetween(DRAIN.plus(GRACE), DRAIN.plus(GRACE).plus(SLACK));
    });
    reports.await(Kind.TASK_STUCK, 1);
    assertThat(reports.of(Kind.TASK_STUCK)).hasSize(1);
  }

  @Test
  void withATaskOfAnExecutor() throws Exception {
    Supervisor app = open();
    app.executor("app.io", 1, Overflow.BLOCK).submit(body);
    assertThat(ends(app).orphans()).extracting(o -> o.purpose()).containsExactly("app.io");
  }

  @Test
  void withTasksOfPoolsOfOthersWhichAreNotShutDown() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    ScheduledExecutorService timed = Executors.newScheduledThreadPool(1);
    try {
      Supervisor app = open();
      Parked delayed = stubborn();
      app.supervise("app.pool", pool).submit(body);
      app.supervise("app.timed", timed).schedule(delayed, 1, TimeUnit.SECONDS);
      body.awaitStart();
      clock.advance(Duration.ofSeconds(1));
      delayed.awaitStart();
      Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
      passGrace(GRACE, body, delayed);
      assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).containsExactlyInAnyOrder("app.pool", "app.timed");
      assertThat(now()).isLessThanOrEqualTo(GRACE.plusSeconds(1).plus(SLACK));
      assertThat(pool.isShutdown()).isFalse();
      assertThat(timed.isShutdown()).isFalse();
      body.release();
      delayed.release();
      until(() -> app.info().closed() && lifecycle.counts().get("app.timed").live() == 0);
    } finally {
      pool.shutdown();
      timed.shutdown();
    }
  }

  @Test
  void withARunOfASchedule() throws Exception {
    Supervisor app = open();
    app.every("app.flush", Schedule.fixedDelay(Duration.ofMillis(1)), body::call);
    step();
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    passGrace(GRACE, body);
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).containsExactly("app.flush");
    assertThat(shutdown.get().took()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void withAService() throws Exception {
    Supervisor app = open();
    app.service("app.poller", RestartPolicy.onFailure(), body::call);
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    passGrace(GRACE, 1, 1, body);
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).containsExactly("app.poller");
    assertThat(now()).as("a service is not drained").isLessThanOrEqualTo(GRACE.plus(SLACK));
    assertThat(shutdown.get().cancelled()).isZero();
  }

  @Test
  void withAChildThatWouldWait() throws Exception {
    Supervisor app = open();
    Scope child = app.child("app.child", o -> o.grace(Duration.ofMinutes(5), AfterGrace.WAIT));
    child.fork("app.stuck", body);
    assertThat(ends(app).orphans()).extracting(o -> o.purpose()).containsExactly("app.stuck");
    assertThat(child.info().closed()).isTrue();
  }

  @Test
  void withALexicalScopeInATaskThatWouldWait() throws Exception {
    Supervisor app = open();
    app.start("app.outer", () -> {
      try (Scope inner = Scope.open("app.inner", o -> o.grace(Duration.ofMinutes(5), AfterGrace.WAIT))) {
        inner.fork("app.stuck", body);
        inner.join();
      }
    });
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    passGrace(GRACE, 2, 2, body);
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).contains("app.stuck");
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  /** Opened after the limits were set, and before the turn of its service. */
  @Test
  void withAScopeThatAServiceOpensDuringTheShutdown() throws Exception {
    Supervisor app = open();
    CountDownLatch opens = new CountDownLatch(1);
    app.service("app.first", RestartPolicy.onFailure(), () -> {
      opens.await();
      try (Scope inner = Scope.open("app.inner", o -> o.grace(Duration.ofMinutes(5), AfterGrace.WAIT))) {
        inner.fork("app.stuck", body);
        inner.join();
      }
    });
    Parked last = stubborn();
    serve(app, "app.last", last);
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    last.awaitInterrupts(1);
    opens.countDown();
    body.awaitStart();
    clock.advance(GRACE.dividedBy(2));
    body.awaitInterrupts(1);
    last.release();
    last.ended.await();
    awaitDue(2); // two scopes
    clock.advance(GRACE.dividedBy(2));
    body.awaitInterrupts(2);
    awaitDue(2);
    clock.advance(Duration.ofMillis(100));
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).contains("app.stuck");
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void withATaskInAShieldedScopeWhichNoCancelReaches() throws Exception {
    Supervisor app = open();
    app.start("app.outer", () -> Context.shield(Duration.ofHours(1), () -> {
      try (Scope inner = lifecycle.open("app.inner")) {
        inner.fork("app.stuck", body);
        awaitThroughInterrupts(body.ended);
      }
      return null;
    }));
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    until(() -> app.info().cancelled());
    awaitDue(3); // the grace, and the bound of the shield twice: it is the inner scope's deadline too
    clock.advance(GRACE);
    awaitDue(3);
    clock.advance(Duration.ofMillis(100));
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).contains("app.outer");
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
    body.release();
  }

  @Test
  void withANestedSupervisor() throws Exception {
    Supervisor app = open();
    app.supervisor("app.feed", RestartPolicy.onFailure(), o -> o.grace(Duration.ofMinutes(5), AfterGrace.WAIT), nested -> nested.service("app.part", RestartPolicy.onFailure(), body::call));
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    passGrace(GRACE, 2, 2, body); // the last net below the nested supervisor, and the scope of its service
    assertThat(shutdown.get().orphans()).extracting(o -> o.purpose()).contains("app.part");
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void withACancelHookThatHangs() throws Exception {
    Supervisor app = open(o -> o.grace(Duration.ofMinutes(5)));
    CountDownLatch hook = new CountDownLatch(1);
    app.onCancel(hook::await);
    start(app, "app.task", parked());
    Aside<ShutdownReport> shutdown = shutDown(app, Duration.ZERO, GRACE);
    awaitDue(3); // the grace, the second after which the interrupts follow, the bound of the hook's shield
    clock.advance(Duration.ofSeconds(1));
    until(() -> app.info().live() == 0 && clock.sleepers() == 1);
    clock.advance(GRACE.minusSeconds(1).plusMillis(100));
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
    assertThat(reports.of(Kind.HOOK_FAILED)).hasSize(1);
    hook.countDown();
  }

  @Test
  void aWaitingSupervisorWaitsOnAndReports() throws Exception {
    Supervisor app = open(o -> o.grace(GRACE, AfterGrace.WAIT));
    app.fork("app.stuck", body);
    body.awaitStart();
    Aside<ShutdownReport> shutdown = shutDown(app, DRAIN, GRACE);
    clock.advance(DRAIN);
    passGrace(GRACE, body);
    reports.await(Kind.TASK_STUCK, 1);
    awaitDue(1);
    clock.advance(Duration.ofMinutes(1));
    reports.await(Kind.TASK_STUCK, 2);
    assertThat(shutdown.isDone()).isFalse();
    body.release();
    assertThat(shutdown.get().orphans()).isEmpty();
    assertThat(shutdown.get().cancelled()).isEqualTo(1);
    assertThat(shutdown.get().took()).isEqualTo(now());
  }

  @Test
  void anAbandoningChildOfAWaitingSupervisorIsAbandoned() throws Exception {
    Supervisor app = open(o -> o.grace(GRACE, AfterGrace.WAIT));
    Scope child = app.child("app.child", o -> o.grace(GRACE, AfterGrace.ABANDON));
    child.fork("app.stuck", body);
    assertThat(ends(app).orphans()).extracting(o -> o.purpose()).containsExactly("app.stuck");
  }

  @Test
  void anOrphanStaysCountedUntilItEnds() throws Exception {
    Supervisor app = open();
    app.fork("app.stuck", body);
    ends(app);
    assertThat(lifecycle.counts().get("app.stuck").orphaned()).isEqualTo(1);
    body.release();
    until(() -> lifecycle.counts().get("app.stuck").live() == 0);
    assertThat(lifecycle.counts().get("app.stuck").orphaned()).isZero();
    assertThat(dev.lifecycle.diagnostics.Snapshot.take(lifecycle).scopes()).isZero();
  }
}
