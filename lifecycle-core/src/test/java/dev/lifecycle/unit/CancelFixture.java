package dev.lifecycle.unit;

import dev.lifecycle.FailureListener;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleException;
import dev.lifecycle.junit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** What the tests of cancel share: a lifecycle on a virtual clock, its reports, and bodies that park until they are released or interrupted. */
abstract class CancelFixture {
  final VirtualClock clock = new VirtualClock();
  final Recorder reports = new Recorder();
  final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports));
  private final List<Parked> parked = new CopyOnWriteArrayList<>();

  @AfterEach
  void releaseAllAndClose() {
    parked.forEach(Parked::release);
    Thread.interrupted();
    try {
      lifecycle.close();
    } catch (LifecycleException e) {
      // what a test left unseen on purpose
    }
  }

  /** A body that ends at its first interrupt. */
  final Parked parked() {
    return stubborn(0);
  }

  /** A body that no interrupt ends. */
  final Parked stubborn() {
    return stubborn(Integer.MAX_VALUE);
  }

  /** A body that ignores so many interrupts. */
  final Parked stubborn(int ignored) {
    Parked body = new Parked(ignored);
    parked.add(body);
    return body;
  }

  /** Waits for an effect. */
  static void until(Callable<Boolean> effect) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(10)).until(effect);
  }

  /** Moves the clock to the next thing that is due, as soon as there is one. */
  final void step() {
    until(clock::advanceToNextDeadline);
  }

  final Duration now() {
    return Duration.ofNanos(clock.nanoTime());
  }

  /** Waits on a latch, whatever interrupts come. Returns how many came. */
  static int awaitThroughInterrupts(CountDownLatch latch) {
    for (int interrupts = 0; ; ) {
      try {
        latch.await();
        return interrupts;
      } catch (InterruptedException e) {
        interrupts++;
      }
    }
  }

  /** A body that parks. */
  static final class Parked implements Callable<String> {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    final AtomicInteger interrupts = new AtomicInteger();
    volatile Thread thread;
    private final CountDownLatch released = new CountDownLatch(1);
    private final int ignored;

    Parked(int ignored) {
      this.ignored = ignored;
    }

    @Override
    public String call() throws InterruptedException {
      thread = Thread.currentThread();
      started.countDown();
      try {
        for (;;) {
          try {
            released.await();
            return "released";
          } catch (InterruptedException e) {
            if (interrupts.incrementAndGet() > ignored) {
              throw e;
            }
          }
        }
      } finally {
        ended.countDown();
      }
    }

    void release() {
      released.countDown();
    }

    void awaitStart() throws InterruptedException {
      started.await();
    }

    void awaitInterrupts(int n) {
      until(() -> interrupts.get() >= n);
    }
  }

  /** Keeps every report and the virtual time at which it came. */
  final class Recorder implements FailureListener {
    final List<FailureReport> all = new CopyOnWriteArrayList<>();
    final List<Duration> times = new CopyOnWriteArrayList<>();

    @Override
    public void onFailure(FailureReport report) {
      times.add(now());
      all.add(report);
    }

    List<FailureReport> of(FailureReport.Kind kind) {
      return all.stream().filter(r -> r.kind() == kind).toList();
    }

    void await(FailureReport.Kind kind, int n) {
      until(() -> of(kind).size() >= n);
    }
  }
}
