package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.Context;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 33. */
@Timeout(20)
class DeferTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(report -> {}));
  private final List<String> order = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void cleanupRunsOnceLastInFirstOut() {
    Scope scope = lifecycle.open("defer.order");
    scope.defer(() -> order.add("first"));
    scope.defer(() -> order.add("second"));
    scope.defer(() -> order.add("third"));
    scope.close();
    scope.close();
    assertThat(order).containsExactly("third", "second", "first");
  }

  @Test
  void cleanupRunsAfterTheLastTaskHasEnded() throws InterruptedException {
    Scope scope = lifecycle.open("defer.after");
    ParkedBody<String> body = ParkedBody.stubborn("value");
    scope.fork("defer.body", () -> {
      String value = body.call();
      order.add("task");
      return value;
    });
    body.awaitEntered();
    scope.defer(() -> order.add("cleanup"));
    Thread closer = new Thread(scope::close);
    closer.start();
    Awaitility.await().until(body::wasInterrupted);
    assertThat(order).isEmpty();
    body.release();
    closer.join();
    assertThat(order).containsExactly("task", "cleanup");
  }

  @Test
  void cleanupRunsAfterTheLastTaskWasOrphaned() throws InterruptedException {
    Scope scope = lifecycle.open("defer.orphan", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON));
    ParkedBody<String> body = ParkedBody.stubborn("value");
    scope.fork("defer.body", body);
    body.awaitEntered();
    scope.defer(() -> order.add("cleanup"));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread closer = new Thread(() -> {
      try {
        scope.close();
      } catch (Throwable t) {
        thrown.set(t);
      }
    });
    closer.start();
    Awaitility.await().until(body::wasInterrupted);
    Awaitility.await().until(() -> {
      clock.advanceToNextDeadline();
      return !closer.isAlive();
    });
    assertThat(order).containsExactly("cleanup");
    assertThat(thrown.get()).isInstanceOf(OrphanedTasksException.class);
    body.release();
  }

  @Test
  void cleanupRunsOnTheClosingThreadAndShielded() {
    Scope scope = lifecycle.open("defer.thread", o -> o.timeout(Duration.ofSeconds(1)));
    AtomicReference<Thread> on = new AtomicReference<>();
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    AtomicReference<Duration> left = new AtomicReference<>();
    scope.defer(() -> {
      on.set(Thread.currentThread());
      cancelled.set(Context.current().isCancelled());
      flag.set(Thread.currentThread().isInterrupted());
      left.set(Context.current().deadline().remaining());
    });
    scope.cancel("enough");
    Thread.currentThread().interrupt();
    scope.close();
    assertThat(Thread.interrupted()).as("the flag is restored").isTrue();
    assertThat(on.get()).isSameAs(Thread.currentThread());
    assertThat(cancelled.get()).isFalse();
    assertThat(flag.get()).isFalse();
    assertThat(left.get()).as("the library's own bound").isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void cleanupThatThrowsSkipsNoOther() {
    Scope scope = lifecycle.open("defer.throws");
    scope.defer(() -> order.add("first"));
    scope.defer(() -> {
      throw new IOException("second");
    });
    scope.defer(() -> {
      throw new IllegalStateException("third");
    });
    scope.defer(() -> order.add("fourth"));
    assertThatThrownBy(scope::close)
        .isInstanceOf(CleanupFailedException.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));
    assertThat(order).containsExactly("fourth", "first");
    scope.close();
    assertThat(order).containsExactly("fourth", "first");
  }

  @Test
  void failedCleanupIsSuppressedOnTheFailureOfATask() throws InterruptedException {
    Scope scope = lifecycle.open("defer.suppressed");
    scope.defer(() -> {
      throw new IOException("cleanup");
    });
    scope.fork("defer.body", () -> {
      throw new IllegalArgumentException("task");
    });
    assertThat(scope.awaitQuiescence(Duration.ofDays(1))).isTrue();
    assertThatThrownBy(scope::close)
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));
  }

  @Test
  void registeringAfterCleanupRanRunsTheActionAtOnceAndThrows() {
    Scope open = lifecycle.open("defer.late");
    Scope child = open.child("defer.late-child", o -> o);
    child.close();
    assertThatThrownBy(() -> child.defer(() -> order.add("child"))).isInstanceOf(IllegalStateException.class);
    open.close();
    assertThatThrownBy(() -> open.defer(() -> order.add("open"))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> open.defer(() -> {
              throw new IOException("late");
            }))
        .isInstanceOf(IllegalStateException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));
    assertThat(order).containsExactly("child", "open");
  }

  @Test
  void cleanupMayRegisterMoreCleanup() {
    Scope scope = lifecycle.open("defer.nested");
    scope.defer(() -> {
      order.add("outer");
      scope.defer(() -> order.add("inner"));
    });
    scope.close();
    assertThat(order).containsExactly("outer", "inner");
  }

  @Test
  void cleanupOfACallRunsBeforeTheCallReturns() throws InterruptedException {
    String value = lifecycle.call("defer.call", Duration.ofSeconds(1), scope -> {
      scope.defer(() -> order.add("cleanup"));
      order.add("body");
      return "value";
    });
    assertThat(value).isEqualTo("value");
    assertThat(order).containsExactly("body", "cleanup");
  }

  /** Of two threads one closes and one registers: whichever is first, the action runs, once. */
  @Test
  void registeringWhileTheScopeClosesRunsTheActionExactlyOnce() throws Exception {
    Scope parent = lifecycle.open("defer.race");
    try (Duel duel = new Duel()) {
      for (int i = 0; i < 10_000; i++) {
        Scope child = parent.child("defer.race-child", o -> o);
        AtomicInteger runs = new AtomicInteger();
        duel.fight(child::close, () -> {
          try {
            child.defer(runs::incrementAndGet);
          } catch (IllegalStateException e) {
            assertThat(runs).as("ran before the refusal").hasValue(1);
          }
        });
        assertThat(runs).as("round %d", i).hasValue(1);
      }
    }
    parent.close();
  }
}
