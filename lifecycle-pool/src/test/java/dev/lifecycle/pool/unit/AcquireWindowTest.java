package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lease;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.junit.VirtualClock;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rules 4 and 6 at the one moment that matters: an object has been freed and the first in line has not got it yet. The releaser reads the clock there, and this clock
 * does something first.
 */
class AcquireWindowTest extends AcquireFixture {
  private static final int LOSSES = 4;

  private final WindowClock window = new WindowClock();
  private final Lifecycle windowed = Lifecycle.create(o -> o.clock(window).failureListener(reports::add));
  private Scope owner;

  @BeforeEach
  void open() {
    owner = windowed.open("app.windowed", o -> o.grace(Duration.ZERO));
  }

  @AfterEach
  void close() {
    owner.close();
    windowed.close();
  }

  private ObjectPool<Thing> one() throws InterruptedException {
    return filled(ObjectPool.in(owner, "test.windowed", things::make).size(1));
  }

  @Test
  void afterFourLossesAReleaseGoesToTheFirstInLineAndNewcomersQueue() throws InterruptedException {
    ObjectPool<Thing> pool = one();
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    for (int i = 0; i < LOSSES; i++) {
      AtomicReference<Lease<Thing>> stolen = new AtomicReference<>();
      window.once(() -> stolen.set(pool.tryAcquire()));
      held.close();
      held = stolen.get();
      assertThat(held).as("a newcomer is quicker").isNotNull();
      assertThat(pool.stats().pending()).isEqualTo(1);
    }
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    AtomicReference<Lease<Thing>> fifth = new AtomicReference<>();
    window.once(() -> fifth.set(pool.tryAcquire()));
    held.close();
    assertThat(fifth.get()).as("it was never free").isNull();
    Lease<Thing> given = first.value();
    assertThat(second.isDone()).isFalse();
    given.close();
    second.value().close();
  }

  @Test
  void theNextInLineBeginsWithNoLosses() throws InterruptedException {
    ObjectPool<Thing> pool = one();
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> first = waitIn(pool, LONG);
    AcquireCaller<Lease<Thing>> second = waitIn(pool, LONG);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < LOSSES; i++) {
        AtomicReference<Lease<Thing>> stolen = new AtomicReference<>();
        window.once(() -> stolen.set(pool.tryAcquire()));
        held.close();
        held = stolen.get();
        assertThat(held).as("round %s, loss %s", round, i).isNotNull();
      }
      held.close();
      held = (round == 0 ? first : second).value();
    }
    held.close();
  }

  @Test
  void aWaiterThatIsInterruptedDuringItsHandOffGetsTheObjectAndKeepsTheFlag() throws InterruptedException {
    ObjectPool<Thing> pool = one();
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, LONG);
    window.once(() -> {
      waiter.interrupt();
      awaitLeaving(waiter);
    });
    held.close();
    assertThat(waiter.value().isOpen()).isTrue();
    assertThat(waiter.wasFlagged()).isTrue();
    assertThat(pool.stats().leased()).isEqualTo(1);
  }

  @Test
  void aWaiterWhoseTimeIsOverDuringItsHandOffGetsTheObject() throws InterruptedException {
    ObjectPool<Thing> pool = one();
    Lease<Thing> held = pool.acquire(LONG);
    AcquireCaller<Lease<Thing>> waiter = waitIn(pool, Duration.ofMillis(10));
    window.once(() -> {
      window.time.advance(Duration.ofMillis(10));
      awaitLeaving(waiter);
    });
    held.close();
    assertThat(waiter.value().isOpen()).isTrue();
    assertThat(pool.stats().timeouts()).isZero();
  }

  /** Waits until the waiter wants the pool's lock, which the releaser has. */
  private static void awaitLeaving(AcquireCaller<?> waiter) {
    until(() -> LockSupport.getBlocker(waiter.thread()) instanceof AbstractOwnableSynchronizer);
  }

  @Test
  void aReleaseAndAnAcquireThatMeetNeverMissEachOther() throws Exception {
    ObjectPool<Thing> pool = one();
    CyclicBarrier start = new CyclicBarrier(2);
    CyclicBarrier end = new CyclicBarrier(2);
    int rounds = 5_000;
    AtomicReference<Lease<Thing>> held = new AtomicReference<>(pool.acquire(LONG));
    AcquireCaller<Boolean> acquirer = AcquireCaller.run(() -> {
      for (int i = 0; i < rounds; i++) {
        start.await();
        spin();
        Lease<Thing> mine = pool.acquire(LONG); // for ever, if it is missed
        end.await();
        held.set(mine);
      }
      return true;
    });
    AcquireCaller<Boolean> releaser = AcquireCaller.run(() -> {
      for (int i = 0; i < rounds; i++) {
        Lease<Thing> mine = held.getAndSet(null);
        while (mine == null) {
          Thread.yield();
          mine = held.getAndSet(null);
        }
        start.await();
        spin();
        mine.close();
        end.await();
      }
      return true;
    });
    assertThat(releaser.value()).isTrue();
    assertThat(acquirer.value()).isTrue();
  }

  private static void spin() {
    for (int i = ThreadLocalRandom.current().nextInt(200); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** A clock moved by hand that does one thing before the next reading by the thread that asked for it. */
  private static final class WindowClock implements MonotonicClock {
    final VirtualClock time = new VirtualClock();
    private final ThreadLocal<Runnable> next = new ThreadLocal<>();

    void once(Runnable act) {
      next.set(act);
    }

    @Override
    public long nanoTime() {
      Runnable act = next.get();
      if (act != null) {
        next.remove();
        act.run();
      }
      return time.nanoTime();
    }

    @Override
    public Instant instant() {
      return time.instant();
    }

    @Override
    public void parkUntil(Object blocker, long nanos) {
      time.parkUntil(blocker, nanos);
    }

    @Override
    public boolean follow(Follower follower) {
      return time.follow(follower);
    }

    @Override
    public void unfollow(Follower follower) {
      time.unfollow(follower);
    }
  }
}
