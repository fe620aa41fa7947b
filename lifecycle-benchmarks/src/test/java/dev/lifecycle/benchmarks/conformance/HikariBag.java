package dev.lifecycle.benchmarks.conformance;

import com.zaxxer.hikari.util.ConcurrentBag;
import dev.lifecycle.pool.conformance.Claim;
import dev.lifecycle.pool.conformance.NotOfferedException;
import dev.lifecycle.pool.conformance.PoolAdapter;
import dev.lifecycle.pool.conformance.Subject;
import dev.lifecycle.pool.conformance.Thing;
import dev.lifecycle.pool.conformance.TimedOutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bag inside HikariCP. Objects are made by whoever uses it: here all at once. */
final class HikariBag implements PoolAdapter {
  @Override
  public String name() {
    return "HikariCP " + Version.of("com.zaxxer", "HikariCP") + " ConcurrentBag";
  }

  @Override
  public Subject open(Setup setup) throws Exception {
    if (setup.fair()) {
      throw new NotOfferedException("no fair mode");
    }
    ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});
    for (int i = 0; i < setup.size(); i++) {
      bag.add(new Entry(made(setup)));
    }
    return new Opened(bag);
  }

  private static Thing made(Setup setup) throws Exception {
    try {
      return setup.factory().call();
    } catch (IllegalStateException e) {
      throw new NotOfferedException("makes no objects");
    }
  }

  private static final class Entry implements ConcurrentBag.IConcurrentBagEntry {
    private final AtomicInteger state = new AtomicInteger();
    private final Thing thing;

    Entry(Thing thing) {
      this.thing = thing;
    }

    @Override
    public boolean compareAndSet(int expected, int next) {
      return state.compareAndSet(expected, next);
    }

    @Override
    public void setState(int next) {
      state.set(next);
    }

    @Override
    public int getState() {
      return state.get();
    }
  }

  private record Opened(ConcurrentBag<Entry> bag) implements Subject {
    @Override
    public Claim acquire(Duration timeout) throws Exception {
      Entry entry = bag.borrow(Timeouts.nanos(timeout), TimeUnit.NANOSECONDS);
      if (entry == null) {
        throw new TimedOutException(null, null);
      }
      return new Borrowed(bag, entry);
    }

    @Override
    public Claim tryAcquire() throws Exception {
      Entry entry = bag.borrow(0, TimeUnit.NANOSECONDS);
      return entry == null ? null : new Borrowed(bag, entry);
    }

    @Override
    public void acquireAndClose() throws Exception {
      Entry entry = bag.borrow(10, TimeUnit.SECONDS);
      bag.requite(entry);
    }

    @Override
    public int waiters() {
      return bag.getWaitingThreadCount();
    }

    @Override
    public void close() {
      bag.close();
    }
  }

  private record Borrowed(ConcurrentBag<Entry> bag, Entry entry) implements Claim {
    @Override
    public Thing thing() {
      return entry.thing;
    }

    @Override
    public void close() {
      bag.requite(entry);
    }

    @Override
    public void invalidate() {
      bag.remove(entry);
    }
  }
}
