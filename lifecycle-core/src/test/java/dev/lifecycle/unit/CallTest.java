package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 10a: the body of a call is its task 0, in the caller's thread. */
@Timeout(20)
class CallTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RecordingListener reports = new RecordingListener();
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void theBodyRunsInTheCallersThreadInsideTheScope() throws Exception {
    Thread caller = Thread.currentThread();
    String seen = lifecycle.call("call", SECOND, scope -> {
      assertThat(Thread.currentThread()).isSameAs(caller);
      assertThat(Context.current().deadline()).isEqualTo(scope.info().deadline());
      return "value";
    });
    assertThat(seen).isEqualTo("value");
    assertThat(Context.current()).isSameAs(Context.none());
  }

  @Test
  void joinInsideTheBodyIsLegalAndWaitsForEveryTaskButTheBody() throws Exception {
    int sum = lifecycle.call("call", SECOND, scope -> {
      Task<Integer> one = scope.fork("call.one", () -> 1);
      Task<Integer> two = scope.fork("call.two", () -> 2);
      scope.join();
      return one.resultNow() + two.resultNow();
    });
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void closeInsideTheBodyThrowsIllegalStateException() throws Exception {
    AtomicReference<Scope> scope = new AtomicReference<>();
    int value = lifecycle.call("call", SECOND, s -> {
      scope.set(s);
      assertThatThrownBy(s::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("call");
      assertThat(s.info().closed()).isFalse();
      return s.fork("call.task", () -> 7).get();
    });
    assertThat(value).isEqualTo(7);
    assertThat(scope.get().info().closed()).isTrue();
  }

  @Test
  void whenTheBodyReturnsTheCallJoinsTheRestAndCloses() throws Exception {
    AtomicReference<Task<String>> rest = new AtomicReference<>();
    AtomicReference<Scope> scope = new AtomicReference<>();
    HeldBody held = HeldBody.listening();
    Aside<Integer> call = Aside.run(() -> lifecycle.call("call", SECOND, s -> {
      scope.set(s);
      rest.set(s.fork("call.rest", held));
      held.awaitBegun();
      return 1;
    }));
    held.awaitBegun();
    call.awaitWaiting();
    held.letGo();
    assertThat(call.get()).isEqualTo(1);
    assertThat(rest.get().status()).isEqualTo(Task.Status.SUCCEEDED);
    assertThat(scope.get().info().closed()).isTrue();
  }

  @Test
  void whenTheBodyThrowsTheRestIsCancelledAndEndedAndTheExceptionLeavesAsItself() {
    AtomicReference<Task<String>> rest = new AtomicReference<>();
    IOException failure = new IOException("of the body");
    HeldBody held = HeldBody.listening();
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      rest.set(scope.fork("call.rest", held));
      held.awaitBegun();
      throw failure;
    }));
    assertThat(thrown).isSameAs(failure).hasNoSuppressedExceptions();
    assertThat(rest.get().status()).isEqualTo(Task.Status.CANCELLED);
  }

  @Test
  void failuresThatComeAfterTheBodysAreSuppressedOnIt() {
    IOException failure = new IOException("of the body");
    IllegalArgumentException later = new IllegalArgumentException("later");
    IllegalArgumentException cleanup = new IllegalArgumentException("cleanup");
    HeldBody held = HeldBody.listening();
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      scope.defer(() -> {
        throw cleanup;
      });
      scope.fork("call.rest", () -> {
        try {
          return held.call();
        } catch (InterruptedException e) {
          throw later;
        }
      });
      held.awaitBegun();
      throw failure;
    }));
    assertThat(thrown).isSameAs(failure);
    assertThat(failure.getSuppressed()).contains(later);
    assertThat(failure.getSuppressed()).anySatisfy(s -> assertThat(s).hasCause(cleanup));
    assertThat(failure.getSuppressed()).hasSize(2);
  }

  @Test
  void whenAForkFailsFirstTheCallThrowsItAndTheBodysIsSuppressed() {
    IllegalArgumentException first = new IllegalArgumentException("first");
    IOException ofBody = new IOException("of the body");
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      scope.fork("call.fork", () -> {
        throw first;
      });
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw ofBody;
      }
      return 1;
    }));
    assertThat(thrown).isInstanceOf(TaskFailedException.class).hasCause(first);
    assertThat(thrown.getSuppressed()).containsExactly(ofBody);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void whenAForkFailsWhileTheBodyWaitsItsInterruptIsNotReported() {
    IllegalArgumentException first = new IllegalArgumentException("first");
    Throwable thrown = catchThrowable(() -> lifecycle.call("call", SECOND, scope -> {
      scope.fork("call.fork", () -> {
        throw first;
      });
      new CountDownLatch(1).await();
      return 1;
    }));
    assertThat(thrown).isInstanceOf(TaskFailedException.class).hasCause(first).hasNoSuppressedExceptions();
  }

  @Test
  void aForkThatFailsAfterTheBodyReturnedFailsTheCall() {
    HeldBody held = HeldBody.listening();
    Aside<Throwable> call = Aside.catching(() -> lifecycle.call("call", SECOND, scope -> {
      scope.fork("call.fork", () -> {
        held.call();
        throw new IllegalArgumentException("late");
      });
      return 1;
    }));
    call.awaitWaiting();
    held.letGo();
    assertThat(call.get()).isInstanceOf(TaskFailedException.class).hasMessageContaining("call.fork");
  }

  @Test
  void aCallInACallIsItsChildAndHasAtMostItsDeadline() throws Exception {
    lifecycle.call("call", SECOND, outer -> lifecycle.call("call.inner", Duration.ofDays(1), inner -> {
      assertThat(inner.info().parent()).isEqualTo(outer.info().id());
      assertThat(inner.info().deadline()).isEqualTo(outer.info().deadline());
      return 1;
    }));
  }
}
