package dev.lifecycle.pool.unit;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of acquiring share: a scope on a clock that stands, pools of things that know their users, and callers that wait beside the test. */
@Timeout(60)
abstract class AcquireFixture {
  /** Longer than any test moves its clock, unless it says so. */
  static final Duration LONG = Duration.ofHours(1);

  final VirtualClock clock = new VirtualClock();
  final List<FailureReport> reports = new CopyOnWriteArrayList<>();
  final Lifecycle lifecycle = Lifecycle.create(o -> o.clock(clock).failureListener(reports::add));
  final Scope scope = lifecycle.open("app", o -> o.grace(Duration.ZERO)); // the clock stands: a close must not wait for what a test left behind
  final Things things = new Things();

  @AfterEach
  void closeAll() {
    Thread.interrupted();
    scope.close();
    lifecycle.close();
  }

  final ObjectPoolBuilder<Thing> pool(int size) {
    return ObjectPool.in(scope, "test.things", things::make).size(size);
  }

  /** A pool of which every object exists and is idle. */
  static ObjectPool<Thing> filled(ObjectPoolBuilder<Thing> builder) throws InterruptedException {
    ObjectPool<Thing> pool = builder.build();
    takeAll(pool).forEach(Lease::close);
    return pool;
  }

  static List<Lease<Thing>> takeAll(ObjectPool<Thing> pool) throws InterruptedException {
    List<Lease<Thing>> all = new ArrayList<>();
    while (all.size() < pool.stats().limit()) {
      all.add(pool.acquire(LONG));
    }
    return all;
  }

  /** Lets a caller wait in line, and returns when it does. Nothing else may enter or leave the line meanwhile. */
  static AcquireCaller<Lease<Thing>> waitIn(ObjectPool<Thing> pool, Duration timeout) {
    return lineUp(pool, () -> pool.acquire(timeout));
  }

  /** As above, for whatever waits in line. */
  static <T> AcquireCaller<T> lineUp(ObjectPool<Thing> pool, Callable<T> call) {
    int before = pool.stats().pending();
    AcquireCaller<T> caller = AcquireCaller.run(call);
    until(() -> pool.stats().pending() == before + 1 || caller.isDone());
    return caller;
  }

  static void until(Callable<Boolean> effect) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(20)).until(effect);
  }

  static void asserted(ThrowingRunnable assertion) {
    Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
  }

  /** Makes things, and remembers them. */
  static final class Things {
    final List<Thing> made = new CopyOnWriteArrayList<>();

    Thing make() {
      Thing thing = new Thing(made.size());
      made.add(thing);
      return thing;
    }
  }

  /** Something that notices if two use it at once, or if it is used after its end. */
  static final class Thing implements AutoCloseable {
    final int number;
    final AtomicInteger closes = new AtomicInteger();
    private final AtomicBoolean used = new AtomicBoolean();

    Thing(int number) {
      this.number = number;
    }

    void use() {
      if (!used.compareAndSet(false, true)) {
        throw new AssertionError(this + " has two users");
      }
      if (closes.get() > 0) {
        throw new AssertionError(this + " is used after its end");
      }
    }

    void unuse() {
      used.set(false);
    }

    @Override
    public void close() {
      closes.incrementAndGet();
    }

    @Override
    public String toString() {
      return "thing " + number;
    }
  }
}
