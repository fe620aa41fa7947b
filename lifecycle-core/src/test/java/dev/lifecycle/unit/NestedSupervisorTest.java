package dev.lifecycle.unit;

import static dev.lifecycle.FailureReport.Kind.SERVICE_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.diagnostics.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A supervisor as a service of another. */
@Timeout(20)
class NestedSupervisorTest extends ServiceFixture {
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ONE));
  private final ToldBody first = ToldBody.listening();
  private final ToldBody second = ToldBody.listening();
  private final List<Supervisor> opened = new CopyOnWriteArrayList<>();

  private Service nest(RestartPolicy policy, RestartPolicy ofParts) {
    Service nested = app.supervisor("app.feed", policy, o -> o, feed -> {
      opened.add(feed);
      feed.service("feed.first", ofParts, first);
      feed.service("feed.second", ofParts, second);
    });
    first.awaitRun(1);
    second.awaitRun(1);
    return nested;
  }

  @Test
  void itStandsBelowItsServiceInTheTreeAndIsReadyWhenItsSetupHasReturned() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE);
    assertThat(nested.awaitReady(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.RUNNING);
    assertThat(opened.get(0).info().path()).isEqualTo("app/app.feed/app.feed");
    assertThat(Snapshot.take(lifecycle).toString().lines().map(line -> line.replaceAll("([st])-\\d+ ", "$1 ").replaceAll(" +age.*", "")).skip(1)).containsExactly(
        "s app", "   s app.feed", "      - t app.feed", "      s app.feed", "         s feed.first", "            - t feed.first", "         s feed.second",
        "            - t feed.second");
  }

  @Test
  void itIsNotReadyWhileItsSetupRunsHoweverLongThatTakes() throws Exception {
    HeldBody setup = HeldBody.listening();
    Service nested = app.supervisor("app.feed", AT_ONCE, o -> o, feed -> {
      feed.service("feed.first", AT_ONCE, first);
      setup.run();
    });
    setup.awaitBegun();
    first.awaitRun(1);
    clock.advance(Duration.ofDays(1_000));
    assertThat(nested.status()).isEqualTo(Status.STARTING);
    setup.letGo();
    assertThat(nested.awaitReady(LONG)).isTrue();
  }

  @Test
  void aSetupThatThrowsIsAFailureOfTheRunAndEndsWhatItHadStarted() throws Exception {
    AtomicInteger setups = new AtomicInteger();
    Service nested = app.supervisor("app.feed", AT_ONCE.limit(2, LONG), o -> o.drain(Duration.ZERO), feed -> {
      feed.service("feed.first", AT_ONCE, first);
      first.awaitRun(setups.incrementAndGet());
      throw new IllegalStateException("setup");
    });
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.FAILED);
    assertThat(nested.lastFailure()).hasMessage("setup");
    assertThat(setups).hasValue(3);
    assertThat(first.runs()).isEqualTo(3);
    assertThat(first.isRunning()).isFalse();
    assertThat(nested.awaitReady(LONG)).isFalse();
  }

  @Test
  void aServiceThatHasFailedForGoodFailsTheRunAndAllIsStartedAnew() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE.limit(1, LONG));
    IllegalStateException last = new IllegalStateException("last");
    first.fail("first");
    first.awaitRun(2).fail(last);
    first.awaitRun(3);
    second.awaitRun(2);
    assertThat(nested.restarts()).isEqualTo(1);
    assertThat(nested.lastFailure()).isInstanceOf(TaskFailedException.class).hasCause(last);
    assertThat(opened).hasSize(2).doesNotHaveDuplicates();
    assertThat(opened.get(0).info().closed()).isTrue();
    assertThat(listener.awaitFirst(SERVICE_FAILED).purpose()).isEqualTo("feed.first");
    first.fail("the budget is new too");
    first.awaitRun(4);
  }

  @Test
  void whenTheRestartsOfTheWholeAreUsedUpItIsTheParentsTurn() throws Exception {
    Supervisor top = lifecycle.supervisor("top", o -> o.onServiceFailure(ServiceFailure.ESCALATE));
    Service nested =
        top.supervisor("top.feed", AT_ONCE.limit(1, LONG), o -> o, feed -> feed.service("feed.first", AT_ONCE.limit(1, LONG), first));
    top.service("top.second", AT_ONCE, second);
    second.awaitRun(1);
    for (int run = 1; run <= 4; run++) { // two of each of two runs of the whole
      first.awaitRun(run).fail("failure " + run);
    }
    assertThat(top.awaitTermination(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.FAILED);
    assertThat(second.isRunning()).isFalse();
    assertThatThrownBy(top::close).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("failure 4");
    assertThat(first.runs()).isEqualTo(4);
  }

  @Test
  void itCompletesWhenAllItsServicesHave() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE);
    first.complete();
    second.complete();
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.COMPLETED);
    assertThat(opened.get(0).info().closed()).isTrue();
  }

  @Test
  void underIsolateItOutlivesAServiceThatHasFailed() throws Exception {
    Service nested = app.supervisor("app.feed", AT_ONCE, o -> o.onServiceFailure(ServiceFailure.ISOLATE), feed -> {
      feed.service("feed.first", AT_ONCE.limit(1, LONG), first);
      feed.service("feed.second", AT_ONCE, second);
    });
    first.awaitRun(1).fail("down");
    first.awaitRun(2).fail("down");
    listener.awaitFirst(SERVICE_FAILED);
    second.awaitRun(1);
    assertThat(nested.status()).isEqualTo(Status.RUNNING);
    second.complete();
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void itEndsWithItsParent() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE);
    assertThat(nested.awaitReady(LONG)).isTrue();
    app.cancel("enough");
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.STOPPED);
    assertThat(first.isRunning() || second.isRunning()).isFalse();
    assertThat(opened.get(0).info().cancelReason().message()).isEqualTo("enough");
    assertThat(first.runs() + second.runs()).isEqualTo(2);
  }

  @Test
  void aStopOfItStopsItsServices() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE);
    assertThat(nested.stop("enough")).isTrue();
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.STOPPED);
    assertThat(first.isRunning() || second.isRunning()).isFalse();
  }

  @Test
  void aRestartWithOthersCancelsItWithAllThatIsInIt() throws Exception {
    Supervisor group = lifecycle.supervisor("group", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ParkedBody<String> parked = ParkedBody.returning("value");
    AtomicReference<Task<String>> task = new AtomicReference<>();
    Service nested = group.supervisor("group.feed", AT_ONCE, o -> o, feed -> {
      if (task.get() == null) {
        task.set(feed.fork("feed.task", parked));
      }
      feed.service("feed.first", AT_ONCE, first);
    });
    group.service("group.second", AT_ONCE, second);
    parked.awaitEntered();
    first.awaitRun(1);
    second.awaitRun(1);
    assertThat(nested.awaitReady(LONG)).isTrue();
    second.fail("down");
    first.awaitRun(2);
    second.awaitRun(2);
    assertThat(parked.wasInterrupted()).as("it was not left to its drain").isTrue();
    assertThat(task.get().cancelReason().kind()).isEqualTo(CancelReason.Kind.RESTART);
    assertThat(nested.restarts()).isEqualTo(1);
    assertThat(nested.lastFailure()).isNull();
  }

  @Test
  void oneThatIsClosedFromOutsideHasCompleted() throws Exception {
    Service nested = nest(AT_ONCE, AT_ONCE);
    assertThat(nested.awaitReady(LONG)).isTrue();
    opened.get(0).close();
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.COMPLETED);
  }
}
