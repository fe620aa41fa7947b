package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import dev.lifecycle.Service;
import dev.lifecycle.Service.Status;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.Supervisor;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of a nested supervisor whose setup waits for something: the clock stands still, so that nothing ends by a grace that is over. */
@Timeout(20)
class NestedSetupTest extends ServiceFixture {
  private static final RestartPolicy AT_ONCE = atOnce(RestartPolicy.onFailure());

  private final ParkedBody<String> setup = ParkedBody.returning("never");
  private final ToldBody part = ToldBody.listening();

  private Service nest(Supervisor app) throws InterruptedException {
    Service nested = app.supervisor("app.feed", AT_ONCE, o -> o, feed -> {
      feed.service("feed.part", AT_ONCE, part);
      part.awaitRun(1);
      setup.call();
    });
    setup.awaitEntered();
    return nested;
  }

  @Test
  void aStopEndsItsSetup() throws Exception {
    Service nested = nest(lifecycle.supervisor("app", o -> o));
    assertThat(nested.status()).isEqualTo(Status.STARTING);
    assertThat(nested.stop("enough")).isTrue();
    assertThat(nested.awaitEnd(LONG)).isTrue();
    assertThat(nested.status()).isEqualTo(Status.STOPPED);
    assertThat(setup.wasInterrupted()).isTrue();
    assertThat(part.isRunning()).isFalse();
  }

  @Test
  void aShutdownAboveEndsItsSetupWithinTheGrace() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o);
    Service nested = nest(app);
    ShutdownReport report = app.shutdown(Duration.ZERO, Duration.ofSeconds(3));
    assertThat(report.isClean()).as(report.toString()).isTrue();
    assertThat(report.services()).containsEntry("app.feed", Status.STOPPED);
    assertThat(nested.status()).isEqualTo(Status.STOPPED);
    assertThat(setup.wasInterrupted()).isTrue();
    assertThat(part.isRunning()).isFalse();
  }

  @Test
  void aSetupDoesNotHoldUpTheRestartOfItsGroup() throws Exception {
    Supervisor app = lifecycle.supervisor("app", o -> o.strategy(RestartStrategy.ONE_FOR_ALL));
    ToldBody worker = ToldBody.listening();
    app.service("app.worker", AT_ONCE, worker);
    worker.awaitRun(1);
    AtomicInteger setups = new AtomicInteger();
    CountDownLatch waits = new CountDownLatch(1);
    Service nested = app.supervisor("app.feed", AT_ONCE, o -> o, feed -> {
      if (setups.incrementAndGet() == 1) {
        waits.countDown();
        new CountDownLatch(1).await();
      }
      feed.service("feed.part", AT_ONCE, part);
    });
    waits.await();
    worker.fail("down");
    worker.awaitRun(2);
    part.awaitRun(1);
    assertThat(setups).hasValue(2);
    assertThat(nested.awaitReady(LONG)).isTrue();
    assertThat(nested.restarts()).isEqualTo(1);
    app.close();
  }
}
