package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.Key;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ContextTest {
  private static final Key<String> KEY = Key.of("key");

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("context").clock(clock));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  @Test
  void outsideAnyTaskTheCurrentContextIsNone() {
    assertThat(Context.current()).isSameAs(Context.none());
  }

  @Test
  void noneHasNoDeadlineNoValuesAndNoCancel() {
    AtomicInteger runs = new AtomicInteger();
    Context none = Context.none();
    none.checkCancelled();
    assertThat(none.deadline().isNone()).isTrue();
    assertThat(none.isCancelled()).isFalse();
    assertThat(none.cancelReason()).isNull();
    assertThat(none.get(KEY)).isEmpty();
    assertThat(none.onCancel(runs::incrementAndGet).remove()).isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aTaskSeesTheDeadlineAndValuesOfItsScope() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.timeout(Duration.ofSeconds(7)).with(KEY, "value"))) {
      var deadline = scope.fork("task", () -> Context.current().deadline());
      assertThat(deadline.get().remaining()).isEqualTo(Duration.ofSeconds(7));
      assertThat(scope.fork("task", () -> Context.current().get(KEY).orElseThrow()).get()).isEqualTo("value");
    }
  }

  @Test
  void theNearestScopesValueWins() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.with(KEY, "outer"));
        Scope child = scope.child("child", o -> o.with(KEY, "first").with(KEY, "inner"));
        Scope grandchild = child.child("grandchild", o -> o)) {
      assertThat(grandchild.fork("task", () -> Context.current().get(KEY).orElseThrow()).get()).isEqualTo("inner");
      assertThat(scope.context().get(KEY)).contains("outer");
      assertThat(scope.context().get(Key.of("key"))).as("keys are compared by identity").isEmpty();
    }
  }

  @Test
  void aTasksTimeoutIsTheDeadlineThatItSees() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.timeout(Duration.ofSeconds(7)))) {
      var shorter = scope.fork("task", (TaskOptions<Duration> o) -> o.timeout(Duration.ofSeconds(3)), () -> Context.current().deadline().remaining());
      var longer = scope.fork("task", (TaskOptions<Duration> o) -> o.timeout(Duration.ofSeconds(9)), () -> Context.current().deadline().remaining());
      assertThat(shorter.get()).isEqualTo(Duration.ofSeconds(3));
      assertThat(longer.get()).isEqualTo(Duration.ofSeconds(7));
    }
  }

  @Test
  void aContextHandedToAnotherThreadShowsTheCancel() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("scope")) {
      Context[] handed = new Context[1];
      scope.start("task", () -> {
        handed[0] = Context.current();
        body.run();
      });
      body.awaitBegun();
      assertThat(handed[0].isCancelled()).isFalse();
      scope.cancel("enough");
      assertThat(handed[0].isCancelled()).isTrue();
      assertThat(scope.context().isCancelled()).isTrue();
      assertThatThrownBy(() -> handed[0].checkCancelled()).isInstanceOf(ScopeCancelledException.class).hasMessageContaining("enough");
    }
  }

  @Test
  void isCancelledAppliesAPassedDeadlineFirst() {
    try (Scope scope = lifecycle.open("scope", o -> o.timeout(Duration.ofSeconds(1)))) {
      clock.advance(Duration.ofSeconds(1));
      assertThat(scope.context().isCancelled()).isTrue();
      assertThat(scope.context().cancelReason()).extracting(CancelReason::kind).isEqualTo(CancelReason.Kind.DEADLINE);
      assertThatThrownBy(() -> scope.context().checkCancelled()).isInstanceOf(ScopeCancelledException.class);
    }
  }

  @Test
  void hooksOfATaskEndWithTheTask() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Scope scope = lifecycle.open("scope")) {
      Context context = scope.fork("task", () -> {
        Context.current().onCancel(runs::incrementAndGet);
        return Context.current();
      }).get();
      scope.join();
      context.onCancel(runs::incrementAndGet);
      scope.cancel("after the task");
    }
    assertThat(runs).as("runs of hooks of an ended task").hasValue(0);
  }

  @Test
  void afterATaskTheThreadOfAPoolIsOutsideAgain() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Scope scope = lifecycle.open("scope", o -> o.executor(pool).with(KEY, "value"))) {
      assertThat(scope.fork("task", () -> Context.current().get(KEY).orElseThrow()).get()).isEqualTo("value");
      scope.join();
      assertThat(pool.submit(Context::current).get()).isSameAs(Context.none());
    } finally {
      pool.shutdown();
      assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
