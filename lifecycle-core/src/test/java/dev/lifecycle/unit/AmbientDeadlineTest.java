package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A deadline follows into the tree, and fires though the scope that has it may have nothing but children. */
@Timeout(20)
class AmbientDeadlineTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("deadlines").clock(clock));
  private final BlockedBody body = new BlockedBody();

  @AfterEach
  void close() {
    lifecycle.close();
  }

  private void expectDeadlineOf(Scope owner, Task<?> task) {
    clock.advance(Duration.ofSeconds(10));
    assertThat(task.status()).isIn(Task.Status.RUNNING, Task.Status.CANCELLING, Task.Status.CANCELLED);
    await().untilAsserted(() -> assertThat(task.status()).isEqualTo(Task.Status.CANCELLED));
    assertThat(task.cancelReason()).extracting(CancelReason::kind, CancelReason::origin).containsExactly(CancelReason.Kind.DEADLINE, owner.info().id());
  }

  @Test
  void aDeadlineFiresThoughOnlyAChildHasLiveTasks() throws Exception {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(10)));
    Task<String> task = parent.child("child", o -> o).fork("task", body::call);
    body.awaitBegun();
    expectDeadlineOf(parent, task);
  }

  @Test
  void aDeadlineFiresThoughOnlyAGrandchildWithALaterDeadlineHasLiveTasks() throws Exception {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(10)));
    Scope grandchild = parent.child("child", o -> o).child("grandchild", o -> o.timeout(Duration.ofSeconds(30)));
    Task<String> task = grandchild.fork("task", body::call);
    body.awaitBegun();
    expectDeadlineOf(parent, task);
  }

  @Test
  void aDeadlineFiresThoughOnlyAnExecutorViewHasLiveTasks() throws Exception {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(10)));
    Task<?> task = (Task<?>) parent.asExecutor("view").submit(body::call);
    body.awaitBegun();
    expectDeadlineOf(parent, task);
  }

  @Test
  void aDeadlineThatFoundNothingToTellFiresForATaskOfAChildForkedLater() throws Exception {
    try (Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(10)));
        Scope child = parent.child("child", o -> o)) {
      clock.advance(Duration.ofSeconds(10));
      assertThat(child.fork("task", () -> "never").status()).isEqualTo(Task.Status.CANCELLED);
      assertThatThrownBy(child::join).isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void aCallUnderAnExplicitParentEndsAtTheParentsDeadline() throws Exception {
    Scope parent = lifecycle.open("parent", o -> o.timeout(Duration.ofSeconds(10)));
    Thread advancer = new Thread(() -> {
      try {
        body.awaitBegun();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      clock.advance(Duration.ofSeconds(10));
    });
    advancer.start();
    assertThatThrownBy(() -> lifecycle.call("call", o -> o.parent(parent), scope -> body.call())).isInstanceOf(DeadlineExceededException.class);
    advancer.join();
  }
}
