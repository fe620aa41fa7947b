package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a refusal or a report of a supervisor says: the words of the caller, and enough to act on. */
@Timeout(20)
class SupervisorMessagesTest extends CancelFixture {
  private final Supervisor app = lifecycle.supervisor("app", o -> o);

  @Test
  void aServiceThatComesTooLateIsToldWhichSupervisorIsClosed() throws Exception {
    app.shutdown(Duration.ZERO, Duration.ZERO);

    assertThatThrownBy(() -> app.service("app.late", RestartPolicy.never(), () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("supervisor " + app + " is closed: service \"app.late\" was not started");
    assertThatThrownBy(() -> app.every("app.late", Schedule.fixedDelay(Duration.ofSeconds(1)), () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed: service \"app.late\" was not started");
  }

  @Test
  void aShutdownFromInsideIsRefusedUnderItsOwnName() {
    assertThatThrownBy(() -> app.fork("app.task", () -> app.shutdown(Duration.ZERO, Duration.ZERO)).get())
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageStartingWith("shutdown of scope " + app);
    assertThatThrownBy(() -> app.fork("app.task", () -> Supervisor.shutdownAll(List.of(app), Duration.ZERO, Duration.ZERO)).get())
        .rootCause()
        .hasMessageStartingWith("shutdownAll of scope " + app);
  }

  @Test
  void theReportSaysWhatCleanupThrew() throws Exception {
    app.defer(() -> {
      throw new IllegalStateException("disk is full");
    });

    ShutdownReport report = app.shutdown(Duration.ZERO, Duration.ZERO);

    assertThat(report.isClean()).isFalse();
    assertThat(report.toString()).contains("failed: ", "IllegalStateException: disk is full");
  }
}
