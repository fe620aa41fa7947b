package dev.lifecycle.internal;

import static dev.lifecycle.internal.Frame.CANCELLED;
import static dev.lifecycle.internal.Frame.DONE;
import static dev.lifecycle.internal.Frame.INTERRUPTED;
import static dev.lifecycle.internal.Frame.INTERRUPTING;
import static dev.lifecycle.internal.Frame.NEW;
import static dev.lifecycle.internal.Frame.REJECTED;
import static dev.lifecycle.internal.Frame.RUNNING;
import static dev.lifecycle.internal.Frame.SHIELDED;
import static dev.lifecycle.internal.Frame.SHIELDED_PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every transition of the frame's word that one thread alone can make; see {@link FrameDeliveryTest} for those that take two. */
@Timeout(60)
class FrameTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("frames"));
  private final Scope owner = lifecycle.open("frame.owner");
  private final Frame frame = new CallFrame(Scopes.coreOf(owner));

  @BeforeEach
  void begins() {
    assertThat(frame.phase()).isEqualTo(NEW);
  }

  @AfterEach
  void closes() {
    Thread.interrupted();
    lifecycle.close();
  }

  @Test
  void onAThreadOfItsOwnABodyGoesFromNewToRunningToDone() {
    assertThat(frame.begin()).isTrue();
    assertThat(frame.phase()).isEqualTo(RUNNING);
    frame.end();
    assertThat(frame.phase()).isEqualTo(DONE);
  }

  @Test
  void onASharedThreadABodyKnowsItsThreadAndIsOpenToInterruptsWhenItHasBegun() {
    assertThat(frame.beginShared(null, 0)).isTrue();
    assertThat(frame.phase()).isEqualTo(RUNNING);
    assertThat(frame.thread).isSameAs(Thread.currentThread());
  }

  @Test
  void aBodyBeginsOnce() {
    frame.begin();
    assertThat(frame.begin()).isFalse();
    assertThat(frame.beginShared(null, 0)).isFalse();
    assertThat(frame.phase()).isEqualTo(RUNNING);
  }

  @Test
  void aBodyThatWasRefusedNeverBegins() {
    assertThat(frame.refuse(CANCELLED)).isTrue();
    assertThat(frame.begin()).isFalse();
    assertThat(frame.beginShared(null, 0)).isFalse();
    assertThat(frame.phase()).isEqualTo(CANCELLED);
  }

  @Test
  void onlyOneRefusalWins() {
    assertThat(frame.refuse(REJECTED)).isTrue();
    assertThat(frame.refuse(CANCELLED)).isFalse();
    assertThat(frame.phase()).isEqualTo(REJECTED);
  }

  @Test
  void aBodyThatHasBegunCannotBeRefused() {
    frame.begin();
    assertThat(frame.refuse(CANCELLED)).isFalse();
    assertThat(frame.phase()).isEqualTo(RUNNING);
  }

  @Test
  void aRunningBodyIsInterrupted() {
    frame.beginShared(null, 0);
    frame.interrupt(false);
    assertThat(frame.phase()).isEqualTo(INTERRUPTED);
    assertThat(frame.wasInterrupted()).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptedBodyIsInterruptedAgainOnlyOnDemand() {
    frame.beginShared(null, 0);
    frame.interrupt(false);
    Thread.interrupted();
    frame.interrupt(false);
    assertThat(Thread.interrupted()).isFalse();
    frame.interrupt(true);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(frame.phase()).isEqualTo(INTERRUPTED);
  }

  @Test
  void aBodyThatHasNotBegunOrHasEndedIsNotInterrupted() {
    frame.interrupt(true);
    assertThat(frame.phase()).isEqualTo(NEW);
    frame.beginShared(null, 0);
    frame.endShared(true, false);
    frame.interrupt(true);
    assertThat(frame.phase()).isEqualTo(DONE);
    assertThat(frame.wasInterrupted()).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aShieldHoldsAnInterruptAndItsEndDeliversIt() {
    frame.beginShared(null, 0);
    assertThat(frame.shield()).isTrue();
    assertThat(frame.phase()).isEqualTo(SHIELDED);
    frame.interrupt(false);
    assertThat(frame.phase()).isEqualTo(SHIELDED_PENDING);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    frame.unshield();
    assertThat(frame.phase()).isEqualTo(INTERRUPTED);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aShieldThatNobodyTestedLeavesNoTrace() {
    frame.beginShared(null, 0);
    frame.shield();
    frame.unshield();
    assertThat(frame.phase()).isEqualTo(RUNNING);
    assertThat(frame.wasInterrupted()).isFalse();
    frame.unshield();
    assertThat(frame.phase()).isEqualTo(RUNNING);
  }

  @Test
  void aShieldInAShieldSaysThatItIsNotTheOneToLift() {
    frame.beginShared(null, 0);
    frame.shield();
    assertThat(frame.shield()).isFalse();
    frame.interrupt(true);
    assertThat(frame.shield()).isFalse();
    assertThat(frame.phase()).isEqualTo(SHIELDED_PENDING);
  }

  @Test
  void theEndOfAShieldedBodyDropsTheInterruptThatWaited() {
    frame.beginShared(null, 0);
    frame.shield();
    frame.interrupt(false);
    frame.endShared(true, false);
    assertThat(frame.phase()).isEqualTo(DONE);
    frame.unshield();
    assertThat(frame.phase()).isEqualTo(DONE);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theEndClearsTheInterruptOfItsBody() {
    frame.beginShared(null, 0);
    frame.interrupt(false);
    frame.endShared(false, false);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theEndInACallersFrameKeepsAnInterruptFromOutsideAndGivesBackTheOneFromBefore() {
    frame.beginShared(null, 0);
    Thread.currentThread().interrupt();
    frame.endShared(false, false);
    assertThat(Thread.interrupted()).as("from outside").isTrue();

    Frame other = new CallFrame(frame.scope);
    other.beginShared(null, 0);
    other.interrupt(false);
    other.endShared(false, true);
    assertThat(Thread.interrupted()).as("from before").isTrue();
  }

  @Test
  void theEndAtTheBaseOfAPoolsThreadClearsTheFlagWhoeverSetIt() {
    frame.beginShared(null, 0);
    Thread.currentThread().interrupt();
    frame.endShared(true, false);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theEndOfAnInnerBodySetsTheFlagAgainIfAnOuterOneWasInterruptedMeanwhile() {
    Frame inner = new CallFrame(frame.scope);
    frame.beginShared(null, 0);
    inner.beginShared(frame, Frame.landed(frame, null));
    inner.interrupt(false);
    frame.interrupt(false);
    inner.endShared(false, false);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    frame.endShared(false, false);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theEndOfAnInnerBodyDoesNotSetTheFlagForAnInterruptThatTheOuterOneHasTaken() {
    Frame inner = new CallFrame(frame.scope);
    frame.beginShared(null, 0);
    frame.interrupt(false);
    Thread.interrupted();
    inner.beginShared(frame, Frame.landed(frame, null));
    inner.interrupt(false);
    inner.endShared(false, false);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aDeliveryIsSeenAsOneInEveryPhaseThatFollows() {
    frame.beginShared(null, 0);
    frame.interrupt(false);
    frame.shield();
    assertThat(frame.phase()).isNotEqualTo(INTERRUPTING).isEqualTo(SHIELDED);
    assertThat(frame.wasInterrupted()).isTrue();
    frame.unshield();
    frame.end();
    assertThat(frame.wasInterrupted()).isTrue();
  }
}
