package dev.lifecycle.unit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cancel that comes while a tick is starting its task. The tick reads the clock when it makes the task, and again, as there is a deadline, before the scope
 * counts it: there the cancel is called, on the tick's own thread, as if another one had been sooner.
 */
@Timeout(20)
class PeriodicCancelWindowTest {
  /** A virtual clock that does something when a library thread reads it. */
  private static final class InterposedClock implements MonotonicClock {
    final VirtualClock clock = new VirtualClock();
    volatile Runnable interposed = () -> {};

    @Override
    public long nanoTime() {
      if (Thread.currentThread().getName().startsWith("lifecycle-worker")) {
        interposed.run();
      }
      return clock.nanoTime();
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public void parkUntil(Object blocker, long nanos) {
      clock.parkUntil(blocker, nanos);
    }

    @Override
    public boolean follow(Follower follower) {
      return clock.follow(follower);
    }

    @Override
    public void unfollow(Follower follower) {
      clock.unfollow(follower);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void itsBodyNeverBeginsAndItIsCountedOnce(int reading) throws Exception {
    InterposedClock clock = new InterposedClock();
    ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1);
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger readings = new AtomicInteger();
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.name("window").clock(clock))) {
      Supervisor app = lifecycle.supervisor("app", o -> o.scope(s -> s.timeout(Duration.ofDays(1))));
      ScheduledExecutorService view = app.supervise("jobs", pool);
      ScheduledFuture<?> future = view.scheduleWithFixedDelay(runs::incrementAndGet, 1, 1, SECONDS);
      clock.interposed =
          () -> {
            if (readings.incrementAndGet() == reading) {
              assertThat(future.cancel(true)).isTrue();
            }
          };
      clock.clock.advance(Duration.ofSeconds(1));
      Soon.until(() -> readings.get() >= reading);
      Soon.asserted(() -> assertThat(lifecycle.counts().get("jobs").cancelled()).isEqualTo(1));
      assertThat(future.isCancelled()).isTrue();
      assertThat(view.submit(() -> "next").get()).as("the pool has come past the task").isEqualTo("next");
      assertThat(runs).hasValue(0);
      Soon.asserted(() -> assertThat(Snapshot.take(lifecycle).tasks()).as("no task is left in the list").isZero());
      view.shutdown();
      assertThat(view.awaitTermination(10, SECONDS)).isTrue();
      TaskCounts counts = lifecycle.counts().get("jobs");
      assertThat(counts.forked()).isEqualTo(2);
      assertThat(counts.cancelled()).isEqualTo(1);
      assertThat(counts.live()).isZero();
    } finally {
      pool.shutdown();
    }
  }
}
