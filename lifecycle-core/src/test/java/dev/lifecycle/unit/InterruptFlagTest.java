package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Context;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 24 to 26: the flag of a thread before and after a body. */
@Timeout(20)
class InterruptFlagTest extends CancelFixture {
  private final RawPool pool = new RawPool();

  @AfterEach
  void stopPool() {
    pool.execute(() -> {
      throw new ThreadDeathWish();
    });
  }

  @Test
  void whatABodyLeavesSetIsClearForTheNextTaskOfThePool() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(pool));
    scope.fork("work.sets", () -> {
      Thread.currentThread().interrupt();
      return "value";
    });
    Task<Boolean> next = scope.fork("work.looks", () -> Thread.currentThread().isInterrupted());
    scope.join();

    assertThat(next.resultNow()).isFalse();
    assertThat(pool.flag()).isFalse();
  }

  @Test
  void aCancelThatABodyNeverNoticedIsClearedAtItsEnd() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(pool));
    CountDownLatch started = new CountDownLatch(1);
    Task<Boolean> task = scope.fork("work.spins", () -> {
      Context context = Context.current();
      started.countDown();
      while (!context.isCancelled() || !Thread.currentThread().isInterrupted()) {
        Thread.onSpinWait();
      }
      return true;
    });
    started.await();
    task.cancel("alone");
    Task<Boolean> next = scope.fork("work.looks", () -> Thread.currentThread().isInterrupted());
    scope.join();

    assertThat(next.resultNow()).isFalse();
    assertThat(pool.flag()).isFalse();
  }

  @Test
  void anInterruptThatWasThereBeforeIsClearedOnAPoolThread() throws Exception {
    pool.execute(() -> Thread.currentThread().interrupt());
    Scope scope = lifecycle.open("work", o -> o.executor(pool));
    Task<Boolean> task = scope.fork("work.looks", () -> Thread.currentThread().isInterrupted());

    assertThat(task.get()).isFalse();
    scope.join();
    assertThat(pool.flag()).isFalse();
  }

  @Test
  void anInterruptThatWasThereBeforeIsSavedAndRestoredOnACallerRunsThread() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.maxConcurrent(1, Overflow.CALLER_RUNS));
    Parked body = parked();
    scope.fork("work.park", body);
    body.awaitStart();
    Thread.currentThread().interrupt();

    Task<Boolean> task = scope.fork("work.here", () -> Thread.currentThread().isInterrupted());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(task.resultNow()).isFalse();
    body.release();
  }

  @Test
  void anExecutorThatRunsItsWorkInTheCallerLeavesTheCallersFlag() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(Runnable::run));
    Thread.currentThread().interrupt();

    Task<Boolean> task = scope.fork("work.here", () -> Thread.currentThread().isInterrupted());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(task.resultNow()).isFalse();
  }

  @Test
  void aCancelOfATaskThatItsCallerRunsLeavesTheCallersFlagClear() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(Runnable::run));
    CompletableFuture<Boolean> noticed = new CompletableFuture<>();
    scope.start("work.here", () -> {
      scope.cancel("by itself");
      noticed.complete(Thread.currentThread().isInterrupted());
    });

    assertThat(Thread.interrupted()).isFalse();
    assertThat(noticed.get()).isTrue();
  }

  @Test
  void aCallThatExpiredLeavesTheCallersFlagClear() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Parked body = parked();
    Thread caller = new Thread(() -> {
      try {
        lifecycle.call("call", Duration.ofSeconds(1), own -> {
          body.thread = Thread.currentThread();
          body.started.countDown();
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          return "unnoticed";
        });
      } catch (Exception e) {
        seen.complete(e.getClass().getSimpleName() + " " + Thread.currentThread().isInterrupted());
      }
    });
    caller.start();
    body.awaitStart();
    clock.advance(Duration.ofSeconds(1));

    assertThat(seen.get()).isEqualTo("DeadlineExceededException false");
  }

  @Test
  void aCallLeavesAnInterruptOfItsCallerAlone() throws Exception {
    Thread.currentThread().interrupt();

    String value = lifecycle.call("call", Duration.ofSeconds(1), own -> "value");

    assertThat(value).isEqualTo("value");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void theEndOfAnInnerFrameSetsTheFlagAgainForAnEnclosingCall() throws Exception {
    AtomicReference<Scope> outer = new AtomicReference<>();
    AtomicReference<String> seen = new AtomicReference<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Parked body = parked();
    Task<String> task = lifecycle.open("root").fork("root.calls", () -> lifecycle.call("outer", o -> o, own -> {
      outer.set(own);
      try {
        lifecycle.call("inner", o -> o, inner -> {
          inFrame(body, cancelled);
          return "";
        });
      } catch (ScopeCancelledException e) {
        seen.set("inner cancelled, flag " + Thread.currentThread().isInterrupted());
      }
      return "";
    }));
    body.awaitStart();
    outer.get().cancel("stop");
    cancelled.countDown();
    until(task::isDone);

    assertThat(seen).hasValue("inner cancelled, flag true");
  }

  @Test
  void theEndOfATaskRunByItsCallerSetsTheFlagAgainForAnEnclosingCall() throws Exception {
    AtomicReference<Scope> outer = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Parked body = parked();
    Task<String> task = lifecycle.open("root").fork("root.calls", () -> lifecycle.call("outer", o -> o.executor(Runnable::run), own -> {
      outer.set(own);
      own.start("outer.here", () -> inFrame(body, cancelled));
      flag.set(Thread.currentThread().isInterrupted());
      return "";
    }));
    body.awaitStart();
    outer.get().cancel("stop");
    cancelled.countDown();
    until(task::isDone);

    assertThat(flag).hasValue(true);
  }

  @Test
  void theEndOfATaskThatAJoinerRanSetsTheFlagAgainForTheJoiner() throws Exception {
    Scope scope = lifecycle.open("work", o -> o.executor(pool));
    AtomicReference<Boolean> flag = new AtomicReference<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    Parked body = parked();
    scope.start("work.joins", () -> {
      try (Scope inner = Scope.open("inner", o -> o.executor(pool))) {
        inner.start("inner.inline", () -> inFrame(body, cancelled));
        inner.join();
      } catch (ScopeCancelledException e) {
        flag.set(Thread.currentThread().isInterrupted());
      }
    });
    body.awaitStart();
    scope.cancel("stop");
    cancelled.countDown();
    scope.awaitQuiescence(Duration.ofDays(1));

    assertThat(flag).hasValue(true);
    assertThat(pool.flag()).isFalse();
  }

  /** Parks until interrupted, waits until the canceller is done, and takes every interrupt that came. */
  private static void inFrame(Parked body, CountDownLatch cancelled) {
    try {
      body.call();
    } catch (InterruptedException e) {
      awaitThroughInterrupts(cancelled);
      Thread.interrupted();
    }
  }

  /** One thread that does nothing about its flag between two pieces of work. */
  private static final class RawPool implements Executor {
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

    RawPool() {
      Thread thread = new Thread(this::loop, "raw-pool");
      thread.setDaemon(true);
      thread.start();
    }

    private void loop() {
      for (;;) {
        Runnable work = queue.poll();
        if (work == null) {
          LockSupport.parkNanos(this, 100_000); // take() would throw on a set flag, and so clear it
          continue;
        }
        try {
          work.run();
        } catch (ThreadDeathWish e) {
          return;
        }
      }
    }

    @Override
    public void execute(Runnable work) {
      queue.add(work);
    }

    boolean flag() throws Exception {
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      execute(() -> flag.complete(Thread.currentThread().isInterrupted()));
      return flag.get();
    }
  }

  private static final class ThreadDeathWish extends RuntimeException {}
}
