package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Schedule;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 62 for supervisors; see {@link LeakTest} for how it is looked for. */
@Timeout(30)
class SupervisorLeakTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("leaks").failureListener(heard));
  private final ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
  private final BlockedBody body = new BlockedBody();

  @AfterEach
  void close() {
    body.release();
    lifecycle.close();
    pool.shutdown();
  }

  private Supervisor open() {
    return lifecycle.supervisor("app", o -> o.drain(Duration.ZERO));
  }

  private List<String> leaked() {
    return heard.of(FailureReport.Kind.SCOPE_LEAKED).stream().map(FailureReport::purpose).toList();
  }

  /** What has leaked when the collector has surely seen what was dropped before. */
  private List<String> leakedButCanaries() {
    for (String purpose : List.of("canary.one", "canary.two")) {
      lifecycle.open(purpose);
      await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
        System.gc();
        assertThat(leaked()).contains(purpose);
      });
    }
    return leaked().stream().filter(purpose -> !purpose.startsWith("canary")).toList();
  }

  /** What is made of a supervisor whose handle is dropped keeps it from being reported until it is dropped too. */
  private <T> void keeps(Function<Supervisor, T> maker) {
    T held = maker.apply(open());
    assertThat(leakedButCanaries()).isEmpty();
    Reference.reachabilityFence(held);
    held = null;
    await().untilAsserted(() -> assertThat(leakedButCanaries()).containsExactly("app"));
  }

  @Test
  void aDroppedSupervisorIsReportedOnceThoughItsServiceRuns() throws Exception {
    open().service("app.poller", RestartPolicy.onFailure(), body::run);
    body.awaitBegun();
    assertThat(leakedButCanaries()).containsExactly("app");
  }

  @Test
  void aDroppedSupervisorIsReportedThoughItsScheduleTicksAndANestedOneLives() throws Exception {
    Supervisor app = open();
    app.every("app.tick", Schedule.fixedRate(Duration.ofMillis(1)), () -> {});
    app.supervisor("app.feed", RestartPolicy.onFailure(), o -> o, nested -> nested.service("app.part", RestartPolicy.onFailure(), body::run));
    body.awaitBegun();
    Reference.reachabilityFence(app);
    app = null;
    assertThat(leakedButCanaries()).as("the nested one is held by its run").containsExactly("app");
  }

  @Test
  void aServiceKeepsIt() {
    keeps(app -> app.service("app.poller", RestartPolicy.onFailure(), body::run));
  }

  @Test
  void aScheduleKeepsIt() {
    this.<Service>keeps(app -> app.every("app.tick", Schedule.fixedRate(Duration.ofMillis(1)), () -> {}));
  }

  @Test
  void anExecutorKeepsIt() {
    keeps(app -> app.executor("app.io", 1, Overflow.BLOCK));
  }

  @Test
  void aViewOfAPoolKeepsIt() {
    keeps(app -> app.supervise("app.pool", (java.util.concurrent.ExecutorService) pool));
  }

  @Test
  void aViewOfAScheduledPoolKeepsItAndNothingElseDoes() {
    keeps(app -> app.supervise("app.pool", pool));
  }

  @Test
  void aDelayedTasksFutureKeepsIt() {
    keeps(app -> app.supervise("app.pool", pool).schedule(() -> "never", 1, TimeUnit.HOURS));
  }

  @Test
  void theJvmsHookKeepsIt() {
    Supervisor app = lifecycle.supervisor("app", o -> o.drain(Duration.ZERO).closeOnJvmShutdown());
    String id = app.info().id();
    app = null;
    assertThat(leakedButCanaries()).isEmpty();
    assertThat(id).isNotNull();
  }

  @Test
  void aClosedOneIsNotReported() throws Exception {
    open().close();
    open().shutdown(Duration.ZERO, Duration.ZERO);
    assertThat(leakedButCanaries()).isEmpty();
  }
}
