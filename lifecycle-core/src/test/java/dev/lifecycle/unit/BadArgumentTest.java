package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.Deadline;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.concurrent.Concurrent;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.ResourceKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no option and no purpose: a bad value is refused by name, and the scope is as before. */
@Timeout(20)
class BadArgumentTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final Scope scope = lifecycle.open("good");

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static void assertNullRefused(String parameter, ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessageContaining(parameter);
  }

  @Test
  void aNullBodyIsRefusedAndForksNothing() throws Exception {
    assertNullRefused("body", () -> scope.fork("bad", null));
    assertNullRefused("body", () -> scope.fork("bad", o -> o, null));
    assertNullRefused("body", () -> scope.start("bad", null));
    assertNullRefused("body", () -> scope.completions().fork("bad", null));
    assertNullRefused("stage", () -> scope.adopt("bad", null));
    assertNullRefused("body", () -> lifecycle.call("bad", Duration.ofSeconds(1), null));
    assertNullRefused("body", () -> lifecycle.call("bad", o -> o, null));
    assertNullRefused("body", () -> Scope.call("bad", o -> o, null));
    assertThat(lifecycle.counts()).containsOnlyKeys("good");
    scope.join();
  }

  @Test
  void aNullTimeoutIsRefused() {
    assertNullRefused("timeout", () -> lifecycle.call("bad", (Duration) null, s -> 1));
    assertNullRefused("timeout", () -> Scope.call("bad", (Duration) null, s -> 1));
    assertNullRefused("timeout", () -> scope.awaitQuiescence(null));
  }

  @Test
  void aNullMessageOrCauseOfACancelIsRefusedAndCancelsNothing() {
    assertNullRefused("message", () -> scope.cancel(null));
    assertNullRefused("message", () -> scope.cancel(null, new IllegalStateException()));
    assertNullRefused("cause", () -> scope.cancel("stop", null));
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void aBlankMessageOfACancelBecomesOneOfTheLibrary() throws Exception {
    HeldBody held = HeldBody.listening();
    Task<String> task = scope.fork("bad.task", held);
    held.awaitBegun();
    assertNullRefused("message", () -> task.cancel((String) null));
    task.cancel(" ");
    assertThat(task.cancelReason().message()).isNotBlank();
    scope.cancel("");
    assertThat(scope.info().cancelReason().message()).isNotBlank();
  }

  @Test
  void aNullHookOrResourceIsRefused() {
    assertNullRefused("hook", () -> scope.onCancel(null));
    assertNullRefused("hook", () -> scope.context().onCancel(null));
    assertNullRefused("resource", () -> scope.closeOnCancel(null));
    assertNullRefused("resource", () -> scope.defer(null));
    assertNullRefused("resource", () -> scope.own(null, ResourceKind.of("socket"), "bad"));
    assertNullRefused("kind", () -> scope.own(() -> {}, null, "bad"));
    assertNullRefused("key", () -> scope.context().get(null));
    assertNullRefused("expected", () -> scope.join(null));
  }

  @Test
  void aShieldNeedsABoundThatIsPositive() {
    assertNullRefused("bound", () -> Context.shield(null, () -> 1));
    assertNullRefused("cleanup", () -> Context.shield(Duration.ofSeconds(1), null));
    for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofSeconds(-2)}) {
      assertThatThrownBy(() -> Context.shield(bad, () -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bound")
          .hasMessageContaining(bad.toString());
    }
  }

  @Test
  void aDeadlineRefusesNulls() {
    assertNullRefused("timeout", () -> Deadline.in(null));
    assertNullRefused("timeout", () -> Deadline.in(null, clock));
    assertNullRefused("clock", () -> Deadline.in(Duration.ZERO, null));
    assertNullRefused("clock", () -> Deadline.at(1, null));
    assertNullRefused("a", () -> Deadline.min(null, Deadline.none()));
    assertNullRefused("b", () -> Deadline.min(Deadline.none(), null));
  }

  @Test
  void deadlinesOnDifferentClocksAreNotCompared() {
    Deadline here = Deadline.in(Duration.ofSeconds(1), clock);
    Deadline there = Deadline.in(Duration.ofSeconds(1), new VirtualClock());
    assertThatThrownBy(() -> Deadline.min(here, there)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("clocks");
    assertThat(Deadline.min(here, Deadline.none())).isEqualTo(here);
  }

  @Test
  void aDeadlineOnAnotherClockThanTheLifecyclesIsRefused() {
    Deadline foreign = Deadline.in(Duration.ofSeconds(1), new VirtualClock());
    assertThatThrownBy(() -> lifecycle.open("bad", o -> o.deadline(foreign)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deadline")
        .hasMessageContaining("clock");
    assertThatThrownBy(() -> scope.child("bad", o -> o.deadline(foreign))).isInstanceOf(IllegalArgumentException.class);
    scope.close();
    assertThat(scope.info().cancelled()).as("a child was open").isFalse();
  }

  @Test
  void anExecutorViewRefusesNulls() throws Exception {
    ExecutorService view = scope.asExecutor("view");
    assertNullRefused("command", () -> view.execute(null));
    assertNullRefused("task", () -> view.submit((Runnable) null));
    assertNullRefused("task", () -> view.submit((Runnable) null, 1));
    assertNullRefused("task", () -> view.submit((Callable<Integer>) null));
    assertNullRefused("unit", () -> view.awaitTermination(1, null));
    assertThat(lifecycle.counts().get("view").forked()).isZero();
  }

  @Test
  void aTimedGetRefusesANullUnit() throws Exception {
    Task<Integer> task = scope.fork("bad.task", () -> 1);
    assertNullRefused("unit", () -> task.get(1, null));
    assertThat(task.get(1, TimeUnit.DAYS)).isEqualTo(1);
  }

  @Test
  void aRaceRefusesNullsAndNothingToRun() {
    Duration second = Duration.ofSeconds(1);
    assertNullRefused("bodies", () -> Concurrent.race("bad", second, null));
    assertNullRefused("timeout", () -> Concurrent.race("bad", null, List.<Callable<Integer>>of(() -> 1)));
    assertNullRefused("onDiscard", () -> Concurrent.race("bad", second, List.<Callable<Integer>>of(() -> 1), null));
    assertThatThrownBy(() -> Concurrent.race("bad", second, List.<Callable<Integer>>of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bodies");
  }

  @Test
  void aRefusedCleanupIsClosedAtOnceAndSaysSo() {
    AtomicInteger closed = new AtomicInteger();
    scope.close();
    assertThatThrownBy(() -> scope.defer(closed::incrementAndGet)).isInstanceOf(IllegalStateException.class).hasMessageContaining(scope.info().id());
    assertThat(closed).hasValue(1);
  }

  @Test
  void aVirtualClockDoesNotGoBack() {
    assertNullRefused("time", () -> clock.advance(null));
    Duration back = Duration.ofSeconds(-1);
    assertThatThrownBy(() -> clock.advance(back)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(back.toString());
  }
}
