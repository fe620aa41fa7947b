package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Completions;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.ThreadKind;
import dev.lifecycle.context.micrometer.MicrometerCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** The logging context of the forking thread, with a real logger, wherever user code of a scope runs. */
@Timeout(20)
class MicrometerCarrierTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("mdc"));
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final RecordedLog log = new RecordedLog("orders");

  @BeforeEach
  void register() {
    ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
    MDC.put("request", "r-1");
  }

  @AfterEach
  void close() throws Exception {
    lifecycle.close();
    MDC.clear();
    ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
    log.close();
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private static ScopeOptions carrying(ScopeOptions o) {
    return o.carry(MicrometerCarrier.global());
  }

  private static Map<String, String> mdc() {
    Map<String, String> map = MDC.getCopyOfContextMap();
    return map == null ? Map.of() : map;
  }

  private void info(String message) {
    log.logger().info(message);
  }

  @Test
  void theForkersLoggingContextIsInTheEventsOfATask() throws Exception {
    try (Scope scope = lifecycle.open("scope", MicrometerCarrierTest::carrying)) {
      scope.start("task", () -> info("in the task"));
      MDC.put("request", "r-2");
      scope.join();
    }
    assertThat(log.contextOf("in the task")).isEqualTo(Map.of("request", "r-1"));
  }

  @Test
  void withoutACarrierItIsNot() throws Exception {
    try (Scope scope = lifecycle.open("scope")) {
      scope.start("task", () -> info("in the task"));
      scope.join();
    }
    assertThat(log.contextOf("in the task")).isEmpty();
  }

  @Test
  void nothingStaysOnAThreadOfTheLibrarysPool() throws Exception {
    try (Lifecycle small = Lifecycle.create(o -> o.name("one-thread").maxThreads(1));
        Scope scope = small.open("scope", MicrometerCarrierTest::carrying);
        Scope plain = small.open("plain", o -> o)) {
      Task<Thread> task =
          scope.fork("task", (TaskOptions<Thread> o) -> o.thread(ThreadKind.PLATFORM), () -> {
            info("on the pool");
            MDC.put("step", "1");
            return Thread.currentThread();
          });
      scope.join();
      // The thread may take a moment to be idle again; until then a fork is refused.
      Task<Map<String, String>> next =
          await().ignoreExceptionsInstanceOf(RejectedExecutionException.class).until(() ->
              plain.fork("next", (TaskOptions<Map<String, String>> o) -> o.thread(ThreadKind.PLATFORM), () ->
                  Thread.currentThread() == task.resultNow() ? mdc() : Map.of("another", "thread")), t -> true);
      assertThat(log.contextOf("on the pool")).isEqualTo(Map.of("request", "r-1"));
      assertThat(next.get()).isEmpty();
    }
  }

  @Test
  void aBorrowedPoolsOwnContextIsBackWhenTheTaskHasEnded() throws Exception {
    pool.submit(() -> MDC.put("pool", "p")).get();
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).executor(pool))) {
      scope.start("task", () -> {
        info("on the pool");
        MDC.put("step", "1");
      });
      scope.join();
    }
    assertThat(log.contextOf("on the pool")).isEqualTo(Map.of("request", "r-1"));
    assertThat(pool.submit(MicrometerCarrierTest::mdc).get()).isEqualTo(Map.of("pool", "p"));
  }

  @Test
  void aTaskForkedWithoutContextDoesNotSeeWhatSomebodyLeftOnItsThread() throws Exception {
    pool.submit(() -> MDC.put("request", "somebody else's")).get();
    MDC.clear();
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).executor(pool))) {
      scope.start("task", () -> info("on the pool"));
      scope.join();
    }
    assertThat(log.contextOf("on the pool")).isEmpty();
    assertThat(pool.submit(MicrometerCarrierTest::mdc).get()).isEqualTo(Map.of("request", "somebody else's"));
  }

  @Test
  void aTaskThatTheCallerRunsLeavesTheCallersContextAsItWas() throws Exception {
    BlockedBody body = new BlockedBody();
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).maxConcurrent(1, Overflow.CALLER_RUNS))) {
      scope.fork("first", body::call);
      scope.start("second", () -> {
        info("in the caller's frame");
        MDC.put("step", "1");
      });
      assertThat(mdc()).isEqualTo(Map.of("request", "r-1"));
      body.release();
      scope.join();
    }
    assertThat(log.contextOf("in the caller's frame")).isEqualTo(Map.of("request", "r-1"));
  }

  @Test
  void whatATaskAddsGoesToTheTasksThatItForksInNestedScopes() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).executor(pool))) {
      scope.start("outer", () -> {
        MDC.put("order", "o-7");
        Scope.call("inner", Duration.ofSeconds(10), inner -> {
          inner.start("inner.task", () -> info("nested"));
          info("in the call");
          inner.join();
          return null;
        });
        info("after the call");
      });
      scope.join();
    }
    Map<String, String> both = Map.of("request", "r-1", "order", "o-7");
    assertThat(log.contextOf("nested")).isEqualTo(both);
    assertThat(log.contextOf("in the call")).isEqualTo(both);
    assertThat(log.contextOf("after the call")).isEqualTo(both);
    assertThat(pool.submit(MicrometerCarrierTest::mdc).get()).isEmpty();
  }

  @Test
  void aSupervisingChildInheritsTheCarrier() throws Exception {
    try (Scope scope = lifecycle.open("scope", MicrometerCarrierTest::carrying);
        Scope child = scope.child("child", o -> o.policy(Policy.SUPERVISE).executor(pool))) {
      child.start("fails", () -> {
        info("fails");
        throw new IllegalStateException("on purpose");
      });
      child.start("goes-on", () -> info("goes on"));
      child.join();
      assertThat(pool.submit(MicrometerCarrierTest::mdc).get()).isEmpty();
    }
    assertThat(log.contextOf("fails")).isEqualTo(Map.of("request", "r-1"));
    assertThat(log.contextOf("goes on")).isEqualTo(Map.of("request", "r-1"));
  }

  @Test
  void tasksOfAnExecutorViewAndOfCompletionsAreCarried() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).executor(pool))) {
      ExecutorService view = scope.asExecutor("view");
      view.submit(() -> info("submitted")).get();
      CountDownLatch executed = new CountDownLatch(1);
      view.execute(() -> {
        info("executed");
        executed.countDown();
      });
      assertThat(executed.await(10, TimeUnit.SECONDS)).isTrue();
      Completions<String> completions = scope.completions();
      completions.fork("completion", () -> {
        info("to be taken");
        return "taken";
      });
      assertThat(completions.next()).isNotNull();
      scope.join();
    }
    assertThat(log.contextOf("submitted")).isEqualTo(Map.of("request", "r-1"));
    assertThat(log.contextOf("executed")).isEqualTo(Map.of("request", "r-1"));
    assertThat(log.contextOf("to be taken")).isEqualTo(Map.of("request", "r-1"));
  }

  @Test
  void hooksAndHandlersOfACancelledTaskLogWithTheContextOfItsFork() throws Exception {
    BlockedBody body = new BlockedBody();
    BlockedBody blocker = new BlockedBody();
    CountDownLatch told = new CountDownLatch(4);
    try (Scope scope = lifecycle.open("scope", o -> carrying(o).maxConcurrent(2, Overflow.queue(4)))) {
      scope.onCancel(() -> {
        info("hook of the scope");
        told.countDown();
      });
      MDC.put("request", "r-2");
      scope.fork(
          "task",
          (TaskOptions<String> o) -> o.onDiscard(value -> {
            info("discard");
            told.countDown();
          }),
          () -> {
            MDC.put("step", "1");
            Context.current().onCancel(() -> {
              info("hook of the task");
              told.countDown();
            });
            body.runStubbornly();
            return "too late";
          });
      scope.fork("blocker", blocker::call);
      body.awaitBegun();
      MDC.put("request", "r-3");
      scope.fork(
          "never",
          (TaskOptions<String> o) -> o.onNeverRun(() -> {
            info("never run");
            told.countDown();
          }),
          () -> "never");
      MDC.put("request", "the canceller's");
      scope.cancel("enough");
      body.release();
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(log.contextOf("hook of the scope")).as("what there was at the registration").isEqualTo(Map.of("request", "r-1"));
    assertThat(log.contextOf("hook of the task")).isEqualTo(Map.of("request", "r-2"));
    assertThat(log.contextOf("discard")).isEqualTo(Map.of("request", "r-2"));
    assertThat(log.contextOf("never run")).isEqualTo(Map.of("request", "r-3"));
    assertThat(mdc()).isEqualTo(Map.of("request", "the canceller's"));
  }

  @Test
  void aValueThatNobodyTookOfAFailedScopeIsDiscardedWithTheContextOfItsFork() throws Exception {
    BlockedBody failing = new BlockedBody();
    try (Scope scope = lifecycle.open("scope", MicrometerCarrierTest::carrying)) {
      Task<String> value = scope.fork("value", (TaskOptions<String> o) -> o.onDiscard(v -> info("untaken")), () -> "value");
      scope.start("fails", () -> {
        failing.run();
        throw new IllegalStateException("on purpose");
      });
      await().until(value::isDone);
      failing.release();
      MDC.put("request", "the closer's");
      assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class);
    }
    assertThat(log.contextOf("untaken")).isEqualTo(Map.of("request", "r-1"));
    assertThat(mdc()).isEqualTo(Map.of("request", "the closer's"));
  }

  @Test
  void nothingStaysOnTheThreadOfAHook() throws Exception {
    CompletableFuture<Thread> first = new CompletableFuture<>();
    try (Scope scope = lifecycle.open("scope", MicrometerCarrierTest::carrying)) {
      scope.onCancel(() -> {
        MDC.put("step", "1");
        first.complete(Thread.currentThread());
      });
      scope.cancel("enough");
    }
    await().until(() -> {
      CompletableFuture<Map<Thread, Map<String, String>>> next = new CompletableFuture<>();
      try (Scope plain = lifecycle.open("plain")) {
        plain.onCancel(() -> next.complete(Map.of(Thread.currentThread(), mdc())));
        plain.cancel("enough");
      }
      assertThat(next.get().values()).containsExactly(Map.of());
      return next.get().containsKey(first.get());
    });
  }

  @Test
  void aHookOfACancelledScopeRunsHereAndLeavesTheContextAsItWas() {
    try (Scope scope = lifecycle.open("scope", MicrometerCarrierTest::carrying)) {
      scope.cancel("enough");
      scope.onCancel(() -> {
        info("at once");
        MDC.put("step", "1");
      });
      assertThat(mdc()).isEqualTo(Map.of("request", "r-1"));
    }
    assertThat(log.contextOf("at once")).isEqualTo(Map.of("request", "r-1"));
  }

  @Test
  void aFactoryIsAskedFor() {
    assertThatNullPointerException().isThrownBy(() -> MicrometerCarrier.of(null)).withMessage("factory");
  }
}
