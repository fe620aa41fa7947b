package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 30 (ABANDON), 31 and 32: orphans. */
@Timeout(20)
class GraceAbandonTest extends CancelFixture {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration SLACK = Duration.ofMillis(250);

  private Scope open() {
    return lifecycle.open("work", GraceAbandonTest::abandon);
  }

  private static ScopeOptions abandon(ScopeOptions o) {
    return o.grace(GRACE, AfterGrace.ABANDON);
  }

  private Task<String> fork(Scope scope, Parked body) throws InterruptedException {
    Task<String> task = scope.fork("work.stuck", body);
    body.awaitStart();
    return task;
  }

  private static CompletableFuture<Throwable> inThread(ThrowingCallable waiting) {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread thread = new Thread(() -> thrown.complete(catchThrowable(waiting)));
    thread.setDaemon(true);
    thread.start();
    return thrown;
  }

  private void passGrace(Parked body) {
    body.awaitInterrupts(1);
    step(); // the end of the grace, once the closing thread has listed it
    body.awaitInterrupts(2);
    step();
  }

  @Test
  void joinReturnsWithinTheGraceAndAQuarterSecondAndSaysSo() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    Task<String> task = fork(scope, body);
    clock.advance(Duration.ofSeconds(3));
    CompletableFuture<Throwable> join = inThread(scope::join);
    scope.cancel("stop");
    passGrace(body);

    Throwable thrown = join.get();

