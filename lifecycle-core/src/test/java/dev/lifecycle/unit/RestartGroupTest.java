package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 55: which services are restarted together, and in which order. */
@Timeout(20)
class RestartGroupTest extends ServiceFixture {
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<ToldBody> bodies = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();
  private Supervisor app;

  /** Opens the supervisor and starts services a, b, c and so on. */
  private void start(RestartStrategy strategy, RestartPolicy... policies) {
    app = lifecycle.supervisor("app", o -> o.strategy(strategy));
    for (RestartPolicy policy : policies) {
      ToldBody body = ToldBody.noting(String.valueOf((char) ('a' + bodies.size())), events);
      bodies.add(body);
      services.add(app.service("app.service", policy, body));
      body.awaitRun(1);
    }
    events.clear();
  }

  private void assertRuns(int... runs) {
    soon().untilAsserted(() -> assertThat(bodies).extracting(ToldBody::runs).containsExactly(Arrays.stream(runs).boxed().toArray(Integer[]::new)));
    assertThat(bodies).noneMatch(ToldBody::hasOverlapped);
  }

  @Test
  void oneForOneRestartsTheFailedOneAlone() throws Exception {
    start(RestartStrategy.ONE_FOR_ONE, AT_ONCE, AT_ONCE, AT_ONCE);
    bodies.get(1).fail("down");
    assertRuns(1, 2, 1);
    settle(app);
    assertThat(events).containsExactly("-b", "+b");
  }

  @Test
  void oneForAllStopsInReverseStartOrderAndStartsInStartOrder() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE);
    bodies.get(1).fail("down");
    soon().until(() -> events.size() == 8);
    assertThat(events.subList(0, 4)).containsExactly("-b", "-d", "-c", "-a");
    assertThat(events.subList(4, 8)).as("each began when the one before was ready, which is before its body").containsExactlyInAnyOrder("+a", "+b", "+c", "+d");
    services.forEach(service -> awaitStatus(service, Status.RUNNING));
    assertRuns(2, 2, 2, 2);
    assertThat(services).extracting(Service::restarts).containsExactly(1, 1, 1, 1);
    assertThat(services.get(0).lastFailure()).isNull();
  }

  @Test
  void restForOneRestartsTheFailedOneAndThoseStartedAfterIt() throws Exception {
    start(RestartStrategy.REST_FOR_ONE, AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE);
    bodies.get(1).fail("down");
    assertRuns(1, 2, 2, 2);
    settle(app);
    assertThat(events.subList(0, 3)).containsExactly("-b", "-d", "-c");
    assertThat(bodies.get(0).wasInterrupted()).isFalse();
  }

  @Test
  void theRestartsOfOthersAreNotTakenFromTheirBudgets() throws Exception {
    RestartPolicy once = AT_ONCE.limit(1, LONG);
    start(RestartStrategy.ONE_FOR_ALL, once, AT_ONCE);
    for (int run = 1; run <= 4; run++) {
      bodies.get(1).awaitRun(run).fail("down");
    }
    assertRuns(5, 5);
    awaitStatus(services.get(0), Status.RUNNING);
    bodies.get(0).fail("own");
    assertRuns(6, 6);
  }

  @Test
  void aRunThatIsStoppedForOthersIsToldSoAndThrowsNothingThatIsReported() throws Exception {
    AtomicReference<CancelReason> reason = new AtomicReference<>();
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE);
    ToldBody other = ToldBody.listening();
    app.service("app.other", o -> o, self -> {
      Context context = Context.current();
      try {
        other.run();
      } finally {
        reason.compareAndSet(null, context.cancelReason());
      }
    });
    other.awaitRun(1);
    bodies.get(0).fail("down");
    other.awaitRun(2);
    assertThat(reason.get().kind()).isEqualTo(CancelReason.Kind.RESTART);
    assertThat(reason.get().message()).contains("app.service");
    soon().untilAsserted(() -> assertThat(listener.all()).singleElement().satisfies(report -> assertThat(report.failure()).hasMessage("down")));
  }

  @Test
  void theWholeGroupWaitsForTheBackoffOfTheFailedOne() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, after(RestartPolicy.onFailure(), Duration.ofSeconds(3)));
    bodies.get(1).fail("down");
    awaitBackoff(app, services.get(0));
    awaitBackoff(app, services.get(1));
    clock.advance(Duration.ofSeconds(3).minusNanos(1));
    settle(app);
    assertRuns(1, 1);
    clock.advance(Duration.ofNanos(1));
    assertRuns(2, 2);
  }

  @Test
  void completedServicesStayCompleted() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, AT_ONCE);
    bodies.get(0).complete();
    assertThat(services.get(0).awaitEnd(LONG)).isTrue();
    bodies.get(1).fail("down");
    assertRuns(1, 2);
    settle(app);
    assertThat(services.get(0).status()).isEqualTo(Status.COMPLETED);
    assertRuns(1, 2);
  }

  @Test
  void alwaysServicesAreRestartedWithTheOthersAndTheirReturnRestartsTheOthers() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, atOnce(RestartPolicy.always()), AT_ONCE);
    bodies.get(1).fail("down");
    assertRuns(2, 2);
    awaitStatus(services.get(0), Status.RUNNING);
    bodies.get(0).awaitRun(2).complete();
    assertRuns(3, 3);
  }

  @Test
  void neverServicesAreStoppedWithTheOthersAndStaySo() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, RestartPolicy.never(), after(RestartPolicy.onFailure(), Duration.ofHours(1)));
    bodies.get(2).fail("down");
    assertThat(services.get(1).awaitEnd(LONG)).as("at once, not after the delay of the others").isTrue();
    assertThat(services.get(1).status()).isEqualTo(Status.STOPPED);
    awaitBackoff(app, services.get(0));
    awaitBackoff(app, services.get(2));
    clock.advance(Duration.ofHours(1));
    assertRuns(2, 1, 2);
    settle(app);
    assertRuns(2, 1, 2);
  }

  @Test
  void aNeverServiceThatFailsRestartsNobody() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, RestartPolicy.never());
    bodies.get(1).fail("down");
    assertThat(services.get(1).awaitEnd(LONG)).isTrue();
    settle(app);
    assertRuns(1, 1);
    assertThat(services.get(1).status()).isEqualTo(Status.FAILED);
    assertThat(bodies.get(0).isRunning()).isTrue();
  }

  @Test
  void aServiceThatHasUsedUpItsRestartsTakesNobodyWithIt() throws Exception {
    start(RestartStrategy.ONE_FOR_ALL, AT_ONCE, AT_ONCE.limit(1, LONG));
    bodies.get(1).fail("down");
    assertRuns(2, 2);
    awaitStatus(services.get(1), Status.RUNNING);
    bodies.get(1).awaitRun(2).fail("down");
    assertThat(services.get(1).awaitEnd(LONG)).isTrue();
    settle(app);
    assertRuns(2, 2);
    assertThat(services.get(0).status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void aServiceThatIsAddedLaterIsTheLastInTheOrder() throws Exception {
    start(RestartStrategy.REST_FOR_ONE, AT_ONCE, AT_ONCE);
    bodies.get(0).fail("down");
    assertRuns(2, 2);
    ToldBody late = ToldBody.noting("late", events);
    app.service("app.late", AT_ONCE, late);
    late.awaitRun(1);
    bodies.get(1).awaitRun(2).fail("down");
    late.awaitRun(2);
    assertRuns(2, 3);
  }
}
