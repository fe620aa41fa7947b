package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Overflow;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rule 24a: an interrupt that was meant for an enclosing frame outlives the frames above it. */
@Timeout(60)
class NestedFramesRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("nested"));

  /** One body in another on the same thread, which two others interrupt. */
  private abstract static class Nest {
    final AtomicInteger sendersDone = new AtomicInteger();
    boolean lost;
    boolean innerRan;

    /** Runs {@link #inner} in a body that then runs {@link #after}. */
    abstract void run() throws Exception;

    abstract void interruptOuter();

    abstract void interruptInner();

    final void inner() {
      innerRan = true;
      Race.dawdle();
    }

    /** The outer one has been interrupted by now and has not looked at the flag. */
    final void after() {
      Race.until(() -> sendersDone.get() == 2);
      lost = !Thread.currentThread().isInterrupted();
    }
  }

  /** A call in a call; the inner one is detached, so that its cancel is its own. */
  private static class CallInCall extends Nest {
    volatile Scope outer;
    volatile Scope innerScope;
    volatile boolean innerOver;

    @Override
    void run() throws Exception {
      try {
        LIFECYCLE.call(
            "nested.outer",
            o -> o,
            scope -> {
              outer = scope;
              Race.dawdle();
              nested();
              innerOver = true;
              after();
              return null;
            });
      } catch (ScopeCancelledException expected) {
        // the outer cancel
      }
    }

    void nested() throws InterruptedException {
      try {
        LIFECYCLE.call(
            "nested.inner",
            o -> o.detached(),
            scope -> {
              innerScope = scope;
              inner();
              return null;
            });
      } catch (ScopeCancelledException expected) {
        // the inner cancel
      }
    }

    @Override
    void interruptOuter() {
      Race.until(() -> outer != null);
      Race.dawdle();
      outer.cancel("outer");
    }

    @Override
    void interruptInner() {
      Race.until(() -> innerScope != null || innerOver);
      if (innerScope != null) {
        innerScope.cancel("inner");
      }
    }
  }

  /** A task that its caller runs, in a call. */
  private static final class CallerRunsInCall extends CallInCall {
    @Override
    void nested() {
      CountDownLatch busy = new CountDownLatch(1);
      try (Scope scope = LIFECYCLE.open("nested.limited", o -> o.detached().maxConcurrent(1, Overflow.CALLER_RUNS))) {
        scope.fork("nested.busy", () -> busy.await(10, java.util.concurrent.TimeUnit.SECONDS));
        scope.fork(
            "nested.inner",
            () -> {
              innerScope = scope;
              inner();
              return null;
            });
        busy.countDown();
      }
    }
  }

  /** The copied word, correct or not. */
  private static final class Copy extends Nest {
    private final CopiedWord outer;
    private final CopiedWord inner;
    private volatile boolean begun;

    Copy(CopiedWord.Bug bug) {
      outer = new CopiedWord(bug);
      inner = new CopiedWord(bug);
    }

    @Override
    void run() {
      outer.begin();
      begun = true;
      inner.beginIn(outer);
      inner();
      inner.end(false);
      after();
      outer.end(true);
    }

    @Override
    void interruptOuter() {
      Race.until(() -> begun);
      Race.dawdle();
      outer.interrupt(false);
    }

    @Override
    void interruptInner() {
      Race.until(() -> begun);
      Race.dawdle();
      inner.interrupt(false);
    }
  }

  private final AtomicLong nested = new AtomicLong();

  @Test
  void theInterruptOfACallOutlivesACallInIt() {
    assertThat(race(CallInCall::new).run().violation()).isNull();
    assertThat(nested).hasPositiveValue();
  }

  @Test
  void theInterruptOfACallOutlivesATaskRunByItsCaller() {
    assertThat(race(CallerRunsInCall::new).run().violation()).isNull();
    assertThat(nested).hasPositiveValue();
  }

  @Test
  void theCopyWithoutABugLosesNoInterrupt() {
    assertThat(race(() -> new Copy(CopiedWord.Bug.NONE)).run().violation()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = CopiedWord.Bug.class,
      names = {"LOOKS_BEFORE_CLEARING", "FORGETS_ENCLOSING"})
  void theRaceFindsAnInnerEndThatTakesTheInterruptOfTheOuter(CopiedWord.Bug bug) {
    assertThat(race(() -> new Copy(bug)).hunt().violation()).contains("lost");
  }

  private Race<Nest> race(Callable<Nest> nests) {
    return Race.of(nests)
        .slowInterrupts()
        .actor(
            n -> {
              n.run();
              if (n.innerRan) {
                nested.incrementAndGet();
              }
            })
        .actor(
            n -> {
              n.interruptOuter();
              n.sendersDone.incrementAndGet();
            })
        .actor(
            n -> {
              n.interruptInner();
              n.sendersDone.incrementAndGet();
            })
        .judge(n -> n.lost ? "the interrupt of the outer body was lost" : null);
  }
}
