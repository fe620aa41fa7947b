package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 20: the mark comes before everything else, and the canceller never waits. */
@Timeout(20)
class CancelMarkTest extends CancelFixture {
  private final List<Scope> tree = new ArrayList<>();
  private final List<String> unmarked = new CopyOnWriteArrayList<>();

  @Test
  void everyScopeOfADeepTreeIsMarkedBeforeAnyTaskIsInterrupted() throws Exception {
    tree.add(lifecycle.open("root"));
    for (int i = 1; i < 100; i++) {
      tree.add(tree.get(i - 1).child("level", o -> o));
    }
    cancelAndCheck();
  }

  @Test
  void everyScopeOfAWideTreeIsMarkedBeforeAnyTaskIsInterrupted() throws Exception {
    tree.add(lifecycle.open("root"));
    for (int i = 1; i < 100; i++) {
      tree.add(tree.get(0).child("branch", o -> o));
    }
    cancelAndCheck();
  }

  private void cancelAndCheck() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(tree.size());
    CountDownLatch interrupted = new CountDownLatch(tree.size());
    CountDownLatch never = new CountDownLatch(1);
    for (Scope scope : tree) {
      scope.start("tree.park", () -> {
        started.countDown();
        try {
          never.await();
        } catch (InterruptedException e) {
          tree.stream().filter(s -> !s.context().isCancelled()).forEach(s -> unmarked.add(s.toString()));
          if (!Context.current().isCancelled()) {
            unmarked.add("own context");
          }
          interrupted.countDown();
        }
      });
    }
    started.await();

    tree.get(0).cancel("stop");

    interrupted.await();
    assertThat(unmarked).isEmpty();
  }

  @Test
  void everyScopeIsMarkedBeforeAnyHookRuns() throws Exception {
    Scope root = lifecycle.open("root");
    Scope child = root.child("child", o -> o);
    Scope leaf = child.child("leaf", o -> o);
    CompletableFuture<Boolean> seen = new CompletableFuture<>();
    root.onCancel(() -> seen.complete(child.info().cancelled() && leaf.info().cancelled()));

    root.cancel("stop");

    assertThat(seen.get()).isTrue();
  }

  @Test
  void theCancelOfATreeOfTenThousandLevelsNeedsNoDeepStack() {
    tree.add(lifecycle.open("root"));
    for (int i = 1; i < 10_000; i++) {
      tree.add(tree.get(i - 1).child("level", o -> o));
    }

    tree.get(0).cancel("stop");

    assertThat(tree).allMatch(s -> s.context().cancelReason().message().equals("stop"));
    for (int i = tree.size() - 1; i >= 0; i--) {
      tree.get(i).close();
    }
  }

  @Test
  void aScopeWithoutHooksIsInterruptedOnTheCancellersThread() throws Exception {
    Scope scope = lifecycle.open("work");
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    Thread[] thread = new Thread[1];
    scope.start("work.spin", () -> {
      thread[0] = Thread.currentThread();
      started.countDown();
      while (!stop.get()) {
        Thread.onSpinWait();
      }
    });
    started.await();
    try {
      scope.cancel("stop");
      assertThat(thread[0].isInterrupted()).isTrue(); // when cancel returns the interrupt has landed
    } finally {
      stop.set(true);
    }
  }

  @Test
  void cancelNeverBlocksOnAHook() throws Exception {
    Scope scope = lifecycle.open("work");
    CountDownLatch returned = new CountDownLatch(1);
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    scope.onCancel(() -> {
      returned.await();
      ran.complete(Thread.currentThread());
    });

    scope.cancel("stop"); // would not return if it ran the hook
    returned.countDown();

    assertThat(ran.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void cancelNeverBlocksOnTheHandlerOfATaskThatNeverRuns() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(task -> {}));
    CountDownLatch returned = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(1);
    scope.<String>fork("work.queued", o -> o.onNeverRun(() -> {
      returned.await();
      ran.countDown();
    }), () -> "ran");

    scope.cancel("stop");
    returned.countDown();

    ran.await();
  }

  @Test
  void cancelNeverBlocksOnWhatDependsOnAnAdoptedStage() throws Exception {
    Scope scope = lifecycle.open("work");
    CountDownLatch returned = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(1);
    CompletableFuture<String> stage = new CompletableFuture<>();
    stage.whenComplete((value, failure) -> {
      awaitThroughInterrupts(returned);
      ran.countDown();
    });
    Task<String> task = scope.adopt("work.adopted", stage);

    scope.cancel("stop");
    assertThat(task.isCancelled()).isTrue();
    returned.countDown();

    ran.await();
    assertThat(stage).isCancelled();
  }

  @Test
  void anExpiryMarksTheWholeTreeBeforeItInterrupts() throws Exception {
    Scope root = lifecycle.open("root", o -> o.timeout(Duration.ofSeconds(1)));
    Scope child = root.child("child", o -> o);
    CompletableFuture<Boolean> seen = new CompletableFuture<>();
    Parked body = parked();
    root.start("root.park", () -> {
      try {
        body.call();
      } catch (InterruptedException e) {
        seen.complete(child.info().cancelled() && Context.current().isCancelled());
      }
    });
    body.awaitStart();

    clock.advance(Duration.ofSeconds(1));

    assertThat(seen.get()).isTrue();
  }
}
