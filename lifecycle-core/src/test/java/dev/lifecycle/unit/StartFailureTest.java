package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifecycle.Completions;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 7: a start that fails leaves no trace, and the next fork works. */
@Timeout(20)
class StartFailureTest {
  /** What a thread factory or an executor may do to us. */
  enum Fault {
    RUNTIME_EXCEPTION(() -> new IllegalArgumentException("injected")),
    REJECTION(() -> new RejectedExecutionException("injected")),
    OUT_OF_MEMORY(() -> new OutOfMemoryError("injected")),
    STACK_OVERFLOW(() -> new StackOverflowError("injected")),
    LINKAGE(() -> new NoClassDefFoundError("injected"));

    private final Supplier<Throwable> thrown;

    Fault(Supplier<Throwable> thrown) {
      this.thrown = thrown;
    }

    void strike() {
      Throwable t = thrown.get();
      if (t instanceof Error e) {
        throw e;
      }
      throw (RuntimeException) t;
    }
  }

  private static ThreadFactory failingFirst(Fault fault) {
    AtomicInteger calls = new AtomicInteger();
    return work -> {
      if (calls.getAndIncrement() == 0) {
        fault.strike();
      }
      return daemon(work);
    };
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "made");
    thread.setDaemon(true);
    return thread;
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whenTheThreadFactoryThrowsNothingIsLeftAndTheNextForkWorks(Fault fault) throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.threads(failingFirst(fault))); Scope scope = lifecycle.open("start")) {
      AtomicInteger neverRun = new AtomicInteger();
      assertThatThrownBy(() -> scope.fork("start.task", o -> o.onNeverRun(neverRun::incrementAndGet), () -> 1)).hasMessage("injected");
      assertRolledBack(lifecycle, scope);
      assertThat(neverRun).hasValue(1);
      assertThat(scope.fork("start.task", () -> 2).get()).isEqualTo(2);
      scope.join();
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whenTheExecutorThrowsNothingIsLeftAndTheNextForkWorks(Fault fault) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o);
        Scope scope = lifecycle.open("start", o -> o.executor(work -> {
          if (calls.getAndIncrement() == 0) {
            fault.strike();
          }
          work.run();
        }))) {
      assertThatThrownBy(() -> scope.fork("start.task", () -> 1)).hasMessage("injected");
      assertRolledBack(lifecycle, scope);
      assertThat(scope.fork("start.task", () -> 2).get()).isEqualTo(2);
      scope.join();
    }
  }

  @Test
  void whenTheThreadFactoryReturnsNullTheForkIsRejectedAndRolledBack() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.threads(work -> calls.getAndIncrement() == 0 ? null : daemon(work)));
        Scope scope = lifecycle.open("start")) {
      assertThatThrownBy(() -> scope.fork("start.task", () -> 1))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("thread factory returned null")
          .hasMessageContaining("start.task");
      assertRolledBack(lifecycle, scope);
      assertThat(scope.fork("start.task", () -> 2).get()).isEqualTo(2);
      scope.join();
    }
  }

  @Test
  void aStartThatFailsGivesItsPermitBack() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.threads(failingFirst(Fault.OUT_OF_MEMORY)));
        Scope scope = lifecycle.open("start", o -> o.maxConcurrent(1, Overflow.REJECT))) {
      assertThatThrownBy(() -> scope.fork("start.task", () -> 1)).isInstanceOf(OutOfMemoryError.class);
      assertThat(scope.fork("start.task", () -> 2).get()).isEqualTo(2);
      scope.join();
    }
  }

  @Test
  void aStartThatFailsLeavesNoEntryInTheCompletions() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.threads(failingFirst(Fault.REJECTION))); Scope scope = lifecycle.open("start")) {
      Completions<Integer> completions = scope.completions();
      assertThatThrownBy(() -> completions.fork("start.task", () -> 1)).isInstanceOf(RejectedExecutionException.class);
      Task<Integer> second = completions.fork("start.task", () -> 2);
      assertThat(completions.next()).isSameAs(second);
      assertThat(completions.next()).isNull();
    }
  }

  @Test
  void aForkOnAnExecutorThatWasShutDownMeanwhileIsRejectedAndRolledBack() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o); Scope scope = lifecycle.open("start", o -> o.executor(pool))) {
      assertThat(scope.fork("start.first", () -> 1).get()).isEqualTo(1);
      scope.join();
      pool.shutdown();
      assertThatThrownBy(() -> scope.fork("start.task", () -> 1)).isInstanceOf(RejectedExecutionException.class);
      assertRolledBack(lifecycle, scope);
      scope.join();
    }
  }

  @Test
  void aFailedStartIsNoFailureOfTheScope() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.threads(failingFirst(Fault.RUNTIME_EXCEPTION))); Scope scope = lifecycle.open("start")) {
      assertThatThrownBy(() -> scope.start("start.task", () -> {})).hasMessage("injected");
      scope.join();
      assertThat(scope.info().cancelled()).isFalse();
    }
  }

  @Test
  void anExecutorThatRunsTheTaskAndThenThrowsHasRunTheTask() throws Exception {
    try (Lifecycle lifecycle = Lifecycle.create(o -> o);
        Scope scope = lifecycle.open("start", o -> o.executor(work -> {
          work.run();
          throw new IllegalStateException("after the fact");
        }))) {
      assertThat(scope.fork("start.task", () -> 1).get()).isEqualTo(1);
      scope.join();
      assertThat(lifecycle.counts().get("start.task").succeeded()).isEqualTo(1);
    }
  }

  @Test
  void anExecutorThatKeepsTheTaskAndThrowsRunsNothingLater() throws Exception {
    Runnable[] kept = new Runnable[1];
    AtomicInteger runs = new AtomicInteger();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o);
        Scope scope = lifecycle.open("start", o -> o.executor(work -> {
          kept[0] = work;
          throw new RejectedExecutionException("injected");
        }))) {
      assertThatThrownBy(() -> scope.fork("start.task", runs::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
      kept[0].run();
      assertThat(runs).hasValue(0);
      assertRolledBack(lifecycle, scope);
    }
  }

  @Test
  void anExecutorThatRunsTheTaskTwiceRunsItsBodyOnce() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o);
        Scope scope = lifecycle.open("start", o -> o.executor(work -> {
          work.run();
          work.run();
        }))) {
      scope.fork("start.task", runs::incrementAndGet);
      scope.join();
      assertThat(runs).hasValue(1);
      assertThat(lifecycle.counts().get("start.task").succeeded()).isEqualTo(1);
    }
  }

  @Test
  void aBoundedPoolWithoutAThreadLeftRejectsTheForkAndSaysHowManyAreBusy() throws Exception {
    assumeTrue(Runtime.version().feature() < 21, "tasks run on virtual threads");
    HeldBody held = HeldBody.listening();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.maxThreads(1)); Scope scope = lifecycle.open("start")) {
      scope.fork("start.held", held);
      held.awaitBegun();
      assertThatThrownBy(() -> scope.fork("start.task", () -> 1))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageContaining("start.task")
          .hasMessageContaining("at most 1 threads");
      held.letGo();
      scope.join();
    }
  }

  private static void assertRolledBack(Lifecycle lifecycle, Scope scope) {
    TaskCounts counts = lifecycle.counts().get("start.task");
    assertThat(scope.info().live()).isZero();
    assertThat(scope.info().cancelled()).isFalse();
    assertThat(counts.rejected()).isEqualTo(1);
    assertThat(counts.live()).isZero();
  }
}
