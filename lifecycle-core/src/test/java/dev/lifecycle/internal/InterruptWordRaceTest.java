package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.stress.CopiedWord;
import dev.lifecycle.stress.CopiedWord.Bug;
import dev.lifecycle.stress.InterruptWord;
import dev.lifecycle.stress.Race;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules 24 and 25: what is sent to a body lands in that body, and nothing else is cleared with it. */
@Timeout(60)
class InterruptWordRaceTest {
  private static final Scope OWNER = Lifecycle.create(o -> o.name("races")).open("race.word");
  private static final ScopeCore SCOPE = Scopes.coreOf(OWNER);

  /** The engine's own word. */
  private static final class EngineWord implements InterruptWord {
    private final Frame frame = new CallFrame(SCOPE);

    @Override
    public void begin() {
      frame.beginShared(null, 0);
    }

    @Override
    public void interrupt(boolean again) {
      frame.interrupt(again);
    }

    @Override
    public void end(boolean base) {
      frame.endShared(base, false);
    }

    @Override
    public boolean wasInterrupted() {
      return frame.wasInterrupted();
    }

    @Override
    public void shield() {
      frame.shield();
    }

    @Override
    public void unshield() {
      frame.unshield();
    }
  }

  private static final class Round {
    final InterruptWord word;
    final AtomicInteger sendersDone = new AtomicInteger();
    volatile Thread runner;
    String violation;

    Round(InterruptWord word) {
      this.word = word;
    }

    void interrupt(boolean again) {
      Race.until(() -> runner != null);
      word.interrupt(again);
      sendersDone.incrementAndGet();
    }

    void awaitSenders(int n) {
      Race.until(() -> sendersDone.get() == n);
    }

    void check(boolean holds, String otherwise) {
      if (!holds && violation == null) {
        violation = otherwise;
      }
    }
  }

  private final AtomicLong delivered = new AtomicLong();

  @Test
  void noInterruptLandsAfterTheEndOfItsBody() {
    Race.Result result = ends(EngineWord::new).run();
    assertThat(result.violation()).isNull();
    assertThat(delivered).as("rounds in which the interrupt came before the end").hasPositiveValue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_INTERRUPTING", "END_DOES_NOT_WAIT"})
  void theRaceFindsAWordWhoseInterruptsLandLate(Bug bug) {
    assertThat(ends(() -> new CopiedWord(bug)).hunt().violation()).contains("flag");
  }

  @Test
  void noInterruptLandsInsideAShieldAndNoneIsLostToIt() {
    Race.Result result = shields(EngineWord::new).run();
    assertThat(result.violation()).isNull();
    assertThat(delivered).hasPositiveValue();
  }

  @Test
  void theRaceFindsAShieldThatGoesUpUnderAnInterruptOnItsWay() {
    assertThat(shields(() -> new CopiedWord(Bug.SHIELD_DOES_NOT_WAIT)).hunt().violation()).contains("shield");
  }

  @Test
  void anInterruptFromOutsideIsClearedOnlyWithOneOfOurs() {
    Race.Result result = outside(EngineWord::new).run();
    assertThat(result.violation()).isNull();
    assertThat(delivered).hasPositiveValue();
  }

  @Test
  void theRaceFindsAnEndThatClearsByAnotherWordThanItWasSentBy() {
    assertThat(outside(() -> new CopiedWord(Bug.TWO_WORDS)).hunt().violation()).contains("lost");
  }

  @Test
  void theCopyWithoutABugWinsEveryRace() {
    Supplier<InterruptWord> copy = () -> new CopiedWord(Bug.NONE);
    assertThat(ends(copy).run().violation()).isNull();
    assertThat(shields(copy).run().violation()).isNull();
    assertThat(outside(copy).run().violation()).isNull();
  }

  private Race<Round> ends(Supplier<InterruptWord> words) {
    return Race.of(() -> new Round(words.get()))
        .slowInterrupts()
        .actor(
            r -> {
              r.word.begin();
              r.runner = Thread.currentThread();
              Race.dawdle();
              r.word.end(true);
              r.check(!Thread.interrupted(), "flag set at the end of the body");
              r.awaitSenders(2);
              r.check(!Thread.interrupted(), "flag set after the end of the body");
              count(r.word);
            })
        .actor(r -> r.interrupt(false))
        .actor(r -> r.interrupt(true))
        .judge(r -> r.violation);
  }

  private Race<Round> shields(Supplier<InterruptWord> words) {
    return Race.of(() -> new Round(words.get()))
        .slowInterrupts()
        .actor(
            r -> {
              r.word.begin();
              r.runner = Thread.currentThread();
              Race.dawdle();
              r.word.shield();
              boolean before = Thread.interrupted();
              Race.linger();
              r.check(!Thread.interrupted(), "an interrupt has landed inside the shield");
              r.word.unshield();
              r.awaitSenders(2);
              r.check(before || Thread.interrupted(), "an interrupt was lost in the shield");
              r.word.end(true);
              count(r.word);
            })
        .actor(r -> r.interrupt(false))
        .actor(r -> r.interrupt(true))
        .judge(r -> r.violation);
  }

  private Race<Round> outside(Supplier<InterruptWord> words) {
    return Race.of(() -> new Round(words.get()))
        .slowInterrupts()
        .actor(
            r -> {
              r.word.begin();
              r.runner = Thread.currentThread();
              Race.dawdle();
              r.word.end(false);
              boolean ours = r.word.wasInterrupted();
              r.awaitSenders(2);
              r.check(Thread.interrupted() || ours, "an interrupt from outside was lost");
              count(r.word);
            })
        .actor(r -> r.interrupt(false))
        .actor(
            r -> {
              Race.until(() -> r.runner != null);
              r.runner.interrupt();
              r.sendersDone.incrementAndGet();
            })
        .judge(r -> r.violation);
  }

  private void count(InterruptWord word) {
    if (word.wasInterrupted()) {
      delivered.incrementAndGet();
    }
  }
}
