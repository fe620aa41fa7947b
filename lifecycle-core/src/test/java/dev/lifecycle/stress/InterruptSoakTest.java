package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.internal.Bodies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rules 24 to 26, soaked: cancels race the natural end of bodies on every kind of thread, and no interrupt is ever found outside its body.
 *
 * <p>A hundred thousand cancels on each kind; ten million by {@code -Dlifecycle.soak=long -Djunit.jupiter.execution.timeout.mode=disabled}.
 */
@Timeout(60)
class InterruptSoakTest {
  private static final int CANCELS = "long".equals(System.getProperty("lifecycle.soak")) ? 10_000_000 : 100_000;
  private static final int PAIRS = 2;

  private final Strays strays = new Strays();
  private final LongAdder raced = new LongAdder();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("soak").failureListener(report -> {})); // a short grace on a busy machine: bodies look stuck
  private ExecutorService pool;

  @AfterEach
  void nothingHasStrayed() {
    lifecycle.close();
    check();
    if (pool != null) {
      pool.shutdown(); // which interrupts idle workers, and so comes last
    }
  }

  private void check() {
    assertThat(failure.get()).isNull();
    strays.assertNone();
    assertThat(raced.sum()).as("cancels that came before the end").isGreaterThan(CANCELS / 100);
  }

  @Test
  void onAThreadPool() throws Exception {
    pool = Executors.newFixedThreadPool(PAIRS, work -> strays.new Worker(work));
    forkAndCancel(o -> o.executor(strays.watching(pool)));
    assertThat(strays.sent.sum()).isPositive();
  }

  @Test
  void onAForkJoinPool() throws Exception {
    pool = new ForkJoinPool(PAIRS, p -> strays.new ForkJoinWorker(p), null, true);
    forkAndCancel(o -> o.executor(strays.watching(pool)));
    assertThat(strays.sent.sum()).isPositive();
  }

  /** Virtual ones, where there are any; the policy is what follows the body on such a thread. */
  @Test
  void onTheLibrarysOwnThreads() throws Exception {
    Policy looks =
        ended -> {
          strays.clear();
          return Policy.Verdict.CONTINUE;
        };
    forkAndCancel(o -> o.policy(looks));
  }

  @Test
  void inTheFrameOfAForkersCallerRuns() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Scope scope = lifecycle.open("soak.limited", o -> o.maxConcurrent(1, Overflow.CALLER_RUNS).grace(Duration.ofMillis(20)))) {
      scope.start("soak.busy", over::await);
      callers(
          worker -> worker.run(),
          target ->
              scope.start(
                  "soak.task",
                  () -> {
                    strays.clearUnlessCancelled();
                    Task<?> self = Bodies.current();
                    meet(target, () -> self.cancel("soak"));
                  }));
      over.countDown();
      scope.join();
    }
  }

  /** The task runs in its forker's thread too: what matters is the call in it. */
  @Test
  void inACallThatATaskMakes() throws Exception {
    try (Scope scope = lifecycle.open("soak.callers", o -> o.executor(Runnable::run))) {
      callers(worker -> scope.start("soak.caller", worker::run), this::callAndBeCancelled);
      scope.join();
    }
  }

  private void callAndBeCancelled(AtomicReference<BooleanSupplier> target) {
    try {
      lifecycle.call(
          "soak.call",
          o -> o.grace(Duration.ofMillis(20)),
          inner -> {
            meet(target, () -> inner.cancel("soak"));
            return null;
          });
    } catch (ScopeCancelledException expected) {
      // some of them
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Threads fork tasks and cancel them at about the time of their end. */
  private void forkAndCancel(UnaryOperator<ScopeOptions> options) throws InterruptedException {
    try (Scope scope = lifecycle.open("soak.scope", o -> options.apply(o.grace(Duration.ofMillis(20))))) {
      together(
          () -> {
            for (int i = 0; i < CANCELS / PAIRS; i++) {
              AtomicBoolean begun = new AtomicBoolean();
              Task<?> task =
                  scope.start(
                      "soak.task",
                      () -> {
                        strays.clearUnlessCancelled();
                        begun.set(true);
                        Race.dawdle();
                      });
              if (i % 8 != 0) {
                Race.until(begun::get);
              }
              Race.dawdle();
              if (task.cancel("soak")) {
                raced.increment();
              }
            }
          });
      scope.join();
    }
  }

  /**
   * Threads run bodies in their own frame, each with a canceller beside it; every fourth time their own flag is set before, and must be after.
   *
   * @param around runs the loop of such a thread
   * @param once runs one body, which names how it can be cancelled
   */
  private void callers(Consumer<Runnable> around, Consumer<AtomicReference<BooleanSupplier>> once) throws InterruptedException {
    together(
        () -> {
          AtomicReference<BooleanSupplier> target = new AtomicReference<>();
          AtomicBoolean over = new AtomicBoolean();
          Thread canceller = new Thread(() -> cancelAll(target, over));
          canceller.start();
          try {
            around.accept(() -> runBodies(target, once));
          } finally {
            over.set(true);
          }
        });
  }

  private void runBodies(AtomicReference<BooleanSupplier> target, Consumer<AtomicReference<BooleanSupplier>> once) {
    Strays.Worker self = (Strays.Worker) Thread.currentThread();
    for (int i = 0; i < CANCELS / PAIRS; i++) {
      strays.clear();
      boolean own = i % 4 == 0;
      if (own) {
        self.interruptItself();
      }
      self.expect(true);
      once.accept(target);
      self.expect(false);
      if (own) {
        strays.own();
      } else {
        strays.clear();
      }
    }
  }

  /** In a body: hands the cancel over, so that it comes at about the time of the end. */
  private static void meet(AtomicReference<BooleanSupplier> target, BooleanSupplier cancel) {
    target.set(cancel);
    Race.until(() -> target.get() == null);
    Race.dawdle();
  }

  private void cancelAll(AtomicReference<BooleanSupplier> target, AtomicBoolean over) {
    while (!over.get()) {
      BooleanSupplier cancel = target.getAndSet(null);
      if (cancel == null) {
        Thread.yield();
      } else {
        Race.dawdle();
        if (cancel.getAsBoolean()) {
          raced.increment();
        }
      }
    }
  }

  private void together(Runnable work) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      Thread thread = strays.new Worker(work);
      thread.setUncaughtExceptionHandler((t, e) -> failure.compareAndSet(null, e));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
