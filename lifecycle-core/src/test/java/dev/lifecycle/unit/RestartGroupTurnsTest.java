package dev.lifecycle.unit;

import static dev.lifecycle.FailureReport.Kind.TASK_FAILED;
import static dev.lifecycle.FailureReport.Kind.TASK_STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 55: what happens while a group is being restarted. */
@Timeout(20)
class RestartGroupTurnsTest extends ServiceFixture {
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ToldBody a = ToldBody.noting("a", events);
  private final ToldBody b = ToldBody.noting("b", events);
  private final ToldBody c = ToldBody.noting("c", events);
  private final ToldBody deaf = ToldBody.deafNoting("deaf", events);
  private final Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL).grace(Duration.ofSeconds(5)));

  private Service start(RestartPolicy policy, ToldBody body) {
    Service service = app.service("app.service", policy, body);
    body.awaitRun(1);
    return service;
  }

  /** A service that is ready when the test says so. */
  private Service slow(RestartPolicy policy, ToldBody body) {
    Service service = app.service("app.slow", o -> o.restart(policy).readyWithin(LONG), self -> body.run());
    body.awaitRun(1);
    service.ready();
    return service;
  }

  @Test
  void eachIsStoppedWhenTheOneAfterItHasEndedAndNoneStartsBeforeAllHave() throws Exception {
    Service first = start(AT_ONCE, a);
    Service stubborn = start(AT_ONCE, deaf);
    Service last = start(AT_ONCE, c);
    c.fail("down");
    awaitStatus(stubborn, Status.STOPPING);
    settle(app);
    assertThat(first.status()).as("not its turn").isEqualTo(Status.RUNNING);
    assertThat(last.status()).isEqualTo(Status.BACKOFF);
    assertThat(a.wasInterrupted()).isFalse();
    deaf.complete();
    c.awaitRun(2);
    deaf.awaitRun(2);
    assertThat(events.subList(3, 6)).containsExactly("-c", "-deaf", "-a");
    deaf.complete();
  }

  @Test
  void aRunThatIgnoresItsCancelIsReportedAtItsGraceHoldsTheRestartUpAndIsNeverOverlapped() throws Exception {
    Service stubborn = start(AT_ONCE, deaf);
    start(AT_ONCE, b);
    b.fail("down");
    awaitStatus(stubborn, Status.STOPPING);
    settle(app);
    clock.advance(Duration.ofSeconds(5));
    soon().until(() -> {
      clock.advanceToNextDeadline(); // the moment between the second interrupt and the report
      return !listener.of(TASK_STUCK).isEmpty();
    });
    assertThat(listener.of(TASK_STUCK).get(0).purpose()).isEqualTo("app.service");
    assertThat(listener.of(TASK_STUCK).get(0).stack()).isNotEmpty();
    assertThat(stubborn.status()).isEqualTo(Status.STOPPING);
    settle(app);
    assertThat(deaf.runs() + b.runs()).isEqualTo(2);
    deaf.complete();
    deaf.awaitRun(2);
    b.awaitRun(2);
    assertThat(deaf.hasOverlapped()).isFalse();
    deaf.complete();
  }

  @Test
  void eachIsStartedWhenTheOneBeforeItIsReady() throws Exception {
    Service slow = slow(AT_ONCE, a);
    start(AT_ONCE, b);
    b.fail("down");
    a.awaitRun(2);
    settle(app);
    assertThat(slow.status()).isEqualTo(Status.STARTING);
    assertThat(b.runs()).isEqualTo(1);
    slow.ready();
    b.awaitRun(2);
  }

  @Test
  void theyAreStartedInStartOrderAndStoppedInReverse() throws Exception {
    for (String name : new String[] {"1", "2", "3", "4"}) {
      ToldBody body = ToldBody.noting(name, events);
      Service service = app.service("app.slow", o -> o.restart(AT_ONCE).readyWithin(LONG), self -> {
        events.add("*" + name);
        self.ready();
        body.run();
      });
      assertThat(service.awaitReady(LONG)).isTrue();
      body.awaitRun(1);
    }
    start(AT_ONCE, a);
    events.clear();
    a.fail("down");
    a.awaitRun(2);
    assertThat(events.stream().filter(event -> event.startsWith("-"))).containsExactly("-a", "-4", "-3", "-2", "-1");
    assertThat(events.stream().filter(event -> event.startsWith("*"))).containsExactly("*1", "*2", "*3", "*4");
  }

  @Test
  void whenTheOneThatIsWaitedForCompletesInsteadTheNextIsStarted() throws Exception {
    Service slow = slow(AT_ONCE, a);
    start(AT_ONCE, b);
    b.fail("down");
    a.awaitRun(2).complete();
    b.awaitRun(2);
    assertThat(slow.awaitEnd(LONG)).isTrue();
    assertThat(slow.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void whenTheOneThatIsWaitedForIsStoppedTheNextIsStarted() throws Exception {
    Service slow = slow(AT_ONCE, a);
    start(AT_ONCE, b);
    b.fail("down");
    a.awaitRun(2);
    slow.stop("not needed");
    b.awaitRun(2);
    assertThat(slow.awaitEnd(LONG)).isTrue();
    assertThat(slow.status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void whenTheOneThatIsWaitedForFailsTheGroupIsRestartedOnceMore() throws Exception {
    Service slow = slow(AT_ONCE, a);
    Service next = start(AT_ONCE, b);
    b.fail("first");
    a.awaitRun(2).fail("second");
    a.awaitRun(3);
    settle(app);
    assertThat(b.runs()).as("not started in between").isEqualTo(1);
    slow.ready();
    b.awaitRun(2);
    assertThat(next.restarts()).isEqualTo(1);
    assertThat(slow.restarts()).isEqualTo(2);
  }

  @Test
  void aSecondFailureDuringTheBackoffOfTheFirstIsNoneSinceNobodyRuns() throws Exception {
    Service first = start(after(RestartPolicy.onFailure(), Duration.ofSeconds(1)), a);
    start(AT_ONCE, b);
    a.fail("down");
    awaitBackoff(app, first);
    soon().until(() -> !b.isRunning());
    settle(app);
    clock.advance(Duration.ofSeconds(1));
    b.awaitRun(2);
    soon().until(() -> !listener.all().isEmpty());
    assertThat(listener.all()).hasSize(1);
    assertThat(first.restarts()).isEqualTo(1);
  }

  @Test
  void aFailureOfOneThatWaitsForItsTurnToBeStoppedJoinsTheRestartWithTheLaterTime() throws Exception {
    Service first = start(after(RestartPolicy.onFailure(), Duration.ofSeconds(9)), a);
    start(AT_ONCE, deaf);
    start(AT_ONCE, c);
    c.fail("first");
    soon().until(deaf::wasInterrupted);
    a.fail("second");
    awaitStatus(first, Status.BACKOFF);
    deaf.complete();
    soon().until(() -> !deaf.isRunning());
    settle(app);
    assertThat(a.runs() + deaf.runs() + c.runs()).isEqualTo(3);
    clock.advance(Duration.ofSeconds(9));
    c.awaitRun(2);
    assertThat(a.runs()).isEqualTo(2);
    assertThat(deaf.awaitRun(2).hasOverlapped()).isFalse();
    deaf.complete();
  }

  @Test
  void whatAStoppedRunThrowsIsReportedAndDoesNotCountAsAFailureOfItsOwn() throws Exception {
    Service stubborn = start(AT_ONCE.limit(1, LONG), deaf);
    start(AT_ONCE, b);
    for (int run = 1; run <= 3; run++) {
      b.awaitRun(run).fail("down");
      awaitStatus(stubborn, Status.STOPPING);
      deaf.awaitRun(run).fail("on the way out");
      deaf.awaitRun(run + 1);
    }
    assertThat(stubborn.lastFailure()).hasMessage("on the way out");
    soon().until(() -> listener.of(TASK_FAILED).size() == 6);
    awaitStatus(stubborn, Status.RUNNING);
    deaf.complete();
  }

  @Test
  void oneThatIsStoppedByItsUserDuringTheBackoffIsNotStartedWithTheOthers() throws Exception {
    Service first = start(after(RestartPolicy.onFailure(), Duration.ofSeconds(1)), a);
    Service second = start(AT_ONCE, b);
    a.fail("down");
    awaitBackoff(app, first);
    awaitBackoff(app, second);
    second.stop("not needed");
    assertThat(second.awaitEnd(LONG)).isTrue();
    clock.advance(Duration.ofSeconds(1));
    a.awaitRun(2);
    settle(app);
    assertThat(b.runs()).isEqualTo(1);
  }
}
