package dev.lifecycle.pool.stress;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The state of one round: a pool with some idle objects, and what was seen to be wrong. */
final class Round {
  static final Duration LONG = Duration.ofSeconds(10);

  final Subject pool;
  final boolean resets;
  final AtomicInteger alive = new AtomicInteger();
  final AtomicInteger mostAlive = new AtomicInteger();
  final AtomicInteger repeats = new AtomicInteger();
  final List<Boolean> claims = new ArrayList<>(); // written by who has the only object

  /** The lease with which a race begins. */
  Lease<Item> first;

  /** The last lease that a newcomer was seen to take. */
  volatile Lease<Item> current;

  volatile Thread victim;
  volatile boolean done;
  private final AtomicReference<String> wrong = new AtomicReference<>();

  Round(boolean resets, int idle, Function<Round, Subject> making) {
    this.resets = resets;
    this.pool = making.apply(this);
    List<Lease<Item>> leases = new ArrayList<>();
    try {
      for (int i = 0; i < idle; i++) {
        leases.add(pool.acquire(LONG));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    leases.forEach(Lease::close);
    pool.settle();
  }

  /** A round that begins with a lease of an object. */
  Round leased() {
    try {
      first = pool.acquire(LONG);
      current = first;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  Item make() {
    mostAlive.accumulateAndGet(alive.incrementAndGet(), Math::max);
    return new Item(this);
  }

  void wrong(String what) {
    wrong.compareAndSet(null, what);
  }

  /** Uses an object for a moment and closes the lease. */
  void use(Lease<Item> lease) {
    Item item;
    try {
      item = lease.get();
    } catch (LeaseClosedException e) { // revoked
      lease.close();
      return;
    }
    item.enter();
    Race.dawdle();
    item.leave();
    lease.close();
  }

  /** What is wrong when all have let go: something that was seen, or a count. */
  String violation() {
    pool.settle();
    if (wrong.get() != null) {
      return wrong.get();
    }
    if (pool.leased() != 0 || pool.pending() != 0) {
      return "leased " + pool.leased() + ", pending " + pool.pending() + " although all are gone";
    }
    if (pool.idle() != pool.existing()) {
      return "lost: idle " + pool.idle() + ", existing " + pool.existing();
    }
    return alive.get() == pool.existing() ? null : "alive " + alive + ", existing " + pool.existing();
  }

  /** What is wrong when the pool has been closed and all have let go. */
  String violationAtTheEnd() {
    pool.settle();
    if (wrong.get() != null) {
      return wrong.get();
    }
    if (alive.get() != 0) {
      return alive + " alive after the close";
    }
    return pool.isTerminated() ? null : "not terminated";
  }
}
