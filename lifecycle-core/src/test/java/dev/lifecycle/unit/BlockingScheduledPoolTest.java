package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.Supervisor;
import dev.lifecycle.internal.Timers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that blocks whoever hands it a task takes no more than one thread of the library. */
@Timeout(20)
class BlockingScheduledPoolTest extends ServiceFixture {
  private static final int MORE_THAN_ALL_WORKERS = 1_100;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private final class Blocking extends ScheduledThreadPoolExecutor {
    Blocking() {
      super(1);
    }

    @Override
    public void execute(Runnable task) {
      entered.countDown();
      CancelFixture.awaitThroughInterrupts(released);
      super.execute(task);
    }
  }

  @Test
  void otherSupervisorsRestartAndShutDownMeanwhile() throws Exception {
    Supervisor blocked = lifecycle.supervisor("blocked", o -> o.drain(Duration.ZERO));
    Supervisor healthy = lifecycle.supervisor("healthy", o -> o);
    try {
      ScheduledExecutorService view = blocked.supervise("blocked.pool", new Blocking());
      for (int i = 0; i < MORE_THAN_ALL_WORKERS; i++) {
        view.schedule(() -> {}, 200, TimeUnit.MILLISECONDS);
      }
      clock.advance(Duration.ofMillis(200));
      entered.await();
      soon().until(() -> Timers.pending(lifecycle) == 0); // all are on their way to the pool
      ToldBody body = ToldBody.listening();
      Service service = healthy.service("healthy.poller", atOnce(RestartPolicy.onFailure()), body);
      for (int run = 1; run < 5; run++) {
        body.awaitRun(run).fail("down");
      }
      body.awaitRun(5);
      assertThat(healthy.shutdown(Duration.ZERO, Duration.ofSeconds(3)).isClean()).isTrue();
      assertThat(service.status()).isEqualTo(Service.Status.STOPPED);
      assertThat(released.getCount()).as("the pool still blocks").isEqualTo(1);
    } finally {
      released.countDown();
    }
    blocked.close();
  }
}
