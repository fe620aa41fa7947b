package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 24a and 26: an interrupt that was there before a call is there after it, whenever the call's own one comes. */
@Timeout(60)
class FlagBeforeCallRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("before"));

  private static final class Round {
    volatile Scope scope;
    boolean kept;
  }

  @Test
  void aFlagThatWasSetBeforeACallIsSetAfterIt() {
    AtomicLong cancelled = new AtomicLong();
    Race.Result result =
        Race.of(Round::new)
            .slowInterrupts()
            .actor(
                r -> {
                  Thread.currentThread().interrupt();
                  try {
                    LIFECYCLE.call(
                        "before.call",
                        o -> o,
                        scope -> {
                          r.scope = scope;
                          Race.dawdle();
                          return null;
                        });
                  } catch (ScopeCancelledException e) {
                    cancelled.incrementAndGet();
                  }
                  r.kept = Thread.interrupted();
                })
            .actor(
                r -> {
                  Race.until(() -> r.scope != null);
                  r.scope.cancel("race");
                })
            .judge(r -> r.kept ? null : "the flag that was set before the call was lost")
            .run();
    assertThat(result.violation()).isNull();
    assertThat(cancelled).hasPositiveValue();
  }
}
