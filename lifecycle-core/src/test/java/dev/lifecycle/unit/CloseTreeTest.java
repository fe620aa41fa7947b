package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.CleanupFailedException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 49 and 50: how a tree ends. */
@Timeout(20)
class CloseTreeTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final List<String> order = new CopyOnWriteArrayList<>();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  @Test
  void closingAParentClosesOpenChildrenNewestFirstAndThenRunsItsOwnCleanup() {
    Scope parent = lifecycle.open("tree.parent");
    parent.defer(() -> order.add("parent"));
    for (String name : List.of("one", "two", "three")) {
      parent.child("tree.child", o -> o).defer(() -> order.add(name));
    }
    parent.close();
    assertThat(order).containsExactly("three", "two", "one", "parent");
  }

  @Test
  void closingAParentCancelsTheWholeTreeAtOnce() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent");
    Scope child = parent.child("tree.child", o -> o);
    Scope grandchild = child.child("tree.grandchild", o -> o);
    ParkedBody<String> own = ParkedBody.stubborn("own");
    ParkedBody<String> deep = ParkedBody.stubborn("deep");
    parent.fork("tree.own", own);
    grandchild.fork("tree.deep", deep);
    own.awaitEntered();
    deep.awaitEntered();
    Thread closer = new Thread(parent::close);
    closer.start();
    Awaitility.await().until(() -> own.wasInterrupted() && deep.wasInterrupted());
    assertThat(grandchild.info().cancelReason().kind()).isEqualTo(CancelReason.Kind.CLOSED);
    assertThat(grandchild.info().cancelReason().origin()).isEqualTo(parent.info().id());
    assertThat(child.info().closed()).as("the parent's own task comes first").isFalse();
    deep.release();
    own.release();
    closer.join();
    assertThat(child.info().closed()).isTrue();
    assertThat(grandchild.info().closed()).isTrue();
  }

  @Test
  void theParentsOwnTasksCloseTheirLexicalChildrenInTheirOwnFrames() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent");
    parent.defer(() -> order.add("parent"));
    AtomicReference<Thread> closedOn = new AtomicReference<>();
    AtomicReference<Thread> task = new AtomicReference<>();
    ParkedBody<String> body = ParkedBody.returning("never");
    parent.fork("tree.task", () -> {
      task.set(Thread.currentThread());
      try (Scope lexical = lifecycle.open("tree.lexical")) {
        lexical.defer(() -> {
          closedOn.set(Thread.currentThread());
          order.add("lexical");
        });
        lexical.fork("tree.deep", body);
        lexical.join();
      }
      return null;
    });
    body.awaitEntered();
    parent.close();
    assertThat(order).containsExactly("lexical", "parent");
    assertThat(closedOn.get()).isSameAs(task.get());
  }

  @Test
  void theChildrensFailuresAreSuppressedOnTheParents() {
    Scope parent = lifecycle.open("tree.parent");
    Scope child = parent.child("tree.child", o -> o);
    child.defer(() -> {
      throw new IOException("child");
    });
    parent.fork("tree.bad", () -> {
      throw new IllegalArgumentException("parent");
    });
    Awaitility.await().until(() -> parent.info().live() == 0);
    assertThatThrownBy(parent::close)
        .isInstanceOf(TaskFailedException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(CleanupFailedException.class).satisfies(s -> assertThat(s).hasCauseInstanceOf(IOException.class)));
  }

  @Test
  void aFailureOfAChildThatTheParentClosesIsThrownIfTheParentHasNone() {
    Scope parent = lifecycle.open("tree.parent");
    Scope child = parent.child("tree.child", o -> o);
    child.fork("tree.bad", () -> {
      throw new IOException("child");
    });
    Awaitility.await().until(() -> child.info().live() == 0);
    assertThatThrownBy(parent::close).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aChildOpenedDuringCleanupIsClosedToo() {
    Scope parent = lifecycle.open("tree.parent");
    AtomicReference<Scope> forgotten = new AtomicReference<>();
    parent.defer(() -> forgotten.set(lifecycle.open("tree.forgotten")));
    parent.close();
    assertThat(forgotten.get().info().parent()).isEqualTo(parent.info().id());
    assertThat(forgotten.get().info().closed()).isTrue();
  }

  @Test
  void onlyAnOrphansChildIsClosedOverItsHead() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent", o -> o.grace(Duration.ofSeconds(1), AfterGrace.ABANDON));
    ParkedBody<String> stuck = ParkedBody.stubborn("stuck");
    AtomicReference<Scope> orphans = new AtomicReference<>();
    parent.fork("tree.orphan", () -> {
      Scope inner = lifecycle.open("tree.inner");
      inner.fork("tree.deep", stuck);
      orphans.set(inner);
      return stuck.call();
    });
    stuck.awaitEntered();
    Awaitility.await().until(() -> orphans.get() != null);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread closer = new Thread(() -> {
      try {
        parent.close();
      } catch (Throwable t) {
        thrown.set(t);
      }
    });
    closer.start();
    Awaitility.await().until(stuck::wasInterrupted);
    Awaitility.await().until(() -> {
      clock.advanceToNextDeadline();
      return !closer.isAlive();
    });
    assertThat(thrown.get()).isInstanceOf(OrphanedTasksException.class);
    assertThat(orphans.get().info().closed()).isTrue();
    stuck.release();
    Awaitility.await().until(() -> parent.info().live() == 0);
  }

  @Test
  void everyDescendantsGraceCountsFromTheFirstCancel() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent");
    Scope child = parent.child("tree.child", o -> o.grace(Duration.ofSeconds(2)));
    ParkedBody<String> body = ParkedBody.stubborn("stuck");
    child.fork("tree.deep", body);
    body.awaitEntered();
    parent.cancel("first");
    clock.advance(Duration.ofSeconds(1));
    child.cancel("second");
    clock.advance(Duration.ofSeconds(1)); // two since the first: another interrupt, then a moment until the report
    Awaitility.await().until(() -> {
      clock.advance(Duration.ofMillis(10));
      return !reports.isEmpty();
    });
    assertThat(Duration.ofNanos(clock.nanoTime())).isLessThan(Duration.ofSeconds(3));
    assertThat(reports.get(0).kind()).isEqualTo(FailureReport.Kind.TASK_STUCK);
    body.release();
    parent.close();
  }

  @Test
  void aFailingChildDoesNotFailTheParent() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent");
    Scope child = parent.child("tree.child", o -> o);
    child.fork("tree.bad", () -> {
      throw new IOException("child");
    });
    assertThatThrownBy(child::join).isInstanceOf(TaskFailedException.class);
    child.close();
    assertThat(parent.info().cancelled()).isFalse();
    Task<String> task = parent.fork("tree.good", () -> "good");
    parent.join();
    assertThat(task.resultNow()).isEqualTo("good");
    parent.close();
  }

  @Test
  void aFailingChildFailsTheParentIfItsExceptionEscapesATaskOfTheParent() {
    Scope parent = lifecycle.open("tree.parent");
    parent.fork("tree.task", () -> {
      try (Scope child = lifecycle.open("tree.child")) {
        child.fork("tree.bad", () -> {
          throw new IOException("child");
        });
        child.join();
      }
      return null;
    });
    assertThatThrownBy(parent::join)
        .isInstanceOf(TaskFailedException.class)
        .satisfies(e -> assertThat(e.getCause()).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(IOException.class));
    parent.close();
  }

  @Test
  void aSupervisedParentIsNotFailedByItsChildsException() throws InterruptedException {
    Scope parent = lifecycle.open("tree.parent", o -> o.policy(Policy.SUPERVISE));
    Task<String> task = parent.fork("tree.task", () -> lifecycle.<String, IOException>call("tree.call", Duration.ofDays(1), scope -> {
      throw new IOException("child");
    }));
    parent.join();
    assertThat(task.failure()).isInstanceOf(IOException.class);
    parent.close();
  }
}
