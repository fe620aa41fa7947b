package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.CancelReason;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: what an executor view does with tasks. */
@Timeout(20)
class ExecutorViewTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("executors").failureListener(heard));
  private final Scope scope = lifecycle.open("scope");
  private final ExecutorService view = scope.asExecutor("view");
  private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

  @AfterEach
  void close() {
    Thread.setDefaultUncaughtExceptionHandler(before);
    scope.close();
    lifecycle.close();
  }

  @Test
  void itsTasksBelongToAChildScopeOfItsOwn() throws Exception {
    String path = view.submit(() -> {
      try (Scope inner = Scope.open("inner")) {
        return inner.info().path();
      }
    }).get();
    assertThat(path).isEqualTo("scope/view/inner");
    assertThat(lifecycle.counts().get("view").forked()).isEqualTo(1);
  }

  @Test
  void submitReturnsTheValueOfEveryKindOfTask() throws Exception {
    assertThat(view.submit(() -> "callable").get()).isEqualTo("callable");
    assertThat(view.submit(() -> {}, "result").get()).isEqualTo("result");
    assertThat(view.submit((Runnable) () -> {}).get()).isNull();
    assertThat(view.submit(() -> "timed").get(10, TimeUnit.SECONDS)).isEqualTo("timed");
  }

  @Test
  void aFailedFutureFailsNobody() throws Exception {
    Future<?> failed = view.submit((Callable<String>) () -> {
      throw new IllegalStateException("submit");
    });
    assertThatThrownBy(failed::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("submit");
    assertThat(view.submit(() -> "next").get()).isEqualTo("next");
    scope.join();
    assertThat(scope.info().cancelled()).isFalse();
    scope.close();
    assertThat(heard.all()).isEmpty();
  }

  @Test
  void aFailedFutureThatNobodyReadGoesToTheListenerAtItsEnd() {
    view.submit((Callable<String>) () -> {
      throw new IllegalStateException("submit");
    });
    ExecutorVersions.close(view);
    assertThat(heard.failures(dev.lifecycle.FailureReport.Kind.TASK_FAILED)).singleElement().satisfies(t -> assertThat(t).hasMessage("submit"));
  }

  @Test
  void exceptionsOfExecuteGoToTheUncaughtHandler() throws Exception {
    List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    IllegalStateException failure = new IllegalStateException("execute");
    view.execute(() -> {
      throw failure;
    });
    await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(uncaught).containsExactly(failure));
    scope.join();
    assertThat(view.submit(() -> "next").get()).isEqualTo("next");
    scope.close();
    assertThat(heard.all()).isEmpty();
    assertThat(uncaught).containsExactly(failure);
  }

  @Test
  void anErrorOfExecuteGoesToTheUncaughtHandlerToo() {
    List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    view.execute(() -> {
      throw new AssertionError("execute");
    });
    await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(uncaught).singleElement().isInstanceOf(AssertionError.class));
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void cancellingAFutureInterruptsItsBodyOnly() throws Exception {
    BlockedBody body = new BlockedBody();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Future<?> future = view.submit(() -> {
      try {
        body.run();
        interrupted.complete(false);
      } catch (InterruptedException e) {
        interrupted.complete(true);
      }
    });
    body.awaitBegun();
    assertThat(future.cancel(true)).isTrue();
    assertThat(future.cancel(true)).isFalse();
    assertThat(future.isCancelled()).isTrue();
    assertThat(future.isDone()).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    assertThat(interrupted.get()).isTrue();
    assertThat(view.submit(() -> "next").get()).isEqualTo("next");
  }

  @Test
  void aTimedGetGivesUpAndTheTaskGoesOn() throws Exception {
    BlockedBody body = new BlockedBody();
    Future<String> future = view.submit(body::call);
    assertThatThrownBy(() -> future.get(10, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> future.get(0, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    body.release();
    assertThat(future.get()).isEqualTo("left");
  }

  @Test
  void aDeadlineOfTheScopeCancelsItsTasks() throws Exception {
    BlockedBody body = new BlockedBody();
    VirtualClock clock = new VirtualClock();
    try (Lifecycle timed = Lifecycle.create(o -> o.clock(clock));
        Scope brief = timed.open("brief", o -> o.timeout(Duration.ofSeconds(1)))) {
      Future<String> future = brief.asExecutor("view").submit(body::call);
      body.awaitBegun();
      clock.advance(Duration.ofSeconds(1));
      assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
      assertThat(((Task<?>) future).cancelReason()).extracting(CancelReason::kind).isEqualTo(CancelReason.Kind.DEADLINE);
    }
  }

  @Test
  void theScopesExecutorAndLimitAreTheViewsToo() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope limited = lifecycle.open("limited", o -> o.maxConcurrent(1, Overflow.REJECT))) {
      ExecutorService ofLimited = limited.asExecutor("view");
      ofLimited.submit(body::call);
      body.awaitBegun();
      assertThatThrownBy(() -> ofLimited.submit(() -> "second")).isInstanceOf(RejectedExecutionException.class);
      body.release();
    }
  }

  @Test
  void nullsAreRefused() {
    assertThatThrownBy(() -> view.execute(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> view.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> view.submit((Callable<?>) null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> view.awaitTermination(1, null)).isInstanceOf(NullPointerException.class);
    assertThat(lifecycle.counts().get("view").forked()).isZero();
  }

  @Test
  void completableFuturesRunOnIt() throws Exception {
    assertThat(CompletableFuture.supplyAsync(() -> Context.current() == Context.none(), view).get()).isFalse();
  }

  @Test
  void malformedPurposesAreRefused() {
    for (String bad : Set.of("", "Upper", "a b", "1a", "a".repeat(65))) {
      assertThatThrownBy(() -> scope.asExecutor(bad)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("purpose must match");
    }
  }
}
