package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The close of a supervisor, its cleanup, and the ends that are asked for from inside. */
@Timeout(20)
class SupervisorCloseTest extends ShutdownFixture {
  @Test
  void closeIsAShutdownWithTheTimesOfTheOptions() throws Exception {
    Supervisor app = open(o -> o.drain(DRAIN).grace(GRACE));
    Parked obeys = start(app, "app.task", parked());
    Parked stuck = start(app, "app.stuck", stubborn());
    Aside<Throwable> close = Aside.catching(app::close).awaitWaiting();
    clock.advance(DRAIN.minusNanos(1));
    assertThat(obeys.interrupts).hasValue(0);
    clock.advance(Duration.ofNanos(1));
    passGrace(GRACE, stuck);
    assertThat(close.get()).isInstanceOf(dev.lifecycle.OrphanedTasksException.class);
    assertThat(now()).isEqualTo(DRAIN.plus(GRACE).plusMillis(100));
  }

  @Test
  void cleanupRunsOnceAfterEverythingLastInFirstOut() throws Exception {
    Supervisor app = open();
    List<String> events = new CopyOnWriteArrayList<>();
    app.defer(() -> events.add("first"));
    app.defer(() -> {
      events.add("second");
      throw new IllegalStateException("second");
    });
    app.own(() -> events.add("owned"), dev.lifecycle.spi.ResourceKind.FILE, "app.file");
    Parked body = parked();
    app.service("app.poller", RestartPolicy.onFailure(), () -> {
      try {
        body.call();
      } finally {
        events.add("service");
      }
    });
    body.awaitStart();
    ShutdownReport report = app.shutdown(DRAIN, GRACE);
    app.close();
    assertThat(events).containsExactly("service", "owned", "second", "first");
    assertThat(report.failures()).singleElement().isInstanceOf(CleanupFailedException.class);
  }

  @Test
  void aFailureOfTheBlockIsWhatLeavesAndThatOfTheCloseIsSuppressed() {
    Throwable thrown = catchThrowable(() -> {
      try (Supervisor app = open()) {
        app.defer(() -> {
          throw new IllegalStateException("cleanup");
        });
        start(app, "app.task", parked());
        throw new java.io.IOException("body");
      }
    });
    assertThat(thrown).isInstanceOf(java.io.IOException.class).hasMessage("body");
    assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(CleanupFailedException.class);
  }

  @Test
  void aFailureOfATaskIsNotThrown() throws Exception {
    try (Supervisor app = open()) {
      app.start("app.task", () -> {
        throw new IllegalStateException("task");
      });
      app.join(); // or it might never begin
    }
    assertThat(reports.all).singleElement().satisfies(report -> assertThat(report.failure()).hasMessage("task"));
  }

  @Test
  void anEscalatedFailureIsThrownByCloseOnce() throws Exception {
    Supervisor app = open(o -> o.onServiceFailure(ServiceFailure.ESCALATE));
    app.service("app.poller", RestartPolicy.onFailure().backoff(Duration.ZERO, Duration.ZERO).limit(1, Duration.ofSeconds(1)), () -> {
      throw new IllegalStateException("down");
    });
    assertThat(app.awaitTermination(GRACE)).isTrue();
    assertThat(catchThrowable(app::close)).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("down");
    app.close();
    assertThat(app.shutdown(DRAIN, GRACE).failures()).singleElement().isInstanceOf(TaskFailedException.class);
  }

  private interface FromInside {
    void run(Supervisor app) throws Exception;
  }

  private static Throwable fromATask(Supervisor app, FromInside asks) throws Exception {
    Task<Throwable> task = app.fork("app.inside", () -> catchThrowable(() -> asks.run(app)));
    return task.get();
  }

  @ParameterizedTest
  @ValueSource(strings = {"shutdown", "shutdownAll", "close", "join", "awaitTermination"})
  void waitingForItsEndFromInsideIsRefusedAtOnceNamingThePath(String method) throws Exception {
    Supervisor app = open();
    Supervisor other = lifecycle.supervisor("other", o -> o.drain(Duration.ZERO));
    FromInside asks = s -> {
      switch (method) {
        case "shutdown" -> s.shutdown(DRAIN, GRACE);
        case "shutdownAll" -> Supervisor.shutdownAll(List.of(other, s), DRAIN, GRACE);
        case "close" -> s.close();
        case "join" -> s.join();
        default -> s.awaitTermination(DRAIN);
      }
    };
    assertThat(fromATask(app, asks)).isInstanceOf(IllegalStateException.class).hasMessageContainingAll(method + " of scope " + app, "app.inside", "it would wait for itself");
    List<Throwable> seen = new CopyOnWriteArrayList<>();
    ThrowingCallable asking = () -> asks.run(app);
    app.service("app.service", RestartPolicy.never(), () -> seen.add(catchThrowable(asking))).awaitEnd(GRACE);
    app.every("app.schedule", Schedule.fixedDelay(Duration.ofMillis(1)), () -> seen.add(catchThrowable(asking)));
    app.executor("app.pool", 1, dev.lifecycle.Overflow.BLOCK).submit(() -> seen.add(catchThrowable(asking))).get();
    step();
    until(() -> seen.size() == 3);
    assertThat(seen).allSatisfy(thrown -> assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining(method + " of scope " + app));
    assertThat(app.drain()).as("nothing has begun").isTrue();
    assertThat(other.drain()).as("nothing has begun there either").isTrue();
  }

  @Test
  void cleanupMayNotWaitForItsOwnEnd() throws Exception {
    Supervisor app = open();
    List<Throwable> seen = new CopyOnWriteArrayList<>();
    app.defer(() -> seen.add(catchThrowable(() -> app.shutdown(DRAIN, GRACE))));
    app.shutdown(DRAIN, GRACE);
    assertThat(seen).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancelAndDrainFromInsideAreAllowed() throws Exception {
    Supervisor app = open();
    Task<Boolean> task = app.fork("app.inside", () -> app.drain() && app.cancel("from inside"));
    until(() -> app.info().live() == 0);
    assertThat(app.info().cancelled()).isTrue();
    assertThat(task.cancelReason()).isNotNull().satisfies(reason -> assertThat(reason.message()).isEqualTo("from inside"));
    app.close();
  }

  @Test
  void aTaskMayShutDownAnotherSupervisor() throws Exception {
    Supervisor app = open();
    Supervisor other = lifecycle.supervisor("other", o -> o);
    Task<ShutdownReport> task = app.fork("app.inside", () -> other.shutdown(DRAIN, GRACE));
    assertThat(task.get()).satisfies(report -> assertThat(report.isClean()).isTrue());
  }

  @Test
  void aFailedFutureFailsNobodyAtClose() throws Exception {
    Supervisor app = open();
    Task<?> task = app.fork("app.task", () -> {
      throw new IllegalStateException("task");
    });
    assertThat(catchThrowable(task::get)).isInstanceOf(ExecutionException.class);
    app.close();
    assertThat(reports.all).isEmpty();
  }
}
