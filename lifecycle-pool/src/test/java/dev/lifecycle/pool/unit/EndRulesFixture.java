package dev.lifecycle.pool.unit;

import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/** A clock by hand, a lifecycle whose reports are kept, a scope that owns the pools, and things to pool that know how often they were ended. */
abstract class EndRulesFixture {
  static final Duration GRACE = Duration.ofSeconds(5);
  static final Duration LONG = Duration.ofDays(1_000);
  static final Duration TICK = Duration.ofNanos(1);

  final VirtualClock clock = new VirtualClock();
  final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add).threads(this::thread));
  final Scope scope = lifecycle.open("owner", o -> o.grace(GRACE));
  final Things things = new Things();

  @AfterEach
  void endWhateverIsLeft() {
    passTimeUntilDone(aside(() -> {
      lifecycle.close();
      return true;
    }));
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "of the pool");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> uncaught.add(e));
    return thread;
  }

  /** A pool of things in the scope. */
  ObjectPoolBuilder<Thing> pool(int size) {
    return ObjectPool.in(scope, "things", things).size(size);
  }

  /** Moves the clock, and waits until what the patrol found on the way has been told. */
  void pass(Duration time) {
    clock.advance(time);
    soon().until(() -> {
      TaskCounts told = lifecycle.counts().get("things.report");
      return told == null || told.live() == 0;
    });
  }

  /** Moves the clock on and on until it is done. */
  <T> T passTimeUntilDone(Aside<T> aside) {
    soon().until(() -> {
      if (!aside.isDone()) {
        pass(Duration.ofSeconds(1));
      }
      return aside.isDone();
    });
    return aside.get();
  }

  List<FailureReport> reports(FailureReport.Kind kind) {
    return reports.stream().filter(r -> r.kind() == kind).toList();
  }

  FailureReport awaitReport(FailureReport.Kind kind) {
    return soon().until(() -> reports(kind), found -> !found.isEmpty()).get(0);
  }

  String tree() {
    return Snapshot.take(lifecycle).toString();
  }

  static ConditionFactory soon() {
    return await().pollInSameThread().dontCatchUncaughtExceptions().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(15));
  }

  static <T> Aside<T> aside(Callable<T> body) {
    return new Aside<>(body);
  }

  /** Runs the body on a thread that has ended when this returns. */
  static <T> T onAThreadThatEnds(Callable<T> body) {
    Aside<T> aside = aside(body);
    T value = aside.get();
    try {
      aside.thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return value;
  }

  /** What is pooled. Its plain field is for what holders do to it. */
  static final class Thing implements AutoCloseable {
    final int id;
    final AtomicInteger ends = new AtomicInteger();
    int work;

    Thing(int id) {
      this.id = id;
    }

    boolean isAlive() {
      return ends.get() == 0;
    }

    @Override
    public void close() {
      ends.incrementAndGet();
    }

    @Override
    public String toString() {
      return "thing " + id + (isAlive() ? "" : ", ended " + ends + " times");
    }
  }

  /** Makes things, and keeps them. */
  static final class Things implements Callable<Thing> {
    final List<Thing> made = new CopyOnWriteArrayList<>();

    @Override
    public Thing call() {
      Thing thing = new Thing(made.size());
      made.add(thing);
      return thing;
    }

    int alive() {
      return (int) made.stream().filter(Thing::isAlive).count();
    }
  }

  /** Holds up whoever comes until the test lets go. */
  static final class Held {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    volatile Thread thread;
    volatile boolean interrupted;

    /** Waits, deaf to interrupts. */
    void deaf() {
      begin();
      for (;;) {
        try {
          gate.await();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }

    void listening() throws InterruptedException {
      begin();
      try {
        gate.await();
      } catch (InterruptedException e) {
        interrupted = true;
        throw e;
      }
    }

    private void begin() {
      thread = Thread.currentThread();
      begun.countDown();
    }

    boolean hasBegun() {
      return begun.getCount() == 0;
    }

    void awaitBegun() {
      try {
        if (!begun.await(15, TimeUnit.SECONDS)) {
          throw new AssertionError("it has not begun");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void letGo() {
      gate.countDown();
    }
  }

  /** Something that runs on a platform thread of its own, beside the test. */
  static final class Aside<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    final Thread thread;

    private Aside(Callable<T> body) {
      thread = new Thread(() -> {
        try {
          result.complete(body.call());
        } catch (Throwable t) {
          result.completeExceptionally(t);
        }
      }, "aside");
      thread.setDaemon(true);
      thread.start();
    }

    Aside<T> awaitWaiting() {
      soon().until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
      return this;
    }

    boolean isDone() {
      return result.isDone();
    }

    T get() {
      return result.orTimeout(15, TimeUnit.SECONDS).join();
    }

    /** What it threw. */
    Throwable failure() {
      try {
        throw new AssertionError("returned " + get());
      } catch (CompletionException e) {
        return e.getCause();
      }
    }
  }
}
