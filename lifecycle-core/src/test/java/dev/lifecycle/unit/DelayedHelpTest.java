package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Supervisor;
import dev.lifecycle.junit.VirtualClock;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread of a pool that waits for a task helps with what has not begun, but not with what is not due. */
@Timeout(20)
class DelayedHelpTest {
  @Test
  void aWaiterOnThePoolRunsNoDelayedTaskEarly() {
    ScheduledExecutorService pool = Executors.newScheduledThreadPool(1);
    Lifecycle lifecycle = Lifecycle.create(o -> o.name("delayed").clock(new VirtualClock()));
    try (Supervisor app = lifecycle.supervisor("app", o -> o)) {
      ScheduledExecutorService view = app.supervise("jobs", pool);
      AtomicReference<Thread> waiter = new AtomicReference<>();
      AtomicBoolean ran = new AtomicBoolean();
      Future<Boolean> outer = view.submit(() -> {
        Future<Boolean> later = view.schedule(() -> ran.getAndSet(true), 1, TimeUnit.HOURS);
        waiter.set(Thread.currentThread());
        return later.get();
      });
      await().until(() -> outer.isDone() || waiter.get() != null && waiter.get().getState() == Thread.State.WAITING);
      assertThat(ran).isFalse();
      assertThat(outer.isDone()).isFalse();
      outer.cancel(true);
      view.shutdownNow();
    }
    lifecycle.close();
    pool.shutdown();
  }
}
