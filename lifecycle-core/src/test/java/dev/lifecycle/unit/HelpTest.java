package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Completions;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 47: who waits on a thread of a bounded executor runs what waits for that thread. */
@Timeout(20)
class HelpTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final ExecutorService single = Executors.newSingleThreadExecutor();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
    single.shutdownNow();
  }

  private int nestedByJoin(int depth) throws InterruptedException {
    try (Scope scope = lifecycle.open("help.nested", o -> o.executor(single))) {
      Task<Integer> task = scope.fork("help.body", () -> depth == 1 ? 1 : 1 + nestedByJoin(depth - 1));
      scope.join();
      return task.resultNow();
    }
  }

  private int nestedByCall(int depth) throws InterruptedException {
    return lifecycle.call("help.nested", o -> o.executor(single), scope -> {
      Task<Integer> task = scope.fork("help.body", () -> depth == 1 ? 1 : 1 + nestedByCall(depth - 1));
      scope.join();
      return task.resultNow();
    });
  }

  private int nestedByGet(int depth) throws Exception {
    try (Scope scope = lifecycle.open("help.nested", o -> o.executor(single))) {
      return scope.fork("help.body", () -> depth == 1 ? 1 : 1 + nestedByGet(depth - 1)).get();
    }
  }

  private int nestedByNext(int depth) throws InterruptedException {
    try (Scope scope = lifecycle.open("help.nested", o -> o.executor(single))) {
      Completions<Integer> completions = scope.completions();
      completions.fork("help.body", () -> depth == 1 ? 1 : 1 + nestedByNext(depth - 1));
      return completions.next().resultNow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 60})
  void nestedScopesOnOneThreadFinishByJoin(int depth) throws InterruptedException {
    assertThat(nestedByJoin(depth)).isEqualTo(depth);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 60})
  void nestedCallsOnOneThreadFinishByJoin(int depth) throws InterruptedException {
    assertThat(nestedByCall(depth)).isEqualTo(depth);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 60})
  void nestedScopesOnOneThreadFinishByGet(int depth) throws Exception {
    assertThat(nestedByGet(depth)).isEqualTo(depth);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 60})
  void nestedScopesOnOneThreadFinishByNext(int depth) throws InterruptedException {
    assertThat(nestedByNext(depth)).isEqualTo(depth);
  }

  @Test
  void aJoinerRunsTheNewestFirst() throws InterruptedException {
    List<Integer> order = new CopyOnWriteArrayList<>();
    try (Scope outer = lifecycle.open("help.outer", o -> o.executor(single))) {
      outer.fork("help.joiner", () -> {
        try (Scope inner = lifecycle.open("help.inner", o -> o.executor(single))) {
          for (int i = 0; i < 4; i++) {
            int number = i;
            inner.fork("help.body", () -> order.add(number));
          }
          inner.join();
        }
        return null;
      });
      outer.join();
    }
    assertThat(order).containsExactly(3, 2, 1, 0);
  }

  @Test
  void aHelpedTaskRunsOnceThoughTheExecutorStillHoldsItsTicket() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    try (Scope outer = lifecycle.open("help.outer", o -> o.executor(single))) {
      outer.fork("help.joiner", () -> {
        try (Scope inner = lifecycle.open("help.inner", o -> o.executor(single))) {
          inner.fork("help.body", runs::incrementAndGet);
          inner.join();
        }
        return null;
      });
      outer.join();
    }
    single.submit(() -> {}).get(10, TimeUnit.SECONDS); // behind the empty ticket
    assertThat(runs).hasValue(1);
  }

  @Test
  void helpOnJoinFalseTurnsHelpingOff() throws InterruptedException {
    Scope outer = lifecycle.open("help.outer", o -> o.executor(single));
    AtomicInteger runs = new AtomicInteger();
    Thread[] joiner = new Thread[1];
    outer.fork("help.joiner", () -> {
      try (Scope inner = lifecycle.open("help.inner", o -> o.executor(single).helpOnJoin(false))) {
        inner.fork("help.body", runs::incrementAndGet);
        joiner[0] = Thread.currentThread();
        inner.join();
      }
      return null;
    });
    Awaitility.await().until(() -> joiner[0] != null && joiner[0].getState() == Thread.State.WAITING);
    assertThat(runs).hasValue(0);
    outer.close();
    assertThat(runs).as("cancelled, not run").hasValue(0);
  }

  @Test
  void aJoinerOutsideTheExecutorDoesNotHelp() throws InterruptedException {
    Thread outside = Thread.currentThread();
    try (Scope scope = lifecycle.open("help.outside", o -> o.executor(single))) {
      Task<Boolean> task = scope.fork("help.body", () -> Thread.currentThread() == outside);
      scope.join();
      assertThat(task.resultNow()).isFalse();
    }
  }

  @Test
  void theBodyOfACallOutsideTheExecutorDoesNotHelp() throws InterruptedException {
    Thread outside = Thread.currentThread();
    ParkedBody<String> holder = ParkedBody.returning("holder");
    single.submit(holder);
    holder.awaitEntered();
    Thread releaser = new Thread(() -> {
      Awaitility.await().until(() -> outside.getState() == Thread.State.WAITING);
      holder.release();
    });
    Boolean inline = lifecycle.call("help.call", o -> o.executor(single), scope -> {
      Task<Boolean> task = scope.fork("help.body", () -> Thread.currentThread() == outside);
      releaser.start();
      scope.join();
      return task.resultNow();
    });
    assertThat(inline).isFalse();
    releaser.join();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aTaskThatForksIntoItsOwnFullScopeAndTakesTheResultDoesNotDeadlock(int capacity) throws InterruptedException {
    try (Scope scope = lifecycle.open("help.full", o -> o.maxConcurrent(1, Overflow.queue(capacity)))) {
      Task<Integer> task = scope.fork("help.outer", () -> {
        int sum = 0;
        for (int i = 0; i < 10; i++) {
          int number = i;
          sum += scope.fork("help.inner", () -> number).get();
        }
        return sum;
      });
      scope.join();
      assertThat(task.resultNow()).isEqualTo(45);
    }
  }

  @Test
  void aTaskOfADescendantTakesTheResultOfAQueuedTaskWithoutDeadlock() throws InterruptedException {
    try (Scope scope = lifecycle.open("help.full", o -> o.maxConcurrent(1, Overflow.queue(5)))) {
      Task<String> task = scope.fork("help.outer", () -> {
        try (Scope inner = lifecycle.open("help.descendant")) {
          return inner.fork("help.middle", () -> scope.fork("help.inner", () -> "inner").get()).get();
        }
      });
      scope.join();
      assertThat(task.resultNow()).isEqualTo("inner");
    }
  }

  @Test
  void theBodyOfACallJoinsItsFullScopeWithoutDeadlock() throws InterruptedException {
    Integer sum = lifecycle.call("help.call", o -> o.maxConcurrent(1, Overflow.queue(8)).executor(single), scope -> {
      List<Task<Integer>> tasks = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        tasks.add(scope.fork("help.body", () -> number));
      }
      scope.join();
      return tasks.stream().mapToInt(Task::resultNow).sum();
    });
    assertThat(sum).isEqualTo(28);
  }
}
