package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an interrupt does to a shutdown: the caller leaves, and the next call takes up what has begun. */
@Timeout(20)
class ShutdownInterruptedTest extends ShutdownFixture {
  @Test
  void inTheDrainTheCallerLeavesAndNothingIsCancelled() throws Exception {
    Supervisor app = open();
    Parked body = start(app, "app.task", parked());
    Aside<Throwable> shutdown = Aside.catching(() -> app.shutdown(DRAIN, GRACE)).awaitWaiting();
    shutdown.interrupt();
    assertThat(shutdown.get()).isInstanceOf(InterruptedException.class);
    assertThat(body.interrupts).hasValue(0);
    assertThat(app.info().cancelled()).isFalse();
    Assertions.assertThatThrownBy(() -> app.start("app.late", () -> {})).as("the drain goes on").isInstanceOf(RejectedExecutionException.class);

    app.close();
    assertThat(body.interrupts).hasValue(1);
    assertThat(app.shutdown(DRAIN, GRACE).cancelled()).isEqualTo(1);
  }

  @Test
  void inTheGraceTheCallerLeavesAndTheGraceGoesOn() throws Exception {
    Supervisor app = open(o -> o.grace(Duration.ofMinutes(10)));
    List<String> cleaned = new CopyOnWriteArrayList<>();
    app.defer(() -> cleaned.add("cleaned"));
    Parked body = start(app, "app.stuck", stubborn());
    Aside<Throwable> shutdown = Aside.catching(() -> app.shutdown(Duration.ZERO, GRACE)).awaitWaiting();
    body.awaitInterrupts(1);
    shutdown.interrupt();
    assertThat(shutdown.get()).isInstanceOf(InterruptedException.class);
    assertThat(cleaned).isEmpty();
    passGrace(GRACE, body);

    Aside<ShutdownReport> again = Aside.run(() -> app.shutdown(DRAIN, Duration.ofMinutes(10)));
    assertThat(again.get().orphans()).hasSize(1);
    assertThat(cleaned).containsExactly("cleaned");
    assertThat(now()).isLessThanOrEqualTo(GRACE.plus(SLACK));
  }

  @Test
  void aCallerWhoseFlagIsSetLeavesAtTheFirstWait() throws Exception {
    Supervisor app = open();
    Parked body = start(app, "app.task", parked());
    Aside<Throwable> shutdown = Aside.catching(() -> {
      Thread.currentThread().interrupt();
      app.shutdown(DRAIN, GRACE);
    });
    assertThat(shutdown.get()).isInstanceOf(InterruptedException.class);
    assertThat(body.interrupts).hasValue(0);
  }

  @Test
  void closeIsNotInterruptibleInEitherPhaseAndKeepsTheFlag() throws Exception {
    Supervisor app = open(o -> o.drain(DRAIN).grace(GRACE));
    Parked body = start(app, "app.stuck", stubborn());
    Aside<Boolean> close = Aside.run(() -> {
      try {
        app.close();
      } catch (RuntimeException orphans) {
        return Thread.interrupted();
      }
      throw new AssertionError("nothing was orphaned");
    });
    close.awaitWaiting();
    close.interrupt();
    until(() -> clock.sleepers() == 1);
    clock.advance(DRAIN);
    body.awaitInterrupts(1);
    close.interrupt();
    passGrace(GRACE, body);
    assertThat(close.get()).isTrue();
    assertThat(now()).isEqualTo(DRAIN.plus(GRACE).plusMillis(100));
  }

  @Test
  void closeWithTheFlagSetDrainsNevertheless() throws Exception {
    Supervisor app = open(o -> o.drain(DRAIN));
    Parked body = start(app, "app.task", parked());
    Aside<Boolean> close = Aside.run(() -> {
      Thread.currentThread().interrupt();
      app.close();
      return Thread.interrupted();
    });
    close.awaitWaiting();
    until(() -> clock.sleepers() == 1);
    assertThat(body.interrupts).hasValue(0);
    body.release();
    assertThat(close.get()).isTrue();
    assertThat(app.shutdown(DRAIN, GRACE).drained()).isEqualTo(1);
  }
}
