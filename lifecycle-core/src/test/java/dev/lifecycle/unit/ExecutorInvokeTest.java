package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: {@code invokeAll} and {@code invokeAny} of an executor view. */
@Timeout(20)
class ExecutorInvokeTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("invoke").failureListener(report -> {}));
  private final Scope scope = lifecycle.open("scope");
  private final ExecutorService view = scope.asExecutor("view");

  @AfterEach
  void close() {
    scope.close();
    lifecycle.close();
  }

  private static Callable<String> failing(String message) {
    return () -> {
      throw new IllegalStateException(message);
    };
  }

  @Test
  void invokeAllReturnsWhenAllHaveEndedAndInOrder() throws Exception {
    List<Future<String>> all = view.invokeAll(List.of(() -> "a", failing("b"), () -> "c"));
    assertThat(all).hasSize(3).allMatch(Future::isDone);
    assertThat(all.get(0).get()).isEqualTo("a");
    assertThatThrownBy(() -> all.get(1).get()).isInstanceOf(ExecutionException.class).hasRootCauseMessage("b");
    assertThat(all.get(2).get()).isEqualTo("c");
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void aTimedInvokeAllCancelsWhatHasNotEnded() throws Exception {
    BlockedBody body = new BlockedBody();
    List<Future<String>> all = view.invokeAll(List.of(() -> "a", body::call), 100, TimeUnit.MILLISECONDS);
    assertThat(all.get(0).get()).isEqualTo("a");
    assertThat(all.get(1).isCancelled()).isTrue();
    view.shutdown();
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptedInvokeAllCancelsItsTasks() throws Exception {
    BlockedBody body = new BlockedBody();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller = new Thread(() -> {
      try {
        view.invokeAll(List.of(body::call));
        interrupted.complete(false);
      } catch (InterruptedException e) {
        interrupted.complete(true);
      }
    });
    caller.start();
    body.awaitBegun();
    caller.interrupt();
    assertThat(interrupted.get()).isTrue();
    caller.join();
    await().untilAsserted(() -> assertThat(lifecycle.counts().get("view").live()).isZero());
  }

  @Test
  void failuresUnderInvokeAllAreCountedAsFailures() throws Exception {
    view.invokeAll(List.of(() -> "a", failing("b")));
    scope.join();
    await().untilAsserted(() -> {
      var counts = lifecycle.counts().get("view");
      assertThat(counts.succeeded()).isEqualTo(1);
      assertThat(counts.failed()).isEqualTo(1);
    });
  }

  @Test
  void invokeAnyReturnsTheFirstValueAndCancelsTheRest() throws Exception {
    BlockedBody body = new BlockedBody();
    assertThat(view.invokeAny(List.of(failing("a"), body::call, () -> "winner"))).isEqualTo("winner");
    await().untilAsserted(() -> assertThat(lifecycle.counts().get("view").live()).isZero());
  }

  @Test
  void invokeAnyThrowsIfAllFail() {
    assertThatThrownBy(() -> view.invokeAny(List.of(failing("a"), failing("b")))).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> view.invokeAny(List.<Callable<String>>of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTimedInvokeAnyGivesUp() {
    BlockedBody body = new BlockedBody();
    assertThatThrownBy(() -> view.invokeAny(List.of(body::call), 20, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
    await().untilAsserted(() -> assertThat(lifecycle.counts().get("view").live()).isZero());
  }

  @Test
  void aCancelOfTheScopeEndsAnInvokeAllWhoseTasksHaveNotBegun() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope limited = lifecycle.open("limited", o -> o.maxConcurrent(1, Overflow.queue(10)))) {
      ExecutorService narrow = limited.asExecutor("narrow");
      FutureTask<List<Future<String>>> all = new FutureTask<>(() -> narrow.invokeAll(List.of(body::call, () -> "never", () -> "never")));
      Thread caller = new Thread(all);
      caller.start();
      body.awaitBegun();
      await().untilAsserted(() -> assertThat(lifecycle.counts().get("narrow").live()).isEqualTo(3));
      limited.cancel("enough");
      assertThat(all.get(10, TimeUnit.SECONDS)).allSatisfy(
          future -> assertThatThrownBy(future::get).isInstanceOf(CancellationException.class));
      caller.join();
    }
  }

  @Test
  void aCancelOfTheScopeEndsAnInvokeAnyWhoseTasksHaveNotBegun() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope limited = lifecycle.open("limited", o -> o.maxConcurrent(1, Overflow.queue(10)))) {
      ExecutorService narrow = limited.asExecutor("narrow");
      FutureTask<String> any = new FutureTask<>(() -> narrow.invokeAny(List.of(body::call, () -> "never", () -> "never")));
      Thread caller = new Thread(any);
      caller.start();
      body.awaitBegun();
      await().untilAsserted(() -> assertThat(lifecycle.counts().get("narrow").live()).isEqualTo(3));
      limited.cancel("enough");
      assertThatThrownBy(() -> any.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
      caller.join();
    }
  }
}