    assertThat(now().minusSeconds(3)).isBetween(GRACE, GRACE.plus(SLACK));
    assertThat(thrown).isInstanceOf(ScopeCancelledException.class);
    assertThat(thrown.getSuppressed()).singleElement().isInstanceOfSatisfying(OrphanedTasksException.class, e -> check(e.report(), scope, task));
  }

  private static void check(OrphanReport report, Scope scope, Task<?> task) {
    assertThat(report.scope()).isEqualTo(scope.toString());
    assertThat(report.orphans()).singleElement().satisfies(o -> {
      assertThat(o.taskId()).isEqualTo(task.id());
      assertThat(o.purpose()).isEqualTo("work.stuck");
      assertThat(o.sinceCancel()).isBetween(GRACE, GRACE.plus(SLACK));
      assertThat(o.age()).isEqualTo(o.sinceCancel().plusSeconds(3));
      assertThat(o.stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName());
    });
    assertThat(report.toString()).contains("t-" + task.id(), "work.stuck", Parked.class.getName());
  }

  @Test
  void closeReturnsWithinTheGraceAndAQuarterSecondAndSaysSo() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    fork(scope, body);
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);

    assertThat(close.get()).isInstanceOfSatisfying(OrphanedTasksException.class, e -> assertThat(e.report().orphans()).hasSize(1));
    assertThat(now()).isBetween(GRACE, GRACE.plus(SLACK));
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void anExpiryThatLeavesOrphansIsStillADeadline() throws Exception {
    Scope scope = lifecycle.open("work", o -> abandon(o).timeout(Duration.ofSeconds(1)));
    Parked body = stubborn();
    fork(scope, body);
    CompletableFuture<Throwable> join = inThread(scope::join);
    clock.advance(Duration.ofSeconds(1));
    passGrace(body);

    assertThat(join.get()).isInstanceOf(DeadlineExceededException.class);
    assertThat(join.get().getSuppressed()).singleElement().isInstanceOf(OrphanedTasksException.class);
  }

  @Test
  void orphansAreListedOldestFirstAndOneReportIsMadeForEach() throws Exception {
    Scope scope = open();
    Parked first = stubborn();
    Parked second = stubborn();
    Task<String> one = fork(scope, first);
    Task<String> two = fork(scope, second);
    CompletableFuture<Throwable> close = inThread(scope::close);
    first.awaitInterrupts(1);
    passGrace(second);

    OrphanReport report = ((OrphanedTasksException) close.get()).report();
    assertThat(report.orphans()).extracting(OrphanReport.Orphan::taskId).containsExactly(one.id(), two.id());
    reports.await(Kind.TASK_STUCK, 2);
    assertThat(reports.of(Kind.TASK_STUCK)).hasSize(2);
  }

  @Test
  void anOrphanStaysInTheTreeAndTheCountsUntilItReallyEnds() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    Task<String> task = fork(scope, body);
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);
    close.get();

    assertThat(task.status()).isEqualTo(Task.Status.ORPHANED);
    assertThat(scope.info().live()).isEqualTo(1);
    assertThat(scope.info().orphaned()).isEqualTo(1);
    assertThat(Snapshot.take(lifecycle).toString()).contains("t-" + task.id() + " work.stuck", "ORPHANED");
    assertThat(lifecycle.counts().get("work.stuck").orphaned()).isEqualTo(1);
    assertThat(lifecycle.counts().get("work.stuck").live()).isEqualTo(1);

    body.release();
    until(() -> scope.info().live() == 0);
    until(() -> Snapshot.take(lifecycle).scopes() == 0);
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    assertThat(lifecycle.counts().get("work.stuck").orphaned()).isZero();
    assertThat(lifecycle.counts().get("work.stuck").cancelled()).isEqualTo(1);
  }

  @Test
  void theLateResultOfAnOrphanGoesToTheListener() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    Task<String> task = fork(scope, body);
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);
    close.get();
    body.release();

    reports.await(Kind.LATE_RESULT, 1);
    assertThat(reports.of(Kind.LATE_RESULT)).singleElement().satisfies(r -> {
      assertThat(r.taskId()).isEqualTo(task.id());
      assertThat(r.failure()).isNull();
    });
  }

  @Test
  void theLateExceptionOfAnOrphanGoesToTheListenerAndIsVisibleOnItsTask() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    IllegalStateException late = new IllegalStateException("late");
    Task<String> task = scope.fork("work.stuck", () -> {
      body.call();
      throw late;
    });
    body.awaitStart();
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);
    close.get();
    body.release();

    reports.await(Kind.LATE_RESULT, 1);
    assertThat(reports.of(Kind.LATE_RESULT).get(0).failure()).isSameAs(late);
    assertThat(task.failure()).isSameAs(late);
    assertThat(task.status()).isEqualTo(Task.Status.FAILED);
  }

  @Test
  void anOrphanCanForkNothing() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    AtomicReference<Throwable> forked = new AtomicReference<>();
    AtomicReference<Throwable> opened = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    scope.fork("work.stuck", () -> {
      body.call();
      forked.set(catchThrowable(() -> scope.fork("work.more", () -> "ran")));
      opened.set(catchThrowable(() -> Scope.open("more")));
      done.countDown();
      return "";
    });
    body.awaitStart();
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);
    close.get();
    body.release();
    done.await();

    assertThat(forked.get()).isInstanceOf(IllegalStateException.class);
    assertThat(opened.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anOrphanOfAScopeThatIsNotClosedYetForksOnlyCancelledTasks() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    AtomicReference<Task<String>> forked = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    scope.fork("work.stuck", () -> {
      body.call();
      forked.set(scope.fork("work.more", () -> "ran"));
      done.countDown();
      return "";
    });
    body.awaitStart();
    CompletableFuture<Throwable> join = inThread(scope::join);
    scope.cancel("stop");
    passGrace(body);
    join.get();
    body.release();
    done.await();

    assertThat(forked.get().status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void deferredCleanupRunsThoughTasksWereOrphaned() throws Exception {
    Scope scope = open();
    Parked body = stubborn();
    fork(scope, body);
    CountDownLatch cleaned = new CountDownLatch(1);
    scope.defer(cleaned::countDown);
    CompletableFuture<Throwable> close = inThread(scope::close);
    passGrace(body);

    assertThat(close.get()).isInstanceOf(OrphanedTasksException.class);
    assertThat(cleaned.getCount()).isZero();
    assertThat(body.ended.getCount()).isEqualTo(1);
  }

  @Test
  void aTaskThatEndsBeforeTheReportIsNoOrphan() throws Exception {
    Scope scope = open();
    Parked obeys = stubborn(1);
    Parked stuck = stubborn();
    fork(scope, obeys);
    Task<String> orphan = fork(scope, stuck);
    CompletableFuture<Throwable> close = inThread(scope::close);
    obeys.awaitInterrupts(1);
    stuck.awaitInterrupts(1);
    step(); // the end of the grace, once the closing thread has listed it
    until(() -> scope.info().live() == 1); // the second interrupt ended it
    step();

    OrphanReport report = ((OrphanedTasksException) close.get()).report();
    assertThat(report.orphans()).extracting(OrphanReport.Orphan::taskId).containsExactly(orphan.id());
  }

  @Test
  void aScopeWhoseTasksAllObeyIsNotAbandoned() throws Exception {
    Scope scope = open();
    Parked body = stubborn(1);
    fork(scope, body);
    CompletableFuture<Throwable> close = inThread(scope::close);
    body.awaitInterrupts(1);
    step(); // the end of the grace, once the closing thread has listed it

    assertThat(close.get()).isNull();
    assertThat(reports.all).isEmpty();
  }
}
