package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 6 and 8: what join waits for, and what ends the wait. */
@Timeout(20)
class JoinTest {
  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void joinOfAnEmptyScopeReturnsAtOnce() throws Exception {
    try (Scope scope = lifecycle.open("join")) {
      scope.join();
      scope.join();
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void joinReturnsWhenTheCountIsZero() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    try (Scope scope = lifecycle.open("join")) {
      for (int i = 0; i < 50; i++) {
        scope.fork("join.task", () -> {
          scope.fork("join.inner", ended::incrementAndGet);
          return ended.incrementAndGet();
        });
      }
      scope.join();
      assertThat(ended).hasValue(100);
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void manyThreadsMayJoin() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("join")) {
      scope.fork("join.task", held);
      List<Aside<Boolean>> joiners = Stream.generate(() -> Aside.run(() -> {
        scope.join();
        return held.hasBegun();
      })).limit(3).toList();
      joiners.forEach(Aside::awaitWaiting);
      held.letGo();
      assertThat(joiners).allSatisfy(joiner -> assertThat(joiner.get()).isTrue());
    }
  }

  @Test
  void joinMayBeCalledAgainAfterAnInterruptedException() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("join")) {
      Task<String> task = scope.fork("join.task", held);
      Aside<String> joiner = Aside.run(() -> {
        assertThatThrownBy(scope::join).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(scope.info().cancelled()).isFalse();
        held.letGo();
        scope.join();
        return task.resultNow();
      });
      joiner.awaitWaiting().interrupt();
      assertThat(joiner.get()).isEqualTo("held");
    }
  }

  @Test
  void joinReportsTheDeadlineEvenIfTheLastTaskEndsBeforeTheWaiterLooks() throws Exception {
    HeldBody held = HeldBody.deaf();
    try (Scope scope = lifecycle.open("join", o -> o.timeout(Duration.ofSeconds(1)))) {
      scope.fork("join.task", held);
      held.awaitBegun();
      clock.advance(Duration.ofSeconds(1));
      held.letGo();
      assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
      assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class).hasMessageContaining("join");
    }
  }

  @Test
  void aWaitingJoinReportsTheDeadlineAfterTheLastTaskHasEnded() throws Exception {
    HeldBody held = HeldBody.deaf();
    try (Scope scope = lifecycle.open("join", o -> o.timeout(Duration.ofSeconds(1)))) {
      scope.fork("join.task", held);
      held.awaitBegun();
      Aside<Throwable> joiner = Aside.catching(scope::join).awaitWaiting();
      clock.advance(Duration.ofSeconds(1));
      assertThat(joiner.isDone()).isFalse();
      held.letGo();
      assertThat(joiner.get()).isInstanceOf(DeadlineExceededException.class);
      assertThat(scope.info().live()).isZero();
    }
  }

  @Test
  void aTaskThatEndsInTimeIsNoExpiry() throws Exception {
    try (Scope scope = lifecycle.open("join", o -> o.timeout(Duration.ofSeconds(1)))) {
      Task<Integer> task = scope.fork("join.task", () -> 1);
      scope.join();
      clock.advance(Duration.ofSeconds(2));
      assertThat(task.resultNow()).isEqualTo(1);
    }
  }

  @Test
  void awaitQuiescenceAppliesNoPolicyAndCancelsNothing() throws Exception {
    HeldBody held = HeldBody.listening();
    try (Scope scope = lifecycle.open("join", o -> o.policy(Policy.SUPERVISE))) {
      Task<String> task = scope.fork("join.task", held);
      assertThat(scope.awaitQuiescence(Duration.ZERO)).isFalse();
      assertThat(scope.awaitQuiescence(Duration.ofSeconds(-1))).isFalse();
      assertThat(scope.info().cancelled()).isFalse();
      held.letGo();
      assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
      assertThat(task.resultNow()).isEqualTo("held");
    }
  }
}
