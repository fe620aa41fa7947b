package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for oneself is refused at once, with the path. */
@Timeout(20)
class InsideTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(new VirtualClock()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  private static List<Throwable> waitForOneself(Scope scope) {
    Stream<ThrowingCallable> waits = Stream.of(
        scope::join, () -> scope.join(Exception.class), scope::close, () -> scope.awaitQuiescence(Duration.ofDays(1)),
        () -> scope.completions().next());
    return waits.map(wait -> catchThrowable(wait)).toList();
  }

  private static void assertRefused(List<Throwable> refused, Scope scope, String path) {
    assertThat(refused).allSatisfy(t -> assertThat(t)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(scope.info().id())
        .hasMessageContaining(path));
  }

  @Test
  void joinAndCloseFromATaskOfTheScopeAreRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      Task<List<Throwable>> task = scope.fork("inside.task", () -> waitForOneself(scope));
      assertRefused(task.get(), scope, "inside.task");
      scope.join();
      assertThat(scope.info().cancelled()).isFalse();
    }
  }

  @Test
  void joinAndCloseFromATaskOfADescendantAreRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside"); Scope child = scope.child("inside.child", o -> o)) {
      Task<List<Throwable>> task = child.fork("inside.task", () -> waitForOneself(scope));
      assertRefused(task.get(), scope, "inside/inside.child");
      child.join();
    }
  }

  @Test
  void joinAndCloseFromACallBelowAreRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      Task<List<Throwable>> task = scope.fork("inside.task", () -> Scope.call("inside.call", Duration.ofDays(1), inner -> waitForOneself(scope)));
      assertRefused(task.get(), scope, "inside/inside.call");
      scope.join();
    }
  }

  @Test
  void joinAndCloseFromATaskThatTheOwnerRunsItselfAreRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside", o -> o.executor(Runnable::run))) {
      Task<List<Throwable>> task = scope.fork("inside.task", () -> waitForOneself(scope));
      assertRefused(task.get(), scope, "inside.task");
      scope.join();
    }
  }

  @Test
  void closeFromItsOwnCleanupIsRefusedAndTheScopeClosesAllTheSame() {
    Scope scope = lifecycle.open("inside");
    Throwable[] refused = new Throwable[1];
    scope.defer(() -> refused[0] = catchThrowable(scope::close));
    scope.close();
    assertThat(refused[0]).isInstanceOf(IllegalStateException.class).hasMessageContaining("inside");
    assertThat(scope.info().closed()).isTrue();
  }

  @Test
  void cancelAndDrainFromInsideAreAllowed() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      Task<Boolean> task = scope.fork("inside.task", scope::drain);
      assertThat(task.get()).isTrue();
      scope.join();
      assertThat(scope.info().draining()).isTrue();
    }
    try (Scope scope = lifecycle.open("inside")) {
      Aside<Boolean> quiet = Aside.run(() -> {
        scope.fork("inside.task", () -> scope.cancel("from inside"));
        return scope.awaitQuiescence(Duration.ofDays(1));
      });
      assertThat(quiet.get()).isTrue();
      assertThat(scope.info().cancelReason().message()).isEqualTo("from inside");
    }
  }

  @Test
  void getOfATaskFromItsOwnBodyIsRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      HeldBody held = HeldBody.listening();
      Task<?>[] self = new Task<?>[1];
      Task<Throwable> task = scope.fork("inside.task", () -> {
        held.call();
        return catchThrowable(() -> self[0].get());
      });
      self[0] = task;
      held.letGo();
      assertThat(task.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("t-" + task.id());
      scope.join();
    }
  }

  @Test
  void awaitingAnExecutorViewFromItsOwnTaskIsRefused() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      ExecutorService view = scope.asExecutor("inside.view");
      Throwable refused = view.submit(() -> catchThrowable(() -> view.awaitTermination(1, TimeUnit.DAYS))).get();
      assertThat(refused).isInstanceOf(IllegalStateException.class).hasMessageContaining("inside/inside.view");
    }
  }

  @Test
  void joinOfAScopeThatATaskOpenedItselfIsNoWaitForOneself() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      Task<Integer> task = scope.fork("inside.task", () -> {
        try (Scope child = Scope.open("inside.child")) {
          Task<Integer> inner = child.fork("inside.inner", () -> 7);
          child.join();
          return inner.resultNow();
        }
      });
      assertThat(task.get()).isEqualTo(7);
      scope.join();
    }
  }

  @Test
  void closeOfTheLifecycleFromInsideIsRefusedAndChangesNothing() throws Exception {
    try (Scope scope = lifecycle.open("inside")) {
      Task<Throwable> task = scope.fork("inside.task", () -> catchThrowable(lifecycle::close));
      assertThat(task.get()).isInstanceOf(IllegalStateException.class);
      lifecycle.open("inside.after").close();
      scope.join();
    }
  }

  @Test
  void closeOfTheLifecycleFromInsideEndsNoOtherRootFirst() throws Exception {
    try (Scope scope = lifecycle.open("inside"); Scope newer = lifecycle.open("inside.newer")) {
      Task<Throwable> task = scope.fork("inside.task", () -> catchThrowable(lifecycle::close));
      assertThat(task.get()).isInstanceOf(IllegalStateException.class);
      assertThat(newer.info().closed()).isFalse();
      scope.join();
    }
  }

  @Test
  void theSystemsLifecycleCannotBeClosed() {
    assertThatThrownBy(() -> Lifecycle.system().close()).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aClosedLifecycleRefusesNewScopes() {
    lifecycle.close();
    assertThatThrownBy(() -> lifecycle.open("late")).isInstanceOf(IllegalStateException.class).hasMessageContaining("late");
    assertThatThrownBy(() -> lifecycle.call("late", Duration.ofSeconds(1), s -> 1)).isInstanceOf(IllegalStateException.class);
  }
}
