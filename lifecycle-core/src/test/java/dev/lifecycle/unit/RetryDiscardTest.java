package dev.lifecycle.unit;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.concurrent.Retry;
import dev.lifecycle.junit.VirtualClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Retry}: the value of an attempt that failed all the same goes to the handler exactly once. */
@Timeout(20)
class RetryDiscardTest {
  private static final Retry TWICE = Retry.attempts(2).attemptTimeout(ofSeconds(1));

  private final VirtualClock clock = new VirtualClock();
  private final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void endLifecycle() {
    lifecycle.close();
    assertThat(reports).isEmpty();
  }

  private <T> T call(Retry retry, Scope.Body<T, Exception> body, Consumer<? super T> onDiscard) throws Exception {
    return lifecycle.<T, Exception>call("retry.test", o -> o, scope -> retry.<T, Exception>call("retry.body", ofMinutes(1), body, onDiscard));
  }

  private void discard(Object value) {
    log.add("discarded " + value);
  }

  @Test
  void aValueThatIsReturnedIsNotDiscarded() throws Exception {
    assertThat(this.<String>call(TWICE, scope -> "value", this::discard)).isEqualTo("value");
    assertThat(log).isEmpty();
  }

  @Test
  void theValueOfAnAttemptThatTookTooLongIsDiscardedBeforeTheNextAttempt() throws Exception {
    assertThat(this.<String>call(TWICE, scope -> {
      log.add("attempt");
      if (attempts.incrementAndGet() == 1) {
        clock.advance(ofSeconds(1));
        Thread.interrupted(); // as code does that ignores interrupts
        return "late";
      }
      return "value";
    }, this::discard)).isEqualTo("value");
    assertThat(log).containsExactly("attempt", "discarded late", "attempt");
  }

  @Test
  void aLateCloseableIsGivenToTheHandlerAndNotReportedAsLost() throws Exception {
    AtomicInteger closes = new AtomicInteger();
    AutoCloseable value = this.<AutoCloseable>call(TWICE, scope -> {
      if (attempts.incrementAndGet() == 1) {
        clock.advance(ofSeconds(1));
      }
      return closes::incrementAndGet;
    }, late -> closes.addAndGet(10));
    assertThat(closes).hasValue(10);
    value.close();
  }

  @Test
  void theValueOfAnAttemptWhoseForkFailedIsDiscarded() throws Exception {
    assertThat(this.<String>call(TWICE, scope -> {
      int attempt = attempts.incrementAndGet();
      scope.fork("retry.fork", () -> {
        if (attempt == 1) {
          throw new IOException("forked");
        }
        return attempt;
      });
      return "value " + attempt;
    }, this::discard)).isEqualTo("value 2");
    assertThat(log).containsExactly("discarded value 1");
  }

  @Test
  void theValueOfTheLastAttemptIsDiscardedToo() {
    assertThatThrownBy(() -> this.<String>call(Retry.attempts(1), scope -> {
      scope.fork("retry.fork", () -> {
        throw new IOException("forked");
      });
      return "value";
    }, this::discard)).isInstanceOf(TaskFailedException.class);
    assertThat(log).containsExactly("discarded value");
  }

  @Test
  void aValueThatComesWithTheDeadlineOfTheCallIsDiscarded() {
    assertThatThrownBy(() -> this.<String>call(Retry.attempts(2), scope -> {
      clock.advance(ofMinutes(1));
      return "late";
    }, this::discard)).isInstanceOf(DeadlineExceededException.class);
    assertThat(log).containsExactly("discarded late");
  }

  @Test
  void aValueThatComesAfterACancelIsDiscarded() {
    assertThatThrownBy(() -> lifecycle.<String, Exception>call("retry.test", o -> o, outer -> Retry.attempts(2).<String, Exception>call("retry.body", scope -> {
      outer.cancel("enough");
      return "late";
    }, this::discard))).isInstanceOf(ScopeCancelledException.class);
    assertThat(log).containsExactly("discarded late");
  }

  @Test
  void theValueOfAnAttemptThatSucceededIsDiscardedIfTheCallIsCancelledBeforeItReturns() {
    assertThatThrownBy(() -> lifecycle.<String, Exception>call("retry.test", o -> o, outer -> Retry.attempts(2).<String, Exception>call("retry.body", scope -> {
      attempts.incrementAndGet();
      scope.defer(() -> outer.cancel("enough")); // after the body and before the end of the attempt
      return "value";
    }, this::discard))).isInstanceOf(ScopeCancelledException.class);
    assertThat(log).containsExactly("discarded value");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void aLateNullIsDiscardedToo() throws Exception {
    assertThat(this.<String>call(TWICE, scope -> {
      if (attempts.incrementAndGet() == 1) {
        clock.advance(ofSeconds(1));
        return null;
      }
      return "value";
    }, this::discard)).isEqualTo("value");
    assertThat(log).containsExactly("discarded null");
  }

  @Test
  void theHandlerIsShieldedFromTheCancelAndItsInterrupt() {
    assertThatThrownBy(() -> lifecycle.<String, Exception>call("retry.test", o -> o, outer -> Retry.attempts(2).<String, Exception>call("retry.body", scope -> {
      outer.cancel("enough");
      return "late";
    }, value -> log.add(Thread.currentThread().isInterrupted() + " " + Context.current().isCancelled())))).isInstanceOf(ScopeCancelledException.class);
    assertThat(log).containsExactly("false false");
  }

  @Test
  void whatAHandlerThrowsIsSuppressedOnTheFailureThatIsThrownInTheEnd() {
    assertThatThrownBy(() -> this.<String>call(TWICE, scope -> {
      if (attempts.incrementAndGet() == 1) {
        clock.advance(ofSeconds(1));
        return "late";
      }
      throw new IOException("second");
    }, value -> {
      throw new IllegalStateException("handler");
    })).hasMessage("second").satisfies(e -> assertThat(e.getSuppressed()).hasSize(2).anySatisfy(s -> assertThat(s).hasMessage("handler")));
  }

  @Test
  void whatAHandlerThrowsBeforeASuccessGoesToTheUncaughtHandlerOfTheCaller() throws Exception {
    List<Object> results = new CopyOnWriteArrayList<>();
    Thread thread = new Thread(() -> {
      try {
        results.add(this.<String>call(TWICE, scope -> {
          if (attempts.incrementAndGet() == 1) {
            clock.advance(ofSeconds(1));
            return "late";
          }
          return "value";
        }, value -> {
          throw new IllegalStateException("handler");
        }));
      } catch (Exception e) {
        results.add(e);
      }
    });
    thread.setUncaughtExceptionHandler((t, e) -> results.add(e.getMessage()));
    thread.start();
    thread.join();
    assertThat(results).containsExactly("handler", "value");
  }
}
