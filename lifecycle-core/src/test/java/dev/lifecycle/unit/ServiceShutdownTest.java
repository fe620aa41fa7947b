package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Scope;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules 54 and 59 for services: the end of the supervisor is the end of every service, in whatever state it is. */
@Timeout(20)
class ServiceShutdownTest extends ServiceFixture {
  private final ToldBody body = ToldBody.listening();

  /** How a supervisor comes to its end. */
  enum End {
    CANCEL(app -> app.cancel("enough")),
    CLOSE(Supervisor::close),
    DRAIN(Supervisor::drain),
    SHUTDOWN(app -> {
      try {
        app.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });

    private final Consumer<Supervisor> how;

    End(Consumer<Supervisor> how) {
      this.how = how;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfTheSupervisorDuringABackoffEndsTheServiceAtOnce(End end) throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    Service service = app.service("app.service", after(RestartPolicy.onFailure(), Duration.ofHours(1)), body);
    body.awaitRun(1).fail("down");
    awaitBackoff(app, service);
    end.how.accept(app);
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(app.awaitTermination(LONG)).isTrue();
    app.close();
    assertThat(clock.nanoTime()).as("time that this took").isZero();
    assertThat(clock.advanceToNextDeadline()).as("something is still waited for").isFalse();
    assertThat(body.runs()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfTheSupervisorDuringARestartOfAGroupEndsItAll(End end) throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ToldBody first = ToldBody.listening();
    Service failed = app.service("app.first", after(RestartPolicy.onFailure(), Duration.ofHours(1)), first);
    Service other = app.service("app.second", RestartPolicy.always(), body);
    body.awaitRun(1);
    first.awaitRun(1).fail("down");
    awaitBackoff(app, failed);
    awaitBackoff(app, other);
    end.how.accept(app);
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThat(failed.status()).isEqualTo(Status.STOPPED);
    assertThat(other.status()).isEqualTo(Status.STOPPED);
    app.close();
    assertThat(clock.advanceToNextDeadline()).isFalse();
    assertThat(first.runs() + body.runs()).isEqualTo(2);
  }

  @Test
  void aDrainLeavesRunningServicesAloneUntilTheyEndAndStartsNoneAgain() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    ToldBody failing = ToldBody.listening();
    Service returns = app.service("app.service", atOnce(RestartPolicy.always()), body);
    Service fails = app.service("app.fails", atOnce(RestartPolicy.onFailure()), failing);
    body.awaitRun(1);
    failing.awaitRun(1);
    app.drain();
    settleEnd(app);
    assertThat(body.isRunning() && failing.isRunning()).isTrue();
    assertThat(returns.isStopping()).isTrue();
    assertThat(returns.status()).isEqualTo(Status.RUNNING);
    body.complete();
    failing.fail("during the drain");
    assertThat(app.awaitTermination(LONG)).isTrue();
    assertThat(returns.status()).isEqualTo(Status.COMPLETED);
    assertThat(fails.status()).isEqualTo(Status.FAILED);
    assertThat(listener.awaitFirst(FailureReport.Kind.TASK_FAILED).failure()).hasMessage("during the drain");
    assertThat(body.runs() + failing.runs()).isEqualTo(2);
  }

  /** A drained supervisor takes no schedule to settle with: a service that has ended stands for it. */
  private static void settleEnd(Supervisor app) {
    assertThat(app.drain()).as("drained before").isFalse();
  }

  @Test
  void aCancelOfTheParentReachesTheServices() throws Exception {
    Scope parent = lifecycle.open("parent");
    Supervisor app = lifecycle.supervisor("app", o -> o.parent(parent));
    Service service = app.service("app.service", RestartPolicy.always(), body);
    body.awaitRun(1);
    parent.cancel("enough");
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(app.awaitTermination(LONG)).isTrue();
    parent.close();
    assertThat(body.runs()).isEqualTo(1);
  }

  @Test
  void aDeadlineOfTheSupervisorEndsItsServices() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.timeout(Duration.ofSeconds(9))));
    Service service = app.service("app.service", RestartPolicy.always(), body);
    ToldBody failing = ToldBody.listening();
    Service waits = app.service("app.waits", after(RestartPolicy.onFailure(), Duration.ofHours(1)), failing);
    body.awaitRun(1);
    failing.awaitRun(1).fail("down");
    awaitBackoff(app, waits);
    clock.advance(Duration.ofSeconds(9));
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(waits.awaitEnd(LONG)).isTrue();
    assertThat(waits.status()).isEqualTo(Status.STOPPED);
  }

  @Test
  void whenCloseHasReturnedNoBodyRunsAndNoneBegins() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.drain(Duration.ZERO));
    Service service = app.service("app.service", atOnce(RestartPolicy.always()).limit(10_000, Duration.ofDays(1)), body);
    body.awaitRun(1).complete();
    app.close();
    int runs = body.runs();
    assertThat(body.isRunning()).isFalse();
    assertThat(service.status()).isIn(Status.STOPPED, Status.COMPLETED);
    clock.advance(Duration.ofHours(1));
    assertThat(body.runs()).isEqualTo(runs);
  }

  @Test
  void aServiceOfACancelledSupervisorIsStoppedAndNeverBegins() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    app.cancel("enough");
    Service service = app.service("app.service", RestartPolicy.always(), body);
    assertThat(service.awaitEnd(LONG)).isTrue();
    assertThat(service.status()).isEqualTo(Status.STOPPED);
    assertThat(body.runs()).isZero();
    assertThat(app.awaitTermination(LONG)).isTrue();
  }

  @Test
  void theReportNamesTheServicesInTheOrderInWhichTheyWereStopped() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    for (String purpose : new String[] {"app.a", "app.b", "app.c"}) {
      app.service(purpose, RestartPolicy.onFailure(), ToldBody.listening());
    }
    ShutdownReport report = app.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    assertThat(report.services().keySet()).containsExactly("app.c", "app.b", "app.a");
    assertThat(report.services().values()).containsOnly(Status.STOPPED);
    assertThat(report.isClean()).isTrue();
  }
}
