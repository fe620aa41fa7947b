package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 16: what close does to the thread that closes, and to a second one. */
@Timeout(20)
class CloserThreadTest {
  private final VirtualClock clock = new VirtualClock();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(new RecordingListener()));

  @AfterEach
  void end() {
    lifecycle.close();
  }

  @Test
  void closeRestoresTheInterruptFlag() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Scope scope = lifecycle.open("close");
    scope.fork("close.task", deaf);
    deaf.awaitBegun();
    Aside<Boolean> closer = Aside.run(() -> {
      Thread.currentThread().interrupt();
      scope.close();
      return Thread.currentThread().isInterrupted();
    });
    closer.awaitWaiting();
    assertThat(closer.isDone()).isFalse();
    deaf.letGo();
    assertThat(closer.get()).isTrue();
  }

  @Test
  void closeRestoresAnInterruptThatComesWhileItWaits() throws Exception {
    HeldBody deaf = HeldBody.deaf();
    Scope scope = lifecycle.open("close");
    scope.fork("close.task", deaf);
    deaf.awaitBegun();
    Aside<Boolean> closer = Aside.run(() -> {
      scope.close();
      return Thread.currentThread().isInterrupted();
    });
    closer.awaitWaiting().interrupt();
    closer.awaitWaiting();
    assertThat(closer.isDone()).isFalse();
    deaf.letGo();
    assertThat(closer.get()).isTrue();
  }

  @Test
  void closeWithCleanupRestoresTheInterruptFlagToo() throws Exception {
    Scope scope = lifecycle.open("close");
    scope.defer(() -> {});
    Aside<Boolean> closer = Aside.run(() -> {
      Thread.currentThread().interrupt();
      scope.close();
      return Thread.currentThread().isInterrupted();
    });
    assertThat(closer.get()).isTrue();
  }

  @Test
  void ofTwoConcurrentClosersTheSecondWaitsForTheFirst() throws Exception {
    CountDownLatch inCleanup = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Scope scope = lifecycle.open("close");
    scope.defer(() -> {
      inCleanup.countDown();
      gate.await();
    });
    Aside<Throwable> first = Aside.catching(scope::close);
    inCleanup.await();
    Aside<Boolean> second = Aside.run(() -> {
      scope.close();
      return scope.info().closed();
    });
    second.awaitWaiting();
    assertThat(second.isDone()).isFalse();
    gate.countDown();
    assertThat(second.get()).isTrue();
    assertThat(first.get()).isNull();
  }

  @Test
  void aSecondCloserKeepsItsInterruptFlag() throws Exception {
    CountDownLatch inCleanup = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Scope scope = lifecycle.open("close");
    scope.defer(() -> {
      inCleanup.countDown();
      gate.await();
    });
    Aside<Throwable> first = Aside.catching(scope::close);
    inCleanup.await();
    Aside<Boolean> second = Aside.run(() -> {
      Thread.currentThread().interrupt();
      scope.close();
      return Thread.currentThread().isInterrupted();
    });
    second.awaitWaiting();
    gate.countDown();
    assertThat(second.get()).isTrue();
    assertThat(first.get()).isNull();
  }
}
