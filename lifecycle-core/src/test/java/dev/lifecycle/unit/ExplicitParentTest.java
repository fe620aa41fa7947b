package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Supervisor;
import dev.lifecycle.Task;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a task opens with an explicit parent belongs to that parent, and not to the task. */
@Timeout(20)
class ExplicitParentTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.failureListener(report -> {}));
  private final Scope parent = lifecycle.open("parent", o -> o.policy(Policy.SUPERVISE));
  private final ParkedBody<String> rest = ParkedBody.returning("rest");
  private final CompletableFuture<Scope> ambient = new CompletableFuture<>();

  @AfterEach
  void close() {
    rest.release();
    parent.close();
    lifecycle.close();
  }

  /** A task that opens something, then a scope in the ambient one, and goes on. */
  private Task<String> opening(Supplier<Scope> open) throws InterruptedException {
    Task<String> task = parent.fork("request", () -> {
      open.get();
      try (Scope below = lifecycle.open("ambient")) {
        ambient.complete(below);
        return rest.call();
      }
    });
    rest.awaitEntered();
    return task;
  }

  private void outlivesItsOpener(Supplier<Scope> open) throws Exception {
    CompletableFuture<Scope> opened = new CompletableFuture<>();
    Task<String> task = opening(() -> {
      opened.complete(open.get());
      return opened.join();
    });
    assertThat(task.cancel("the request was cancelled")).isTrue();
    ServiceFixture.soon().until(task::isDone);
    assertThat(ambient.join().context().isCancelled()).as("what is in the task").isTrue();
    assertThat(opened.join().context().isCancelled()).as("what has a parent").isFalse();
    assertThat(parent.context().isCancelled()).isFalse();
    assertThat(opened.join().fork("later", () -> "runs").get()).isEqualTo("runs");
    opened.join().close();
  }

  @Test
  void aSupervisorIsNotCancelledWithTheTaskThatOpensIt() throws Exception {
    outlivesItsOpener(() -> lifecycle.supervisor("singleton", o -> o.parent(parent)));
  }

  @Test
  void aScopeIsNotCancelledWithTheTaskThatOpensIt() throws Exception {
    outlivesItsOpener(() -> lifecycle.open("singleton", o -> o.parent(parent)));
  }

  @Test
  void aTaskOfASupervisorMayWaitForTheTaskThatOpensTheSupervisor() throws Exception {
    CompletableFuture<Supervisor> opened = new CompletableFuture<>();
    Task<String> opener = opening(() -> {
      opened.complete(lifecycle.supervisor("singleton", o -> o.parent(parent)));
      return opened.join();
    });
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    Task<String> waiter = opened.join().fork("waits", () -> {
      thread.complete(Thread.currentThread());
      return opener.get();
    });
    ServiceFixture.soon().until(() -> thread.join().getState() == Thread.State.WAITING || waiter.isDone());
    rest.release();
    assertThat(waiter.get()).isEqualTo("rest");
    assertThat(opener.get()).isEqualTo("rest");
  }
}
