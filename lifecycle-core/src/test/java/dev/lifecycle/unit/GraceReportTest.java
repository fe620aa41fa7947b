package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.FailureReport.Kind;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleOptions.CreationSites;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 29, 30 (WAIT) and 32: the second interrupt and the reports. */
@Timeout(20)
class GraceReportTest extends CancelFixture {
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration SETTLE = Duration.ofMillis(100); // after the second interrupt: who obeys that is not stuck

  private Task<String> fork(Scope scope, Parked body) throws InterruptedException {
    Task<String> task = scope.fork("work.stuck", body);
    body.awaitStart();
    return task;
  }

  @Test
  void graceRunsFromTheCancelOnTheLibrarysTimerThoughNobodyWaits() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    Task<String> task = fork(scope, body);
    clock.advance(Duration.ofSeconds(2));
    scope.cancel("stop");
    body.awaitInterrupts(1);

    clock.advance(GRACE);
    body.awaitInterrupts(2);
    step();

    reports.await(Kind.TASK_STUCK, 1);
    assertThat(now()).isEqualTo(Duration.ofSeconds(2).plus(GRACE).plus(SETTLE));
    assertThat(reports.of(Kind.TASK_STUCK)).singleElement().satisfies(r -> {
      assertThat(r.taskId()).isEqualTo(task.id());
      assertThat(r.purpose()).isEqualTo("work.stuck");
      assertThat(r.scope()).isEqualTo(scope.toString());
      assertThat(r.message()).contains("since 5.1 s", "age 7.1 s");
      assertThat(r.stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName());
    });
  }

  @Test
  void oneMoreInterruptIsSentAtTheEndOfTheGraceAndNotBefore() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    fork(scope, body);
    scope.cancel("stop");
    body.awaitInterrupts(1);

    clock.advance(GRACE.minusNanos(1));
    assertThat(body.thread.isInterrupted()).isFalse();
    assertThat(body.interrupts).hasValue(1);

    clock.advance(Duration.ofNanos(1));
    body.awaitInterrupts(2);
  }

  @Test
  void aTaskThatObeysTheSecondInterruptIsNotReported() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn(1);
    fork(scope, body);
    scope.cancel("stop");
    body.awaitInterrupts(1);

    clock.advance(GRACE);
    body.awaitInterrupts(2);
    scope.awaitQuiescence(Duration.ofDays(1));
    clock.advance(Duration.ofHours(1));
    scope.close();

    assertThat(reports.all).isEmpty();
  }

  @Test
  void everyRemainingTaskGetsOneReport() throws Exception {
    Scope scope = lifecycle.open("work");
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(fork(scope, stubborn()).id());
    }
    Parked obedient = parked();
    fork(scope, obedient);
    scope.cancel("stop");
    obedient.ended.await();
    until(() -> scope.info().live() == 3);

    clock.advance(GRACE);
    step();

    reports.await(Kind.TASK_STUCK, 3);
    assertThat(reports.all).extracting(FailureReport::taskId).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aReportNamesTheForkSiteIfItWasCaptured() throws Exception {
    try (Lifecycle capturing = Lifecycle.create(o -> o.clock(clock).failureListener(reports).creationSites(CreationSites.ALL))) {
      Scope scope = capturing.open("work");
      Parked body = stubborn();
      fork(scope, body);
      scope.cancel("stop");

      clock.advance(GRACE);
      step();

      reports.await(Kind.TASK_STUCK, 1);
      body.release();
      assertThat(reports.all.get(0).message()).contains(getClass().getSimpleName() + ".java");
    }
  }

  @Test
  void waitKeepsWaitingAndReportsAgainAtDoublingIntervals() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    fork(scope, body);
    scope.cancel("stop");
    body.awaitInterrupts(1);
    clock.advance(GRACE);
    body.awaitInterrupts(2);
    for (int n = 1; n <= 5; n++) {
      step();
      reports.await(Kind.TASK_STUCK, n);
    }

    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < reports.times.size(); i++) {
      gaps.add(reports.times.get(i).minus(reports.times.get(i - 1)));
    }
    assertThat(gaps).hasSize(4);
    for (int i = 1; i < gaps.size(); i++) {
      assertThat(gaps.get(i)).isEqualTo(gaps.get(i - 1).multipliedBy(2));
    }
    assertThat(scope.info().orphaned()).isZero();
    assertThat(body.interrupts).hasValue(2);
    body.release();
    scope.close();
    assertThat(scope.info().live()).isZero();
  }

  @Test
  void theGraceOfATaskCancelledAloneIsWatchedToo() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    Task<String> task = fork(scope, body);
    task.cancel("alone");
    body.awaitInterrupts(1);

    clock.advance(GRACE);
    body.awaitInterrupts(2);
    step();

    reports.await(Kind.TASK_STUCK, 1);
    assertThat(reports.all.get(0).taskId()).isEqualTo(task.id());
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void theBodyOfACallThatIgnoresItsDeadlineIsReportedWithItsStack() throws Exception {
    Parked body = stubborn();
    Thread caller = new Thread(() -> {
      try {
        lifecycle.call("call", Duration.ofSeconds(1), own -> body.call());
      } catch (Exception e) {
        // the deadline
      }
    });
    caller.start();
    body.awaitStart();
    clock.advance(Duration.ofSeconds(1));
    body.awaitInterrupts(1);
    step();
    body.awaitInterrupts(2);
    step();

    reports.await(Kind.TASK_STUCK, 1);
    assertThat(reports.all.get(0).stack()).extracting(StackTraceElement::getClassName).contains(Parked.class.getName());
    body.release();
    caller.join();
  }

  @Test
  void theGraceOfADescendantCountsFromTheFirstCancel() throws Exception {
    Scope parent = lifecycle.open("parent");
    Scope child = parent.child("child", o -> o);
    Parked body = stubborn();
    fork(child, body);
    parent.cancel("first");
    body.awaitInterrupts(1);
    clock.advance(Duration.ofSeconds(3));
    child.cancel("second");

    clock.advance(Duration.ofSeconds(2));

    body.awaitInterrupts(2);
  }

  @Test
  void aTaskWhoseBodyHasEndedIsNeverListedAsStuck() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    Scope scope = lifecycle.open("work", o -> o.policy(ended -> {
      asked.countDown();
      awaitThroughInterrupts(answer);
      return Policy.Verdict.CONTINUE;
    }));
    Parked ended = parked();
    Parked stuck = stubborn();
    fork(scope, ended);
    Task<String> other = fork(scope, stuck);
    scope.cancel("stop");
    asked.await(); // one body has ended and its end is held up by the policy
    stuck.awaitInterrupts(1);

    clock.advance(GRACE);
    stuck.awaitInterrupts(2);
    step();
    reports.await(Kind.TASK_STUCK, 1);
    step();
    reports.await(Kind.TASK_STUCK, 2); // by now the first round is over

    answer.countDown();
    assertThat(reports.all).extracting(FailureReport::taskId).containsOnly(other.id());
  }
}
