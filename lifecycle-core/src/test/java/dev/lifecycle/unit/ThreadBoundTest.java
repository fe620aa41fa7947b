package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.ThreadKind;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The pool of platform threads: of all tasks where there are no virtual threads, of tasks that ask for one elsewhere. */
@Timeout(20)
class ThreadBoundTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("threads").maxThreads(2));

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private static <T> Task<T> fork(Scope scope, Callable<T> body) {
    return scope.fork("task", (TaskOptions<T> o) -> o.thread(ThreadKind.PLATFORM), body);
  }

  @Test
  void pastTheMostThreadsAForkFailsWithAClearErrorAndIsNotQueued() throws Exception {
    BlockedBody body = new BlockedBody(2);
    try (Scope scope = lifecycle.open("scope")) {
      fork(scope, body::call);
      fork(scope, body::call);
      body.awaitBegun();
      assertThatThrownBy(() -> fork(scope, () -> "third"))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("\"task\"")
          .hasMessageContaining("at most 2");
      body.release();
    }
  }

  @Test
  void aForkForWhichThereIsNoThreadIsRolledBackInFull() throws Exception {
    BlockedBody body = new BlockedBody(2);
    AtomicInteger neverRun = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    try (Scope scope = lifecycle.open("scope", o -> o.maxConcurrent(3))) {
      fork(scope, body::call);
      fork(scope, body::call);
      body.awaitBegun();
      for (int i = 0; i < 5; i++) { // more often than there are permits: each must come back
        assertThatThrownBy(() -> scope.fork(
                "task",
                (TaskOptions<Integer> o) -> o.thread(ThreadKind.PLATFORM).onNeverRun(neverRun::incrementAndGet),
                ran::incrementAndGet))
            .isInstanceOf(RejectedExecutionException.class);
      }
      assertThat(scope.info().live()).isEqualTo(2);
      assertThat(Snapshot.take(lifecycle).tasks()).isEqualTo(2);
      assertThat(neverRun).hasValue(5);
      var counts = lifecycle.counts().get("task");
      assertThat(counts.forked()).isEqualTo(7);
      assertThat(counts.rejected()).isEqualTo(5);
      assertThat(counts.live()).isEqualTo(2);
      body.release();
      scope.join();
      await().ignoreExceptions().untilAsserted(() -> assertThat(fork(scope, ran::incrementAndGet).get()).isEqualTo(1)); // a thread needs a moment after the join
    }
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20)
  void withoutVirtualThreadsTasksRunOnReusedDaemonThreadsOfThePool() throws Exception {
    try (Scope scope = lifecycle.open("scope")) {
      Thread thread = scope.fork("task", Thread::currentThread).get();
      assertThat(thread.isDaemon()).isTrue();
      assertThat(thread.getName()).startsWith("lifecycle-task-");
    }
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void withVirtualThreadsATaskHasOneOfItsOwnAndThePoolsBoundIsNotItsBound() throws Exception {
    BlockedBody body = new BlockedBody(50);
    try (Scope scope = lifecycle.open("scope")) {
      for (int i = 0; i < 50; i++) {
        scope.fork("task", body::call);
      }
      body.awaitBegun();
      assertThat(scope.info().live()).isEqualTo(50);
      body.release();
      scope.join();
      assertThat(scope.fork("named", () -> Thread.currentThread().getName()).get()).isEqualTo("named");
    }
  }
}
