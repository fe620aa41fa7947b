package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 61: the end of an executor view. */
@Timeout(20)
class ExecutorShutdownTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("executors"));
  private final Scope scope = lifecycle.open("scope", o -> o.maxConcurrent(1, Overflow.queue(10)));
  private final ExecutorService view = scope.asExecutor("view");

  @AfterEach
  void close() {
    scope.close();
    lifecycle.close();
  }

  @Test
  void shutdownLetsRunWhatWasSubmittedAndRejectsTheRest() throws Exception {
    BlockedBody body = new BlockedBody();
    Future<String> running = view.submit(body::call);
    Future<String> queued = view.submit(() -> "queued");
    view.shutdown();
    assertThat(view.isShutdown()).isTrue();
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    body.release();
    assertThat(running.get()).isEqualTo("left");
    assertThat(queued.get()).isEqualTo("queued");
  }

  @Test
  void shutdownEndsThatChildOnly() throws Exception {
    ExecutorService other = scope.asExecutor("other");
    view.shutdown();
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(other.submit(() -> "other").get()).isEqualTo("other");
    assertThat(scope.fork("task", () -> "scope").get()).isEqualTo("scope");
    scope.join();
    assertThat(scope.info().cancelled()).isFalse();
  }

  @Test
  void shutdownNowInterruptsWhatRunsAndReturnsWhatHadNotBegunInOrder() throws Exception {
    BlockedBody body = new BlockedBody();
    AtomicInteger ran = new AtomicInteger();
    Runnable first = ran::incrementAndGet;
    Runnable second = ran::incrementAndGet;
    Future<String> running = view.submit(body::call);
    body.awaitBegun();
    view.execute(first);
    view.execute(second);
    Future<?> third = view.submit(ran::incrementAndGet);

    assertThat(view.shutdownNow()).startsWith(first, second).hasSize(3).last().isSameAs(third);
    assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
    assertThatThrownBy(third::get).isInstanceOf(CancellationException.class);
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasValue(0);
    assertThat(scope.info().cancelled()).isFalse();
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThat(view.shutdownNow()).isEmpty();
  }

  @Test
  void itIsTerminatedOnlyWhenNoBodyRuns() throws Exception {
    BlockedBody body = new BlockedBody();
    view.execute(body::runStubbornly);
    body.awaitBegun();
    assertThat(view.isTerminated()).isFalse();
    view.shutdown();
    assertThat(view.isTerminated()).isFalse();
    view.shutdownNow();
    assertThat(view.isTerminated()).as("after shutdownNow, while a body ignores its interrupt").isFalse();
    assertThat(view.awaitTermination(20, TimeUnit.MILLISECONDS)).isFalse();
    body.release();
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(view.isTerminated()).isTrue();
  }

  @Test
  void itIsNotTerminatedWithoutAShutdown() throws Exception {
    view.submit(() -> "done").get();
    assertThat(view.awaitTermination(20, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(view.isTerminated()).isFalse();
    assertThat(view.isShutdown()).isFalse();
  }

  @Test
  void awaitTerminationReturnsWhenAnotherThreadShutsDown() throws Exception {
    Thread other = new Thread(view::shutdown);
    other.start();
    assertThat(view.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
    other.join();
  }

  @Test
  void awaitTerminationIsInterruptible() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> view.awaitTermination(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void closeWaitsForWhatWasSubmittedAndIsIdempotent() throws Exception {
    BlockedBody body = new BlockedBody();
    Future<String> running = view.submit(body::call);
    Thread closer = new Thread(() -> ExecutorVersions.close(view));
    closer.start();
    await().until(view::isShutdown);
    assertThat(closer.isAlive()).isTrue();
    body.release();
    closer.join();
    assertThat(running.get()).isEqualTo("left");
    assertThat(view.isTerminated()).isTrue();
    ExecutorVersions.close(view);
  }

  @Test
  void anInterruptedCloseCancelsWhatRunsWaitsAndKeepsTheFlag() throws Exception {
    BlockedBody body = new BlockedBody();
    Future<String> running = view.submit(body::call);
    body.awaitBegun();
    Thread.currentThread().interrupt();
    ExecutorVersions.close(view);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(view.isTerminated()).isTrue();
    assertThat(running.isCancelled()).isTrue();
  }

  @Test
  void anExecutorWithoutTasksLeavesTheTreeAtItsShutdown() {
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(2);
    view.shutdown();
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1);
  }

  @Test
  void itsChildLeavesTheTreeWhenItIsTerminatedThoughNobodyAwaitsThat() throws Exception {
    BlockedBody body = new BlockedBody();
    view.execute(body::runUnchecked);
    body.awaitBegun();
    view.shutdown();
    assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(2);
    body.release();
    await().untilAsserted(() -> assertThat(Snapshot.take(lifecycle).scopes()).isEqualTo(1));
  }

  @Test
  void afterACancelOrCloseOfTheScopeSubmissionsAreRejected() {
    Scope cancelled = lifecycle.open("cancelled");
    ExecutorService ofCancelled = cancelled.asExecutor("view");
    cancelled.cancel("enough");
    assertThatThrownBy(() -> ofCancelled.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("enough");
    assertThatThrownBy(() -> ofCancelled.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(ofCancelled.isShutdown()).isTrue();
    cancelled.close();
    assertThatThrownBy(() -> ofCancelled.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> ofCancelled.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(ofCancelled.isTerminated()).isTrue();
  }

  @Test
  void noBodyRunsAfterTheScopesCloseReturned() throws Exception {
    BlockedBody body = new BlockedBody();
    AtomicInteger running = new AtomicInteger();
    view.execute(() -> {
      running.incrementAndGet();
      body.runUnchecked();
      running.decrementAndGet();
    });
    for (int i = 0; i < 5; i++) {
      view.execute(running::incrementAndGet);
    }
    body.awaitBegun();
    scope.close();
    assertThat(running).hasValue(0);
    assertThat(view.isTerminated()).isTrue();
  }
}
