package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Registration;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 21: when a hook runs, on which thread, how often, and when it no longer does. */
@Timeout(20)
class HookRegistrationTest extends CancelFixture {
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicReference<Thread> ranOn = new AtomicReference<>();

  private void hook() {
    ranOn.set(Thread.currentThread());
    runs.incrementAndGet();
  }

  @Test
  void aHookRunsExactlyOnceHoweverOftenTheScopeIsCancelled() throws Exception {
    Scope root = lifecycle.open("root", o -> o.timeout(Duration.ofSeconds(1)));
    Scope child = root.child("child", o -> o);
    Parked body = parked();
    child.fork("child.park", body);
    body.awaitStart();
    Registration registration = child.onCancel(this::hook);

    child.cancel("one");
    root.cancel("two");
    clock.advance(Duration.ofSeconds(1));
    body.ended.await();
    root.close();

    assertThat(runs).hasValue(1);
    assertThat(registration.remove()).isFalse();
  }

  @Test
  void hooksRunBeforeTheTasksEnd() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<Integer> task = scope.fork("work.park", () -> {
      try {
        body.call();
      } catch (InterruptedException e) {
        return runs.get();
      }
      return -1;
    });
    body.awaitStart();
    CompletableFuture<Task.Status> seen = new CompletableFuture<>();
    scope.onCancel(() -> {
      seen.complete(task.status());
      hook();
    });

    scope.cancel("stop");

    assertThat(seen.get()).isEqualTo(Task.Status.CANCELLING);
    body.ended.await();
    assertThat(runs).hasValue(1);
  }

  @Test
  void registeringOnACancelledScopeRunsTheHookAtOnceOnTheRegisteringThread() {
    Scope scope = lifecycle.open("work");
    scope.cancel("stop");

    Registration registration = scope.onCancel(this::hook);

    assertThat(runs).hasValue(1);
    assertThat(ranOn).hasValue(Thread.currentThread());
    assertThat(registration.remove()).isFalse();
  }

  @Test
  void whatAHookThrowsAtRegistrationGoesToTheListener() {
    Scope scope = lifecycle.open("work");
    scope.cancel("stop");
    IllegalStateException failure = new IllegalStateException("hook");

    scope.onCancel(() -> {
      throw failure;
    });

    assertThat(reports.of(FailureReport.Kind.HOOK_FAILED)).singleElement().satisfies(r -> assertThat(r.failure()).isSameAs(failure));
  }

  @Test
  void registeringOnAnExpiredScopeThatNobodyHadNoticedRunsTheHookAtOnce() {
    Scope scope = lifecycle.open("work", o -> o.timeout(Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));

    scope.onCancel(this::hook);

    assertThat(ranOn).hasValue(Thread.currentThread());
  }

  @Test
  void aRemovedHookNeverRuns() throws Exception {
    Scope scope = lifecycle.open("work");
    Registration registration = scope.onCancel(this::hook);

    assertThat(registration.remove()).isTrue();
    assertThat(registration.remove()).isFalse();
    CountDownLatch other = new CountDownLatch(1);
    scope.onCancel(other::countDown);
    scope.cancel("stop");

    other.await();
    scope.close();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aScopeThatClosesInPeaceNeverRunsItsHooks() throws Exception {
    Scope scope = lifecycle.open("work");
    scope.onCancel(this::hook);
    scope.fork("work.ends", () -> "value");
    scope.join();
    scope.close();

    assertThat(scope.cancel("late")).isFalse();
    assertThat(runs).hasValue(0);
  }

  @Test
  void closeOnCancelClosesTheResourceOnCancelOnly() {
    Scope peace = lifecycle.open("peace");
    peace.closeOnCancel(this::hook);
    peace.close();
    assertThat(runs).hasValue(0);

    Scope scope = lifecycle.open("work");
    AutoCloseable resource = this::hook;
    assertThat(scope.closeOnCancel(resource)).isSameAs(resource);
    scope.cancel("stop");
    until(() -> runs.get() == 1);
  }

  @Test
  void aContextHookFiresOnTheCancelOfItsTask() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<String> task = scope.fork("work.park", () -> {
      Context.current().onCancel(this::hook);
      return body.call();
    });
    body.awaitStart();

    task.cancel("alone");

    until(() -> runs.get() == 1);
    scope.join();
    scope.cancel("all");
    scope.close();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aContextHookFiresOnTheCancelOfItsTasksScope() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    scope.fork("work.park", () -> {
      Context.current().onCancel(this::hook);
      return body.call();
    });
    body.awaitStart();

    scope.cancel("all");

    body.ended.await();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aContextHookIsRemovedWhenItsTaskEnds() throws Exception {
    Scope scope = lifecycle.open("work");
    AtomicReference<Registration> registration = new AtomicReference<>();
    scope.fork("work.ends", () -> {
      registration.set(Context.current().onCancel(this::hook));
      return "value";
    });
    scope.join();

    assertThat(registration.get().remove()).isFalse();
    scope.cancel("later");
    scope.close();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aContextHookIsRemovedWhenItsCallBodyEnds() throws Exception {
    Scope scope = lifecycle.open("work");
    AtomicReference<Registration> registration = new AtomicReference<>();
    Task<String> task = scope.fork("work.calls", () -> lifecycle.call("inner", o -> o, own -> {
      registration.set(Context.current().onCancel(this::hook));
      return "value";
    }));

    assertThat(task.get()).isEqualTo("value");
    assertThat(registration.get().remove()).isFalse();
    scope.cancel("later");
    assertThat(runs).hasValue(0);
  }

  @Test
  void aContextHandedToAnotherThreadRegistersNothingOnceItsTaskHasEnded() throws Exception {
    Scope scope = lifecycle.open("work");
    Task<Context> task = scope.fork("work.ends", Context::current);
    Context context = task.get();
    scope.join();

    assertThat(context.onCancel(this::hook).remove()).isFalse();
    scope.cancel("later");
    assertThat(runs).hasValue(0);
  }

  @Test
  void registeringInACancelledTaskRunsTheHookAtOnceOnItsThread() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    Task<String> task = scope.fork("work.park", () -> {
      try {
        return body.call();
      } catch (InterruptedException e) {
        Context.current().onCancel(this::hook);
        throw e;
      }
    });
    body.awaitStart();

    task.cancel("alone");

    scope.join();
    assertThat(ranOn).hasValue(body.thread);
    assertThat(runs).hasValue(1);
  }
}
