package dev.lifecycle.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Several threads do random things to one tree: whatever the order, rule 60 holds at the end and nothing is left. */
class ScopeTreeRaceTest {
  private static final int ROUNDS = "long".equals(System.getProperty("lifecycle.soak")) ? 100 : 1;
  private static final int THREADS = 3;
  private static final int STEPS = 60;

  @Property(tries = 150, shrinking = ShrinkingMode.OFF)
  void whateverThreadsDoToATreeEveryTaskEndsInExactlyOneCount(@ForAll long seed) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      race(seed + i);
    }
  }

  private static void race(long seed) throws InterruptedException {
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("race").failureListener(report -> {}));
    List<Scope> scopes = new CopyOnWriteArrayList<>(List.of(lifecycle.open("scope", o -> o.policy(Policy.SUPERVISE))));
    List<Throwable> unexpected = new CopyOnWriteArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random random = new Random(seed * THREADS + t);
      Thread thread = new Thread(() -> {
        try {
          go.await();
          for (int i = 0; i < STEPS; i++) {
            step(random, scopes, lifecycle);
          }
        } catch (Throwable e) {
          unexpected.add(e);
        }
      });
      threads.add(thread);
      thread.start();
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    try {
      lifecycle.close();
    } catch (LifecycleException e) {
      // a failure that nobody saw: allowed
    }
    assertThat(unexpected).isEmpty();
    lifecycle.counts().forEach((purpose, c) -> check(purpose, c));
    Snapshot left = Snapshot.take(lifecycle);
    assertThat(left.scopes()).as("%s", left).isZero();
  }

  private static void check(String purpose, TaskCounts c) {
    assertThat(c.live()).as(purpose).isZero();
    assertThat(c.forked()).as(purpose).isEqualTo(c.succeeded() + c.failed() + c.cancelled() + c.rejected());
    assertThat(c.orphaned()).as(purpose).isZero();
  }

  private static void step(Random random, List<Scope> scopes, Lifecycle lifecycle) throws InterruptedException {
    Scope at = scopes.get(random.nextInt(scopes.size()));
    boolean supervise = random.nextBoolean();
    try {
      switch (random.nextInt(12)) {
        case 0 -> scopes.add(lifecycle.open("scope", o -> supervise ? o.policy(Policy.SUPERVISE) : o));
        case 1, 2 -> scopes.add(at.child("scope", o -> supervise ? o.policy(Policy.SUPERVISE) : o));
        case 3, 4 -> at.fork("task.value", () -> "value");
        case 5 -> at.fork("task.failure", () -> {
          throw new IllegalStateException("race");
        });
        case 6, 7 -> at.start("task.blocked", () -> new CountDownLatch(1).await());
        case 8 -> at.asExecutor("task.view").submit(() -> Scope.call("scope", o -> o, inner -> inner.fork("task.nested", () -> "value").get()));
        case 9 -> at.cancel("race");
        case 10 -> {
          if (random.nextInt(4) == 0) {
            at.drain();
          }
        }
        default -> at.close();
      }
    } catch (IllegalStateException | RejectedExecutionException | LifecycleException e) {
      // closed, draining or cancelled by another thread, or a failure that nobody saw
    }
  }
}
