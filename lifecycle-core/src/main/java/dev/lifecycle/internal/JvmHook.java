package dev.lifecycle.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a supervisor when the JVM shuts down. The hook waits for the drain and the grace of the options and a quarter of a second, and never longer: cleanup
 * and tasks that ignore their cancel must not keep the JVM from ending.
 */
final class JvmHook {
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final SupervisorHandle handle;
  private final Thread thread;

  JvmHook(SupervisorHandle handle) {
    this.handle = handle;
    this.thread = Workers.daemon(this::run, "lifecycle-shutdown");
  }

  void install() {
    Runtime.getRuntime().addShutdownHook(thread);
  }

  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      return; // the JVM shuts down: the hook runs or has run
    }
  }

  private void run() {
    Shutdown shutdown = handle.supervision.shutdown;
    Duration drain = handle.supervision.options.drain();
    Duration grace = handle.core.options.grace();
    CountDownLatch done = new CountDownLatch(1);
    handle.core.lifecycle.workers.execute(
        () -> {
          try {
            shutdown.drain(drain);
            shutdown.awaitDrained();
            shutdown.cancel(shutdown.after(grace), true);
            shutdown.awaitEnd();
            shutdown.close();
            Reports.say(shutdown.report().toString());
          } catch (InterruptedException e) {
            Reports.internal("the shutdown of " + handle + " was interrupted", e);
          } finally {
            done.countDown();
          }
        });
    long bound = Times.after(Times.after(Times.toNanos(drain), Times.toNanos(grace)), SETTLE_NANOS);
    try {
      if (!done.await(bound, TimeUnit.NANOSECONDS)) {
        Reports.internal("the JVM ends before the shutdown of " + handle + " has: its cleanup takes longer than " + drain + " and " + grace, null);
      }
    } catch (InterruptedException e) {
      Reports.internal("the JVM ends before the shutdown of " + handle + " has: its hook was interrupted", e);
    }
  }
}
