package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Key;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 23: scopes opened in shielded code, and the library's own shields. */
@Timeout(20)
class ShieldScopeTest extends CancelFixture {
  private static final Key<String> USER = Key.of("user");
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private void look() {
    Context context = Context.current();
    seen.add(context.isCancelled() + " " + context.deadline().remaining() + " " + context.get(USER).orElse("nobody"));
  }

  /** Runs the cleanup shielded in a task that has been cancelled. */
  private Scope runInCancelledTask(Context.Shielded<Object, Exception> cleanup) throws Exception {
    Scope scope = lifecycle.open("work", o -> o.with(USER, "ada"));
    Parked body = parked();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    scope.start("work.shield", () -> {
      try {
        body.call();
      } catch (InterruptedException e) {
        try {
          Context.<Object, Exception>shield(BOUND, cleanup);
        } catch (Throwable t) {
          thrown.set(t);
        }
      }
    });
    body.awaitStart();
    scope.cancel("stop");
    scope.awaitQuiescence(Duration.ofDays(1));
    assertThat(thrown).hasValue(null);
    return scope;
  }

  @Test
  void aScopeOpenedInAShieldInheritsValuesTreeAndDeadlineButNotTheCancel() throws Exception {
    Scope scope = runInCancelledTask(() -> {
      try (Scope own = Scope.open("cleanup")) {
        Task<String> task = own.fork("cleanup.step", () -> {
          look();
          return "ran";
        });
        own.join();
        seen.add(task.resultNow() + " " + own.info().path() + " " + own.info().cancelled());
        return "";
      }
    });

    assertThat(seen).containsExactly("false PT10S ada", "ran work/cleanup false");
    assertThat(scope.info().cancelled()).isTrue();
  }

  @Test
  void aCallInAShieldRunsItsBody() throws Exception {
    runInCancelledTask(() -> Scope.call("cleanup", Duration.ofMinutes(1), own -> {
      look();
      own.fork("cleanup.step", () -> {
        look();
        return "ran";
      });
      return "";
    }));

    assertThat(seen).containsExactly("false PT10S ada", "false PT10S ada");
  }

  @Test
  void aScopeOpenedInACallInAShieldDoesNotInheritTheCancelEither() throws Exception {
    runInCancelledTask(() -> Scope.call("cleanup", Duration.ofMinutes(1), own -> Scope.call("inner", Duration.ofMinutes(1), inner -> {
      look();
      return "";
    })));

    assertThat(seen).containsExactly("false PT10S ada");
  }

  @Test
  void aCancelThatComesDuringAShieldStopsAtTheScopesOpenedInIt() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = stubborn();
    AtomicReference<Scope> opened = new AtomicReference<>();
    Task<String> task = scope.fork("work.shield", () -> Context.<String, Exception>shield(BOUND, () -> {
      try (Scope own = Scope.open("cleanup")) {
        opened.set(own);
        Task<String> step = own.fork("cleanup.step", body);
        own.join();
        return step.resultNow();
      }
    }));
    body.awaitStart();
    task.cancel("alone");
    scope.cancel("all");

    assertThat(opened.get().info().cancelled()).isFalse();
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));
    assertThat(body.interrupts).hasValue(0);
    assertThat(opened.get().info().cancelled()).isFalse();
  }

  @Test
  void aScopeOpenedInAShieldExpiresWithIt() throws Exception {
    Scope scope = lifecycle.open("work");
    Parked body = parked();
    AtomicReference<Scope> opened = new AtomicReference<>();
    scope.start("work.shield", () -> Context.<String, Exception>shield(BOUND, () -> {
      try (Scope own = Scope.open("cleanup")) {
        opened.set(own);
        own.fork("cleanup.step", body);
        own.join();
      } catch (DeadlineExceededException e) {
        seen.add(e.reason().origin());
      }
      return "";
    }));
    body.awaitStart();
    clock.advance(BOUND);
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(seen).containsExactly(opened.get().info().id());
    assertThat(body.interrupts).hasValue(1);
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void deferredCleanupSeesAContextThatIsNotCancelledWithThirtySeconds() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.with(USER, "ada"));
    scope.defer(() -> Scope.call("cleanup", Duration.ofMinutes(1), own -> {
      look();
      return "";
    }));
    scope.defer(this::look);
    scope.cancel("stop");
    scope.close();

    assertThat(seen).containsExactly("false PT30S ada", "false PT30S ada");
  }

  @Test
  void aCancelHookSeesAContextThatIsNotCancelledWithThirtySeconds() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.with(USER, "ada"));
    CountDownLatch done = new CountDownLatch(1);
    scope.onCancel(() -> {
      look();
      Scope.call("cleanup", Duration.ofMinutes(1), own -> {
        look();
        return "";
      });
      done.countDown();
    });
    scope.cancel("stop");
    done.await();
    scope.onCancel(this::look); // at once, on this thread

    assertThat(seen).containsExactly("false PT30S ada", "false PT30S ada", "false PT30S ada");
  }

  @Test
  void aDiscardHandlerSeesAContextThatIsNotCancelledWithThirtySecondsAndNoInterrupt() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.with(USER, "ada"));
    Parked body = stubborn(1);
    Task<String> task = scope.<String>fork("work.value", o -> o.onDiscard(value -> {
      look();
      seen.add(value + " " + Thread.currentThread().isInterrupted());
    }), body);
    body.awaitStart();
    scope.cancel("stop");
    body.awaitInterrupts(1);
    body.release();
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(seen).containsExactly("false PT30S ada", "released false");
    assertThat(task.status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void theHandlerOfATaskThatNeverRunsIsShieldedToo() {
    Scope scope = lifecycle.open("work", o -> o.with(USER, "ada"));
    scope.cancel("stop");
    scope.<String>fork("work.never", o -> o.onNeverRun(this::look), () -> "ran");

    assertThat(seen).containsExactly("false PT30S ada");
  }
}
