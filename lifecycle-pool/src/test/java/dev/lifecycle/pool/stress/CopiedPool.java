package dev.lifecycle.pool.stress;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import dev.lifecycle.pool.AcquireTimeoutException;
import dev.lifecycle.pool.PoolClosedException;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** The protocol of the pool, small enough to put a bug into it: slots with a word, a line, a signal. Objects are made and ended by the thread that finds the need. */
final class CopiedPool implements Subject {
  /** What is wrong with it. */
  enum Bug {
    NONE,
    /** A close asks whether the object is leased, not whether by this lease. */
    CLOSES_ANY_GENERATION,
    /** Who joins the line does not look for what was freed meanwhile. */
    QUEUES_WITHOUT_A_SEARCH,
    /** A release looks for waiters before it frees. */
    LOOKS_BEFORE_IT_FREES,
    /** Who times out or is interrupted leaves without asking whether it was served. */
    LEAVES_BLINDLY,
    /** A loss to a newcomer is not counted. */
    COUNTS_NO_LOSS,
    /** A close sweeps before it says that the pool is closed. */
    SWEEPS_TOO_EARLY,
    /** A revoked object is ended while its holder uses it. */
    ENDS_UNDER_THE_HOLDER,
    /** Objects that are being made do not count. */
    FORGETS_WHAT_IS_BEING_MADE,
    /** The object is reset when it is free. */
    RESETS_AFTER_IT_FREES
  }

