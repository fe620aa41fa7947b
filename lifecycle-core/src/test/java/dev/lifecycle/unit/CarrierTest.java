package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.context.ContextCarrier;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CarrierTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("carriers").failureListener(heard));
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final ThreadLocal<String> value = new ThreadLocal<>();

  @AfterEach
  void close() throws Exception {
    value.remove();
    lifecycle.close();
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Carries the thread-local. */
  private ContextCarrier carrier() {
    return () -> {
      String captured = value.get();
      return () -> {
        String before = value.get();
        value.set(captured);
        return () -> value.set(before);
      };
    };
  }

  /** Writes down what it is asked to do. */
  private ContextCarrier logging(String name) {
    return () -> {
      log.add("capture " + name);
      return () -> {
        log.add("install " + name);
        return () -> log.add("restore " + name);
      };
    };
  }

  @Test
  void carriersAreInstalledInOrderAndRestoredInReverse() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.carry(logging("a"), logging("b")));
        Scope child = scope.child("child", o -> o.carry(logging("c")))) {
      child.fork("task", () -> log.add("body"));
      child.join();
    }
    assertThat(log).containsExactly(
        "capture a", "capture b", "capture c", "install a", "install b", "install c", "body", "restore c", "restore b", "restore a");
  }

  @Test
  void theValueIsCapturedOnTheForkingThreadAtTheFork() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()))) {
      value.set("forker");
      Task<String> task = scope.fork("task", value::get);
      value.set("later");
      assertThat(task.get()).isEqualTo("forker");
    }
  }

  @Test
  void thePreviousValueIsRestoredOnAPooledThread() throws Exception {
    pool.submit(() -> value.set("the pool's own")).get();
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()).executor(pool))) {
      value.set("forker");
      assertThat(scope.fork("task", value::get).get()).isEqualTo("forker");
      scope.join();
    }
    assertThat(pool.submit(value::get).get()).isEqualTo("the pool's own");
  }

  @Test
  void thePreviousValueIsRestoredAlsoWhenTheBodyThrows() throws Exception {
    pool.submit(() -> value.set("the pool's own")).get();
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()).executor(pool))) {
      value.set("forker");
      scope.fork("task", () -> {
        throw new IllegalStateException("body saw " + value.get());
      });
      assertThatThrownBy(scope::join).isInstanceOf(TaskFailedException.class).hasRootCauseMessage("body saw forker");
    }
    assertThat(pool.submit(value::get).get()).isEqualTo("the pool's own");
  }

  @Test
  void thePreviousValueIsRestoredAlsoWhenOtherCarriersThrow() throws Exception {
    ContextCarrier throwsAtCapture = () -> {
      throw new IllegalStateException("capture");
    };
    ContextCarrier throwsAtInstall = () -> () -> {
      throw new IllegalStateException("install");
    };
    ContextCarrier throwsAtRestore = () -> () -> () -> {
      throw new IllegalStateException("restore");
    };
    pool.submit(() -> value.set("the pool's own")).get();
    try (Scope scope =
        lifecycle.open("scope", o -> o.executor(pool).carry(carrier(), throwsAtCapture, throwsAtInstall, throwsAtRestore, logging("last")))) {
      value.set("forker");
      assertThat(scope.fork("task", value::get).get()).isEqualTo("forker");
      scope.join();
    }
    assertThat(pool.submit(value::get).get()).isEqualTo("the pool's own");
    assertThat(log).containsExactly("capture last", "install last", "restore last");
    assertThat(heard.failures(FailureReport.Kind.CALLBACK_FAILED)).extracting(t -> t == null ? "" : t.getMessage()).containsExactly("capture", "install", "restore");
  }

  @Test
  void aBodyThatTheCallerRunsSeesItsCarriersAndTheCallerItsOwnValueAfterwards() throws Exception {
    BlockedBody body = new BlockedBody();
    ContextCarrier fixed = () -> () -> {
      String before = value.get();
      value.set("installed");
      return () -> value.set(before);
    };
    try (Scope scope = lifecycle.open("scope", o -> o.carry(fixed).maxConcurrent(1, Overflow.CALLER_RUNS))) {
      scope.fork("first", body::call);
      value.set("caller");
      Task<String> second = scope.fork("second", value::get);
      assertThat(second.resultNow()).isEqualTo("installed");
      assertThat(value.get()).isEqualTo("caller");
      body.release();
      scope.join();
    }
  }

  @Test
  void carriersAreInstalledAroundOnDiscard() throws Exception {
    BlockedBody body = new BlockedBody();
    BlockingQueue<String> discarded = new ArrayBlockingQueue<>(1);
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()))) {
      value.set("forker");
      scope.fork("task", (TaskOptions<String> o) -> o.onDiscard(v -> discarded.add(v + " discarded by " + value.get())), () -> {
        body.runStubbornly();
        return "value";
      });
      body.awaitBegun();
      value.set("later");
      scope.cancel("enough");
      body.release();
      assertThat(discarded.poll(10, TimeUnit.SECONDS)).isEqualTo("value discarded by forker");
    }
  }

  @Test
  void carriersAreInstalledAroundTheHooksOfATask() throws Exception {
    BlockedBody body = new BlockedBody();
    BlockingQueue<String> hooked = new ArrayBlockingQueue<>(1);
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()))) {
      value.set("forker");
      scope.start("task", () -> {
        dev.lifecycle.Context.current().onCancel(() -> hooked.add(String.valueOf(value.get())));
        body.run();
      });
      body.awaitBegun();
      value.set("canceller");
      scope.cancel("enough");
      assertThat(hooked.poll(10, TimeUnit.SECONDS)).isEqualTo("forker");
    }
  }

  @Test
  void tasksOfAnExecutorViewAreCarriedToo() throws Exception {
    try (Scope scope = lifecycle.open("scope", o -> o.carry(carrier()))) {
      value.set("forker");
      assertThat(scope.asExecutor("view").submit(value::get).get()).isEqualTo("forker");
    }
  }
}
