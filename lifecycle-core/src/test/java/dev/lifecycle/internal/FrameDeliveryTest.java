package dev.lifecycle.internal;

import static dev.lifecycle.internal.Frame.DONE;
import static dev.lifecycle.internal.Frame.INTERRUPTED;
import static dev.lifecycle.internal.Frame.INTERRUPTING;
import static dev.lifecycle.internal.Frame.SHIELDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.stress.Race;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the runner does while a delivery stands between its two steps: the body's thread holds up whoever interrupts it. */
@Timeout(60)
class FrameDeliveryTest {
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("delivery"));
  private final Scope owner = lifecycle.open("delivery.owner");
  private final Frame frame = new CallFrame(Scopes.coreOf(owner));
  private final CountDownLatch sending = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** A thread on which every interrupt stands still until it is let go. */
  private final class Held extends Thread {
    Held(Runnable body) {
      super(body);
      setDaemon(true);
      setUncaughtExceptionHandler((t, e) -> failure.compareAndSet(null, e));
    }

    @Override
    public void interrupt() {
      sending.countDown();
      awaitGo();
      super.interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    boolean flag = false;
    for (;;) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        flag = true;
      }
    }
    if (flag) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void closes() {
    go.countDown();
    lifecycle.close();
  }

  /** Runs the body on a held thread, interrupts the frame, and lets the interrupt go when the body waits for it. */
  private void run(Runnable body) throws InterruptedException {
    Held runner = new Held(body);
    runner.start();
    Race.until(() -> frame.phase() != Frame.NEW && frame.phase() != SHIELDED);
    Thread sender = new Thread(() -> frame.interrupt(false));
    sender.start();
    sending.await();
    Awaitility.await().until(() -> !runner.isAlive() || waitsForDelivery(runner)); // a body that does not wait has ended, and has failed
    go.countDown();
    runner.join();
    sender.join();
    assertThat(failure.get()).isNull();
  }

  /** Whether the runner stands in the wait of the engine, or has passed what it does under the delivery. */
  private static boolean waitsForDelivery(Thread runner) {
    return Arrays.stream(runner.getStackTrace()).map(StackTraceElement::getMethodName).anyMatch(m -> m.equals("awaitDelivery") || m.equals("awaitGo"));
  }

  private void awaitGo() {
    await(go);
  }

  @Test
  void theEndOnASharedThreadWaitsUntilTheInterruptHasLandedAndClearsIt() throws InterruptedException {
    run(
        () -> {
          frame.beginShared(null, 0);
          await(sending);
          frame.endShared(false, false);
          assertThat(go.getCount()).as("waits for the delivery").isZero();
          assertThat(frame.phase()).isEqualTo(DONE);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
  }

  @Test
  void theEndOnAThreadOfItsOwnWaitsForNothing() throws InterruptedException {
    run(
        () -> {
          frame.thread = Thread.currentThread();
          frame.begin();
          await(sending);
          frame.end();
          assertThat(go.getCount()).as("does not wait").isOne();
        });
    assertThat(frame.phase()).as("the sender does not touch a body that has ended").isEqualTo(DONE);
  }

  @Test
  void aShieldWaitsUntilTheInterruptHasLanded() throws InterruptedException {
    run(
        () -> {
          frame.beginShared(null, 0);
          await(sending);
          assertThat(frame.shield()).isTrue();
          assertThat(go.getCount()).isZero();
          assertThat(frame.phase()).isEqualTo(SHIELDED);
          assertThat(Thread.interrupted()).isTrue();
        });
  }

  @Test
  void asLongAsADeliveryStandsNobodyElseSends() throws InterruptedException {
    run(
        () -> {
          frame.beginShared(null, 0);
          await(sending);
          frame.interrupt(true); // would be held for ever
          assertThat(frame.phase()).isEqualTo(INTERRUPTING);
          awaitGo();
          Race.until(() -> frame.phase() == INTERRUPTED);
          assertThat(Frame.deliveries(frame, null)).isOne();
          Thread.interrupted();
        });
  }

  @Test
  void anInnerBodyThatBeginsUnderADeliveryToTheOuterOneDoesNotTakeIt() throws InterruptedException {
    run(
        () -> {
          frame.beginShared(null, 0);
          await(sending);
          Frame inner = new CallFrame(frame.scope);
          inner.beginShared(frame, Frame.landed(frame, null));
          awaitGo();
          Race.until(() -> frame.phase() == INTERRUPTED);
          inner.interrupt(false);
          inner.endShared(false, false);
          assertThat(Thread.interrupted()).as("the flag that was meant for the outer body").isTrue();
        });
  }
}
