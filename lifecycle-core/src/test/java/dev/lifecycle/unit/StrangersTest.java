package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What others do wrong, or at the wrong time, harms them and not the scope: stages, threads, hooks, openers that come late. */
@Timeout(20)
class StrangersTest extends CancelFixture {
  @Test
  void aStageThatCallsBackTwiceIsCountedOnce() throws Exception {
    try (Scope scope = lifecycle.open("strangers")) {
      Task<Integer> task = scope.adopt("strangers.twice", new Twice());
      scope.join();
      assertThat(task.resultNow()).isEqualTo(1);
      assertThat(scope.info().live()).isZero();
    }
    TaskCounts counts = lifecycle.counts().get("strangers.twice");
    assertThat(counts.succeeded()).isEqualTo(1);
    assertThat(counts.live()).isZero();
  }

  /** A stage that tells its end twice. */
  private static final class Twice extends CompletableFuture<Integer> {
    @Override
    public CompletableFuture<Integer> whenComplete(BiConsumer<? super Integer, ? super Throwable> action) {
      action.accept(1, null);
      action.accept(2, null);
      return this;
    }
  }

  @Test
  void aThreadThatRefusesTheClassLoaderFailsItsTaskAndNoMore() throws Exception {
    try (Lifecycle own = Lifecycle.create(o -> o.threads(Refusing::new))) {
      Scope scope = own.open("strangers", o -> o.policy(Policy.SUPERVISE));
      Task<Integer> task = scope.fork("strangers.loader", () -> 1);
      assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(SecurityException.class);
      scope.join();
      scope.close();
    }
  }

  @Test
  void aThreadThatRefusesAnyClassLoaderRunsATaskWhoseForkerHasTheSame() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(Refusing.ITS);
    try (Lifecycle own = Lifecycle.create(o -> o.threads(Refusing::new)); Scope scope = own.open("strangers")) {
      assertThat(scope.fork("strangers.loader", () -> Thread.currentThread().getContextClassLoader()).get()).isSameAs(Refusing.ITS);
      scope.join();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** A thread as some containers make them, which keeps its class loader. */
  private static final class Refusing extends Thread {
    static final ClassLoader ITS = ClassLoader.getPlatformClassLoader();

    Refusing(Runnable work) {
      super(work);
    }

    @Override
    public ClassLoader getContextClassLoader() {
      return ITS;
    }

    @Override
    public void setContextClassLoader(ClassLoader loader) {
      throw new SecurityException("not here");
    }
  }

  @Test
  void aTaskOfADrainingScopeMayStillUseItsExecutorView() throws Exception {
    CountDownLatch draining = new CountDownLatch(1);
    try (Scope scope = lifecycle.open("strangers")) {
      ExecutorService view = scope.asExecutor("strangers.view");
      Task<Integer> task =
          scope.fork(
              "strangers.task",
              () -> {
                draining.await();
                Future<Integer> first = view.submit(() -> 1);
                int sum = first.get();
                return sum + view.submit(() -> 2).get(); // the view had come to rest in between
              });
      scope.drain();
      draining.countDown();
      assertThat(task.get()).isEqualTo(3);
      assertThatThrownBy(() -> view.submit(() -> 3)).isInstanceOf(RejectedExecutionException.class);
      scope.join();
    }
  }

  @Test
  void theCloseOfAChildDoesNotWaitForItsParentsHooks() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch unblock = new CountDownLatch(1);
    Scope parent = lifecycle.open("strangers");
    Scope child = parent.child("strangers.child", o -> o);
    parent.onCancel(
        () -> {
          blocked.countDown();
          unblock.await();
        });
    CountDownLatch ran = new CountDownLatch(1);
    child.onCancel(ran::countDown);
    parent.cancel("stop");
    blocked.await();
    Thread closer = new Thread(child::close);
    closer.start();
    until(() -> clock.sleepers() == 1);
    clock.advance(Duration.ofMillis(1_100)); // the parent's hook is slow now: the child's gets a thread of its own
    ran.await();
    closer.join();
    assertThat(child.info().closed()).isTrue();
    unblock.countDown();
    parent.close();
  }

  @Test
  void aCallThatIsRefusedBesideACloseHoldsNobodyUp() throws Exception {
    for (int round = 0; round < 500; round++) {
      Scope parent = lifecycle.open("strangers");
      CyclicBarrier together = new CyclicBarrier(2);
      Thread caller =
          new Thread(
              () -> {
                try {
                  together.await();
                  lifecycle.call("strangers.call", o -> o.parent(parent), scope -> 1);
                } catch (IllegalStateException tooLate) {
                  // the close was first, or came while the body ran
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      caller.start();
      together.await();
      parent.close();
      caller.join();
      assertThat(parent.info().closed()).isTrue();
    }
  }
}
