package dev.lifecycle.unit;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.internal.Bodies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 61: the tasks of a supervised pool are owned, whatever pool it is, and the pool is not. */
@Timeout(20)
class SupervisedPoolTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("pools").failureListener(report -> {}));
  private final Supervisor app = lifecycle.supervisor("app", o -> o.drain(ZERO));
  private ExecutorService pool;
  private ExecutorService view;

  private void supervise(PoolKind kind) {
    pool = kind.make();
    view = app.supervise("app.http", pool);
  }

  @AfterEach
  void close() throws Exception {
    lifecycle.close();
    if (pool == null) {
      return;
    }
    assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    assertThat(pool.isShutdown()).as("the pool is borrowed").isFalse();
    assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get()).as("a stray interrupt").isFalse();
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private TaskCounts counts() {
    return lifecycle.counts().get("app.http");
  }

  @ParameterizedTest
  @EnumSource
  void itsTasksHaveIdsAPurposeAndCounts(PoolKind kind) throws Exception {
    supervise(kind);
    List<Future<Task<?>>> futures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      futures.add(view.submit(Bodies::current));
    }
    List<Task<?>> tasks = new ArrayList<>();
    for (Future<Task<?>> future : futures) {
      tasks.add(future.get());
      assertThat(future.get()).isSameAs(future);
    }
    assertThat(tasks).extracting(Task::id).doesNotHaveDuplicates();
    assertThat(tasks).extracting(Task::purpose).containsOnly("app.http");
    Soon.until(() -> counts().live() == 0);
    assertThat(counts().forked()).isEqualTo(20);
    assertThat(counts().succeeded()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource
  void directSubmissionsByOthersAreUntouched(PoolKind kind) throws Exception {
    supervise(kind);
    Future<Boolean> others = pool.submit(() -> Context.current() == Context.none());
    assertThat(others.get()).isTrue();
    view.shutdown();
    app.close();
    assertThat(pool.submit(() -> "still there").get()).isEqualTo("still there");
    assertThat(counts().forked()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void closeInterruptsWhatRunsAndLeavesNoStrayInterrupt(PoolKind kind) throws Exception {
    supervise(kind);
    CountDownLatch entered = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    Future<?> future =
        view.submit(
            () -> {
              entered.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
              }
            });
    entered.await();
    app.close();
    assertThat(interrupted).hasValue(1);
    assertThat(future.isCancelled()).isTrue();
    assertThat(counts().cancelled()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aFailureIsTheFuturesAndFailsNobody(PoolKind kind) throws Exception {
    supervise(kind);
    Future<?> failed = view.submit((Callable<String>) () -> { throw new IllegalStateException("down"); });
    assertThatThrownBy(failed::get).isInstanceOf(ExecutionException.class).hasRootCauseMessage("down");
    assertThat(view.submit(() -> "next").get()).isEqualTo("next");
    assertThat(app.info().cancelled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void drainLetsItsTasksEndAndTakesNoMore(PoolKind kind) throws Exception {
    supervise(kind);
    ParkedBody<String> body = ParkedBody.returning("done");
    Future<String> running = view.submit(body);
    body.awaitEntered();
    app.drain();
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("app.http");
    assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    body.release();
    assertThat(running.get()).isEqualTo("done");
    assertThat(app.shutdown(ofSeconds(5), ofSeconds(5)).isClean()).isTrue();
    assertThat(counts().rejected()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void invokeAllAndInvokeAnyRunOnIt(PoolKind kind) throws Exception {
    supervise(kind);
    List<Callable<String>> bodies = List.of(() -> "a", () -> "b", () -> "c");
    assertThat(view.invokeAll(bodies)).extracting(Future::get).containsExactly("a", "b", "c");
    assertThat(view.invokeAny(bodies)).isIn("a", "b", "c");
    assertThat(view.invokeAny(List.<Callable<String>>of(() -> { throw new IllegalStateException("down"); }, () -> "good"))).isEqualTo("good");
    Soon.until(() -> counts().live() == 0);
    assertThat(counts().forked()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void shutdownEndsTheViewOnly(PoolKind kind) throws Exception {
    supervise(kind);
    ExecutorService other = app.supervise("app.other", pool);
    view.submit(() -> "done").get();
    view.shutdown();
    assertThat(view.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(view.isTerminated()).isTrue();
    assertThatThrownBy(() -> view.submit(() -> "late")).isInstanceOf(RejectedExecutionException.class);
    assertThat(other.submit(() -> "other").get()).isEqualTo("other");
    assertThat(app.info().cancelled()).isFalse();
    Soon.until(() -> Snapshot.take(lifecycle).scopes() == 2);
  }

  @ParameterizedTest
  @EnumSource
  void shutdownNowInterruptsWhatRunsAndCloseWaits(PoolKind kind) throws Exception {
    supervise(kind);
    ParkedBody<String> body = ParkedBody.returning("done");
    Future<String> running = view.submit(body);
    body.awaitEntered();
    assertThat(view.shutdownNow()).isEmpty();
    ExecutorVersions.close(view);
    assertThat(running.isCancelled()).isTrue();
    assertThat(body.wasInterrupted()).isTrue();
    assertThat(view.isTerminated()).isTrue();
  }
}
