package dev.lifecycle.benchmarks.pool;

import com.zaxxer.hikari.util.ConcurrentBag;
import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The bag inside HikariCP, without the data source around it: no checks, no proxies. Its entries keep their state as HikariCP's own do. */
public class HikariBagSide extends Side<HikariBagSide.Entry> {
  /** An object of the bag. */
  public static final class Entry implements IConcurrentBagEntry {
    private static final AtomicIntegerFieldUpdater<Entry> STATE = AtomicIntegerFieldUpdater.newUpdater(Entry.class, "state");

    private volatile int state = STATE_NOT_IN_USE;

    @Override
    public boolean compareAndSet(int expected, int next) {
      return STATE.compareAndSet(this, expected, next);
    }

    @Override
    public void setState(int next) {
      STATE.set(this, next);
    }

    @Override
    public int getState() {
      return STATE.get(this);
    }
  }

  private ConcurrentBag<Entry> bag;

  @Override
  void create() {
    bag = new ConcurrentBag<>(waiting -> {});
    for (int i = 0; i < objects; i++) {
      bag.add(new Entry());
    }
  }

  @Override
  @Nullable Entry acquire() throws InterruptedException {
    return bag.borrow(TIMEOUT_NANOS, TimeUnit.NANOSECONDS);
  }

  @Override
  void release(Entry claim) {
    bag.requite(claim);
  }

  @Override
  public void close() {
    bag.close();
  }
}
