package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Deadline;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Ownership;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Scopes that cannot be opened, and scopes that open already ended. */
@Timeout(20)
class BadParentTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).name("here"));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void aScopeOfAnotherLifecycleIsRefusedAsParent() {
    try (Lifecycle other = Lifecycle.create(o -> o.name("there")); Scope foreign = other.open("foreign")) {
      assertThatThrownBy(() -> lifecycle.open("bad", o -> o.parent(foreign)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("parent")
          .hasMessageContaining(foreign.info().id())
          .hasMessageContaining("there")
          .hasMessageContaining("here");
      assertThatThrownBy(() -> lifecycle.call("bad", o -> o.parent(foreign), s -> 1)).isInstanceOf(IllegalArgumentException.class);
      foreign.close();
      assertThat(foreign.info().cancelled()).as("a child was open").isFalse();
    }
  }

  @Test
  void aScopeThatIsNotOursIsRefusedAsParent() {
    Scope impostor = (Scope) Proxy.newProxyInstance(Scope.class.getClassLoader(), new Class<?>[] {Scope.class}, (proxy, method, arguments) -> null);
    assertThatThrownBy(() -> lifecycle.open("bad", o -> o.parent(impostor)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parent")
        .hasMessageContaining(impostor.getClass().getName());
  }

  @Test
  void aClosedParentIsRefused() {
    Scope closed = lifecycle.open("closed");
    closed.close();
    assertThatThrownBy(() -> lifecycle.open("bad", o -> o.parent(closed)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("parent")
        .hasMessageContaining(closed.info().id())
        .hasMessageContaining("bad");
    assertThatThrownBy(() -> closed.child("bad", o -> o)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.asExecutor("bad")).isInstanceOf(IllegalStateException.class);
    AtomicBoolean ran = new AtomicBoolean();
    assertThatThrownBy(() -> lifecycle.call("bad", o -> o.parent(closed), s -> ran.getAndSet(true))).isInstanceOf(IllegalStateException.class);
    assertThat(ran).isFalse();
  }

  @Test
  void aChildOfACancelledParentOpensCancelledWithItsReason() {
    try (Scope parent = lifecycle.open("parent")) {
      parent.cancel("stop");
      try (Scope child = parent.child("child", o -> o)) {
        assertThat(child.info().cancelled()).isTrue();
        assertThat(child.info().cancelReason().origin()).isEqualTo(parent.info().id());
        assertThat(child.fork("child.task", () -> 1).status()).isEqualTo(Task.Status.CANCELLED);
      }
    }
  }

  @Test
  void theOptionsOfAChildMayNotNameAnotherParent() {
    try (Scope parent = lifecycle.open("parent"); Scope other = lifecycle.open("other")) {
      assertThatThrownBy(() -> parent.child("bad", o -> o.parent(other))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("parent");
      assertThatThrownBy(() -> parent.child("bad", o -> o.detached())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("detached");
    }
  }

  @Test
  void anExecutorThatIsShutDownIsRefused() {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.shutdown();
    assertThatThrownBy(() -> lifecycle.open("bad", o -> o.executor(pool)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("executor")
        .hasMessageContaining("bad");
    assertThatThrownBy(() -> lifecycle.open("bad", o -> o.executor(pool, Ownership.OWNED))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDeadlineInThePastOpensTheScopeCancelledAndRunsNoBody() {
    clock.advance(Duration.ofSeconds(10));
    AtomicBoolean ran = new AtomicBoolean();
    try (Scope scope = lifecycle.open("past", o -> o.deadline(Deadline.at(1, clock)))) {
      assertThat(scope.info().cancelled()).isTrue();
      assertThat(scope.fork("past.task", () -> ran.getAndSet(true)).status()).isEqualTo(Task.Status.CANCELLED);
      assertThatThrownBy(scope::join).isInstanceOf(DeadlineExceededException.class).hasMessageContaining("past");
    }
    assertThatThrownBy(() -> lifecycle.call("past", o -> o.deadline(Deadline.at(1, clock)), s -> ran.getAndSet(true)))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(ran).isFalse();
  }

  @Test
  void aTaskWithATimeoutOfZeroOrLessNeverRuns() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    try (Scope scope = lifecycle.open("past")) {
      for (Duration timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
        Task<Boolean> task = scope.fork("past.task", o -> o.timeout(timeout), () -> ran.getAndSet(true));
        assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
      }
      scope.join();
      assertThat(scope.info().live()).isZero();
    }
    assertThat(ran).isFalse();
  }

  @Test
  void aDeadlineBeyondTheClockIsNone() {
    try (Scope scope = lifecycle.open("far", o -> o.timeout(Duration.ofSeconds(Long.MAX_VALUE)))) {
      assertThat(scope.info().deadline().isNone()).isTrue();
      clock.advance(Duration.ofDays(10_000));
      assertThat(scope.context().isCancelled()).isFalse();
    }
  }
}