  static final int LOSSES = 4;
  private static final int FREE = 1;
  private static final int CLAIMED = 2;
  private static final int RETURNING = 3;
  private static final int RETIRED = 4;
  private static final int WAITERS = 1;
  private static final int DIRECT = 2;
  private static final int UNUSUAL = 4;
  private static final int MOST = 4;

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    volatile Copy lease;
    volatile boolean closed;
    int losses;
  }

  private static final class Place {
    final AtomicLong word = new AtomicLong(); // generation and state; zero: empty
    volatile Item item;
  }

  private final Round round;
  private final Bug bug;
  private final Place[] places = Stream.generate(Place::new).limit(MOST).toArray(Place[]::new);
  private final LongAdder stale = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private volatile int signal;
  private int limit;
  private int existing;
  private int making;
  private boolean closed;

  CopiedPool(Round round, int size, Bug bug) {
    this.round = round;
    this.limit = size;
    this.bug = bug;
  }

  private static long as(long word, int state) {
    return word & ~7L | state;
  }

  private static long next(long word) {
    return as(word + 8, CLAIMED);
  }

  private static int state(long word) {
    return (int) (word & 7);
  }

  private final class Copy implements Lease<Item> {
    final Place place;
    final long claim;
    final Item item;

    Copy(Place place, long claim) {
      this.place = place;
      this.claim = claim;
      this.item = place.item;
    }

    @Override
    public Item get() {
      if (!isOpen()) {
        throw new LeaseClosedException("closed");
      }
      return item;
    }

    @Override
    public boolean isOpen() {
      return place.word.get() == claim;
    }

    @Override
    public void invalidate() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      release(place, claim, item);
    }
  }

  @Override
  public Lease<Item> tryAcquire() {
    if ((signal & (DIRECT | UNUSUAL)) == 0) {
      for (Place place : places) {
        long w = place.word.get();
        if (state(w) == FREE && place.word.compareAndSet(w, next(w))) {
          return new Copy(place, next(w));
        }
      }
    }
    return null;
  }

  private void release(Place place, long lease, Item item) {
    long claim = bug == Bug.CLOSES_ANY_GENERATION ? as(place.word.get(), CLAIMED) : lease;
    long held = claim;
    if (round.resets && bug != Bug.RESETS_AFTER_IT_FREES) {
      held = as(claim, RETURNING);
      if (!place.word.compareAndSet(claim, held)) {
        stale(place, claim);
        return;
      }
      item.reset();
    }
    int before = signal;
    if ((before & (DIRECT | UNUSUAL)) == 0) {
      if (bug == Bug.LOOKS_BEFORE_IT_FREES) {
        Race.linger();
      }
      if (!place.word.compareAndSet(held, as(held, FREE))) {
        stale(place, claim);
        return;
      }
      if (bug == Bug.RESETS_AFTER_IT_FREES) {
        Race.linger();
        item.reset();
      }
      if (bug == Bug.COUNTS_NO_LOSS) {
        Race.linger();
      }
      if ((bug == Bug.LOOKS_BEFORE_IT_FREES ? before : signal) != 0) {
        lock.lock();
        try {
          serve(place, as(held, FREE));
        } finally {
          publish();
          lock.unlock();
        }
      }
      return;
    }
    lock.lock();
    boolean won;
    try {
      won = give(place, held);
    } finally {
      publish();
      lock.unlock();
    }
    if (!won) {
      stale(place, claim);
    }
  }

  private void stale(Place place, long claim) {
    long revoked = as(claim + 8, RETIRED);
    lock.lock();
    try {
      if (place.word.get() == revoked && end(place, revoked)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    stale.increment();
  }

  private void serve(Place place, long free) {
    Waiter first = line.peek();
    if (closed || existing > limit) {
      end(place, free);
    } else if (first != null && !handOver(place, free) && bug != Bug.COUNTS_NO_LOSS) {
      first.losses++;
    }
  }

  private boolean give(Place place, long held) {
    if (closed || existing > limit) {
      return end(place, held);
    }
    return line.isEmpty() ? place.word.compareAndSet(held, as(held, FREE)) : handOver(place, held);
  }

  private boolean handOver(Place place, long held) {
    if (!place.word.compareAndSet(held, next(held))) {
      return false;
    }
    Waiter first = line.remove();
    first.lease = new Copy(place, next(held));
    LockSupport.unpark(first.thread);
    return true;
  }

  private boolean end(Place place, long held) {
    Item item = place.item;
    if (!place.word.compareAndSet(held, as(held, 0))) {
      return false;
    }
    item.end();
    existing--;
    return true;
  }

  private void publish() {
    Waiter first = line.peek();
    signal = (first == null ? 0 : WAITERS) | (first != null && first.losses >= LOSSES ? DIRECT : 0) | (closed || existing > limit ? UNUSUAL : 0);
  }

  @Override
  public Lease<Item> acquire(Duration timeout) throws InterruptedException {
    Lease<Item> free = tryAcquire();
    if (free != null) {
      return free;
    }
    if (bug == Bug.QUEUES_WITHOUT_A_SEARCH) {
      Race.linger();
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    Waiter me = new Waiter();
    lock.lock();
    boolean makes = false;
    try {
      if (closed) {
        throw new PoolClosedException("closed");
      }
      line.add(me);
      publish();
      if (bug != Bug.QUEUES_WITHOUT_A_SEARCH) {
        search();
      }
      makes = me.lease == null && existing - (bug == Bug.FORGETS_WHAT_IS_BEING_MADE ? making : 0) < limit && existing < MOST;
      existing += makes ? 1 : 0;
      making += makes ? 1 : 0;
    } finally {
      publish();
      lock.unlock();
    }
    if (makes) {
      make();
    }
    return await(me, deadline);
  }

  private void search() {
    for (Place place : places) {
      long w = place.word.get();
      if (state(w) == FREE && !line.isEmpty()) {
        handOver(place, w);
      }
    }
  }

  private void make() {
    Item item = round.make();
    Race.dawdle();
    lock.lock();
    try {
      making--;
      Place place = Stream.of(places).filter(p -> state(p.word.get()) == 0).findFirst().orElseThrow();
      place.item = item;
      long made = as(place.word.get(), RETURNING);
      place.word.set(made);
      give(place, made);
    } finally {
      publish();
      lock.unlock();
    }
  }

  private Lease<Item> await(Waiter me, long deadline) throws InterruptedException {
    while (me.lease == null) {
      if (me.closed) {
        throw new PoolClosedException("closed");
      }
      boolean interrupted = Thread.currentThread().isInterrupted();
      if (interrupted || System.nanoTime() >= deadline) {
        if (bug == Bug.LEAVES_BLINDLY) {
          Race.linger();
        }
        if (withdraw(me) || bug == Bug.LEAVES_BLINDLY) {
          if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
          }
          throw new AcquireTimeoutException("timeout", limit, 0, 0, List.of(), null);
        }
      } else {
        LockSupport.parkNanos(this, deadline - System.nanoTime());
      }
    }
    return me.lease;
  }

  private boolean withdraw(Waiter me) {
    lock.lock();
    try {
      return line.remove(me);
    } finally {
      publish();
      lock.unlock();
    }
  }

  @Override
  public void resize(int size) {
    lock.lock();
    try {
      limit = size;
      publish();
      for (Place place : places) {
        long w = place.word.get();
        if (existing > limit && state(w) == FREE) {
          end(place, w);
        }
      }
    } finally {
      publish();
      lock.unlock();
    }
  }

  @Override
  public void initiateClose() {
    lock.lock();
    try {
      if (bug == Bug.SWEEPS_TOO_EARLY) {
        sweep();
        Race.linger();
      }
      closed = true;
      publish();
      for (Waiter waiter = line.poll(); waiter != null; waiter = line.poll()) {
        waiter.closed = true;
        LockSupport.unpark(waiter.thread);
      }
      if (bug != Bug.SWEEPS_TOO_EARLY) {
        sweep();
      }
    } finally {
      publish();
      lock.unlock();
    }
  }

  private void sweep() {
    for (Place place : places) {
      long w = place.word.get();
      if (state(w) == FREE) {
        end(place, w);
      }
    }
  }

  @Override
  public void close() {
    initiateClose();
    lock.lock();
    try {
      for (Place place : places) {
        long w = place.word.get();
        long revoked = as(w + 8, RETIRED);
        if (state(w) == CLAIMED && place.word.compareAndSet(w, revoked) && bug == Bug.ENDS_UNDER_THE_HOLDER) {
          end(place, revoked);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void settle() {}

  private int count(int... states) {
    int count = 0;
    for (Place place : places) {
      for (int state : states) {
        count += state(place.word.get()) == state ? 1 : 0;
      }
    }
    return count;
  }

  @Override
  public int pending() {
    return signal & WAITERS;
  }

  @Override
  public int idle() {
    return count(FREE);
  }

  @Override
  public int leased() {
    return count(CLAIMED, RETIRED);
  }

  @Override
  public int existing() {
    lock.lock();
    try {
      return existing;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long staleCloses() {
    return stale.sum();
  }

  @Override
  public boolean isTerminated() {
    return closed && existing() == 0;
  }
}
