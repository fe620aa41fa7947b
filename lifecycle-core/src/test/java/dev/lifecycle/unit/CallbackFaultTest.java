package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.context.ContextCarrier;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule 44: what listeners, carriers and handlers throw never corrupts a scope. */
@Timeout(20)
class CallbackFaultTest {
  private final RecordingListener reports = new RecordingListener();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  static Stream<Throwable> faults() {
    return Stream.of(new IllegalStateException("injected"), new AssertionError("injected"), new OutOfMemoryError("injected"));
  }

  private static <R> R strike(Throwable fault) {
    if (fault instanceof Error e) {
      throw e;
    }
    throw (RuntimeException) fault;
  }

  private void assertStillWhole(Scope scope) throws Exception {
    assertThat(scope.fork("fault.after", () -> 1).get()).isEqualTo(1);
    scope.join();
    assertThat(scope.info().live()).isZero();
    scope.close();
    assertThat(scope.info().closed()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aListenerThatThrowsChangesNothing(Throwable fault) throws Exception {
    try (Scope scope = lifecycle.open("fault", o -> o.policy(Policy.SUPERVISE).listener(report -> strike(fault)))) {
      scope.start("fault.task", () -> {
        throw new IllegalArgumentException("broken");
      });
      assertStillWhole(scope);
      assertThat(lifecycle.counts().get("fault.task").failed()).isEqualTo(1);
    }
  }

  static Stream<ContextCarrier> brokenCarriers() {
    return Stream.of(
        () -> strike(new IllegalStateException("capture")),
        () -> () -> strike(new IllegalStateException("install")),
        () -> () -> () -> strike(new IllegalStateException("restore")),
        () -> null,
        () -> () -> null);
  }

  @ParameterizedTest
  @MethodSource("brokenCarriers")
  void aCarrierThatFailsIsReportedAndTheOthersAreInstalledAndRestored(ContextCarrier broken) throws Exception {
    List<String> steps = new CopyOnWriteArrayList<>();
    ContextCarrier good = () -> () -> {
      steps.add("installed");
      return () -> steps.add("restored");
    };
    try (Scope scope = lifecycle.open("fault", o -> o.carry(good, broken, good))) {
      Task<Integer> task = scope.fork("fault.task", () -> {
        steps.add("body");
        return 1;
      });
      scope.join();
      assertThat(task.resultNow()).isEqualTo(1);
      assertThat(steps).containsExactly("installed", "installed", "body", "restored", "restored");
      assertThat(reports.of(FailureReport.Kind.CALLBACK_FAILED)).hasSize(1);
    }
  }

  @Test
  void onNeverRunAndOnDiscardThatThrowAreReported() throws Exception {
    try (Scope scope = lifecycle.open("fault", o -> o.executor(Runnable::run))) {
      scope.fork("fault.discard", o -> o.onDiscard(value -> strike(new IllegalStateException("discard"))), () -> {
        scope.cancel("stop");
        return 1;
      });
      scope.fork("fault.never", o -> o.onNeverRun(() -> strike(new IllegalStateException("never"))), () -> 1);
    }
    assertThat(reports.of(FailureReport.Kind.CLEANUP_FAILED)).extracting(FailureReport::failure).extracting(Throwable::getMessage)
        .containsExactly("discard", "never");
  }

  @Test
  void optionsThatThrowForkNothing() {
    try (Scope scope = lifecycle.open("fault")) {
      assertThatThrownBy(() -> scope.fork("fault.task", o -> strike(new IllegalStateException("options")), () -> 1)).hasMessage("options");
      assertThat(lifecycle.counts()).doesNotContainKey("fault.task");
    }
  }

  @Test
  void aFailureWhileTheEndOfATaskIsJudgedStillEndsTheTask() throws Exception {
    class BrokenClock extends FollowingClock {
      volatile boolean broken;

      @Override
      public Instant instant() {
        return broken ? strike(new OutOfMemoryError("injected")) : super.instant();
      }
    }

    BrokenClock clock = new BrokenClock();
    HeldBody held = HeldBody.listening();
    try (Lifecycle own = Lifecycle.create(o -> o.clock(clock).threads(CallbackFaultTest::quietThread)); Scope scope = own.open("fault")) {
      Task<Object> task = scope.fork("fault.task", () -> {
        held.call();
        clock.broken = true; // as if memory ran out while the reason for the cancel is made
        throw new IllegalArgumentException("broken");
      });
      held.letGo();
      assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
      clock.broken = false;
      assertThat(task.failure()).hasMessage("broken");
      assertThat(scope.info().live()).isZero();
      assertThat(own.counts().get("fault.task").failed()).isEqualTo(1);
    }
  }

  private static Thread quietThread(Runnable work) {
    Thread thread = new Thread(work, "quiet");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> {});
    return thread;
  }

  /** A virtual clock that can be extended. */
  private static class FollowingClock implements MonotonicClock {
    private final VirtualClock clock = new VirtualClock();

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public void parkUntil(Object blocker, long nanos) {
      clock.parkUntil(blocker, nanos);
    }

    @Override
    public boolean follow(Follower follower) {
      return clock.follow(follower);
    }
  }
}
