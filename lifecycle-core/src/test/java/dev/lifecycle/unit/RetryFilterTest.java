package dev.lifecycle.unit;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Retry;
import dev.lifecycle.junit.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Retry}: which failures are retried. */
@Timeout(20)
class RetryFilterTest {
  private static final Retry TWICE = Retry.attempts(2);

  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock));
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
  }

  /** What the first attempt does. */
  private interface First {
    void run(Scope scope) throws Exception;
  }

  private String call(Retry retry, First first) throws Exception {
    return lifecycle.<String, Exception>call("retry.test", o -> o, outer -> retry.<String, Exception>call("retry.body", ofMinutes(1), scope -> {
      if (attempts.incrementAndGet() == 1) {
        first.run(scope);
      }
      return "value";
    }));
  }

  private void assertRetried(Retry retry, First first) throws Exception {
    attempts.set(0);
    assertThat(call(retry, first)).isEqualTo("value");
    assertThat(attempts).hasValue(2);
  }

  private void assertNotRetried(Retry retry, Class<? extends Throwable> thrown, First first) {
    attempts.set(0);
    assertThatThrownBy(() -> call(retry, first)).isInstanceOf(thrown);
    assertThat(attempts).hasValue(1);
  }

  private static First throwing(Exception failure) {
    return scope -> {
      throw failure;
    };
  }

  private static First throwing(Error failure) {
    return scope -> {
      throw failure;
    };
  }

  @Test
  void everyExceptionIsRetriedByDefaultAndNoError() throws Exception {
    assertRetried(TWICE, throwing(new IOException()));
    assertRetried(TWICE, throwing(new IllegalStateException()));
    assertNotRetried(TWICE, AssertionError.class, throwing(new AssertionError()));
  }

  @Test
  void onNarrowsToTypesAndWhatThePredicateSays() throws Exception {
    Retry retry = TWICE.on(IOException.class).on(e -> "busy".equals(e.getMessage()));
    assertRetried(retry, throwing(new FileNotFoundException()));
    assertRetried(retry, throwing(new IllegalStateException("busy")));
    assertNotRetried(retry, IllegalStateException.class, throwing(new IllegalStateException("broken")));
  }

  @Test
  void unlessTakesAwayFromOnAndFromTheDefault() throws Exception {
    Retry retry = TWICE.on(IOException.class).unless(FileNotFoundException.class).unless(e -> "fatal".equals(e.getMessage()));
    assertRetried(retry, throwing(new IOException("busy")));
    assertNotRetried(retry, FileNotFoundException.class, throwing(new FileNotFoundException()));
    assertNotRetried(retry, IOException.class, throwing(new IOException("fatal")));
    assertNotRetried(TWICE.unless(IOException.class), IOException.class, throwing(new IOException()));
  }

  @Test
  void anErrorIsRetriedOnlyIfItsTypeIsNamed() throws Exception {
    assertRetried(TWICE.on(AssertionError.class), throwing(new AssertionError()));
    assertNotRetried(TWICE.on(e -> true), AssertionError.class, throwing(new AssertionError()));
  }

  @Test
  void ofAForkThatFailedTheCauseIsWhatCounts() throws Exception {
    First first = scope -> {
      scope.fork("retry.fork", () -> {
        throw new IOException("forked");
      });
      scope.join();
    };
    assertRetried(TWICE.on(IOException.class), first);
    assertNotRetried(TWICE.unless(IOException.class), TaskFailedException.class, first);
    assertNotRetried(TWICE, TaskFailedException.class, scope -> {
      scope.fork("retry.fork", () -> {
        throw new AssertionError("forked");
      });
      scope.join();
    });
  }

  @Test
  void anInterruptedExceptionIsNotRetriedEvenIfNamed() {
    assertNotRetried(TWICE.on(InterruptedException.class), InterruptedException.class, throwing(new InterruptedException()));
  }

  @Test
  void anAttemptThatCancelsItsOwnScopeIsNotRetried() {
    assertNotRetried(TWICE, ScopeCancelledException.class, scope -> scope.cancel("enough"));
    assertNotRetried(TWICE.on(CancellationException.class), ScopeCancelledException.class, scope -> scope.cancel("enough"));
  }

  @Test
  void theCancelOfSomethingElseIsAFailureLikeAnyOther() throws Exception {
    assertRetried(TWICE, throwing(new CancellationException("of a foreign future")));
    assertRetried(TWICE, scope -> Scope.<String, Exception>call("retry.inner", o -> o, inner -> {
      inner.cancel("inner");
      return "never";
    }));
    assertRetried(TWICE, scope -> Scope.<String, Exception>call("retry.inner", Duration.ZERO, inner -> "never"));
  }

  @Test
  void theDeadlineOfTheCallIsNotRetriedEvenIfNamed() {
    assertNotRetried(TWICE.on(DeadlineExceededException.class), DeadlineExceededException.class, scope -> clock.advance(ofMinutes(1)));
  }

  @Test
  void aFailureAfterTheDeadlineIsNotRetriedAndSuppressedOnIt() {
    assertThatThrownBy(() -> call(TWICE, scope -> {
      clock.advance(ofMinutes(1));
      throw new IOException("late");
    })).isInstanceOf(DeadlineExceededException.class).satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void theTimeoutOfAnAttemptIsRetriedWhateverOnSaysUnlessUnlessSaysOtherwise() throws Exception {
    Retry retry = TWICE.attemptTimeout(ofSeconds(1)).on(IOException.class);
    assertRetried(retry, scope -> clock.advance(ofSeconds(1)));
    assertNotRetried(retry.unless(DeadlineExceededException.class), DeadlineExceededException.class, scope -> clock.advance(ofSeconds(1)));
  }

  @Test
  void aPredicateThatThrowsMeansNoAndIsSuppressed() {
    Retry retry = TWICE.on(e -> {
      throw new IllegalStateException("predicate");
    });
    assertThatThrownBy(() -> call(retry, throwing(new IOException("failure"))))
        .hasMessage("failure")
        .satisfies(e -> assertThat(e.getSuppressed()).extracting(Throwable::getMessage).containsExactly("predicate"));
  }
}
