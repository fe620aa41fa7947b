package dev.lifecycle.pool.conformance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The plainest pool that keeps the rules, under one lock; and, on demand, with one bug that the kit must catch. */
final class SeededPool implements Subject {
  /** What may be wrong, and by which rule it is found. */
  enum Bug {
    SLOW_CLAIM(Rule.AN_IDLE_OBJECT_IS_GIVEN_AT_ONCE),
    EARLY_TIMEOUT(Rule.A_TIMEOUT_IS_NEVER_EARLY),
    LATE_TIMEOUT(Rule.A_TIMEOUT_IS_NOT_LATE),
    WRONG_FIGURES(Rule.A_TIMEOUT_TELLS_THE_FIGURES),
    NO_HOLDERS(Rule.A_TIMEOUT_TELLS_WHO_HOLDS),
    SILENT_FACTORY(Rule.A_CREATION_FAILURE_IS_TOLD),
    ZERO_IS_FOR_EVER(Rule.ZERO_IS_A_TRY),
    LESS_THAN_ZERO_IS_FOR_EVER(Rule.LESS_THAN_ZERO_IS_A_TRY),
    OVERFLOW(Rule.A_HUGE_TIMEOUT_DOES_NOT_OVERFLOW),
    LAST_IN_FIRST_OUT(Rule.A_RELEASE_GOES_TO_THE_OLDEST_WAITER),
    BARGING(Rule.NEWCOMERS_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES),
    BARGING_TRIES(Rule.TRIES_OVERTAKE_A_BOUNDED_NUMBER_OF_TIMES),
    UNFAIR(Rule.FAIR_MEANS_NEWCOMERS_QUEUE),
    UNFAIR_TRIES(Rule.FAIR_MEANS_TRIES_QUEUE),
    INTERRUPT_BEFORE_IDLE(Rule.INTERRUPTED_BEFORE_AN_IDLE_OBJECT_IS_GIVEN),
    FLAG_LOST(Rule.INTERRUPTED_BEFORE_AN_IDLE_OBJECT_IS_GIVEN),
    DEAF(Rule.INTERRUPTED_BEFORE_NOTHING_IS_CLAIMED),
    LOST_BY_INTERRUPT(Rule.AN_INTERRUPT_RACING_A_RELEASE_LOSES_NOTHING),
    LOST_BY_TIMEOUT(Rule.A_TIMEOUT_RACING_A_RELEASE_LOSES_NOTHING),
    DOUBLE_CLOSE(Rule.A_SECOND_CLOSE_DOES_NOTHING),
    CLOSE_COMPLAINS(Rule.A_SECOND_CLOSE_DOES_NOTHING),
    UNCOUNTED(Rule.A_SECOND_CLOSE_IS_COUNTED),
    STALE_CLOSE(Rule.A_STALE_CLOSE_NEVER_AFFECTS_THE_NEW_OWNER),
    RACY_CLOSE(Rule.STALE_CLOSES_OF_MANY_THREADS_AFFECT_NOBODY),
    GET_AFTER_CLOSE(Rule.USE_AFTER_CLOSE_FAILS),
    GET_AFTER_INVALIDATE(Rule.USE_AFTER_INVALIDATE_FAILS),
    OWN_THREAD_ONLY(Rule.ANOTHER_THREAD_MAY_CLOSE),
    FORGETFUL(Rule.MANY_CLAIMS_CLOSED_ELSEWHERE_ALL_COME_BACK);

    final Rule rule;

    Bug(Rule rule) {
      this.rule = rule;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Thing> idle = new ArrayDeque<>();
  private final Deque<Waiter> queue = new ArrayDeque<>();
  private final PoolAdapter.Setup setup;
  private final Bug bug;
  private int existing;
  private int waiting;
  private long stale;
  private int closes;

  /** One in the queue. */
  private final class Waiter {
    final Condition served = lock.newCondition();
    Thing thing;
  }

  private SeededPool(PoolAdapter.Setup setup, Bug bug) {
    this.setup = setup;
    this.bug = bug;
  }

  /** The pool with a bug, or without one if that is null. */
  static PoolAdapter with(Bug bug) {
    return new PoolAdapter() {
      @Override
      public String name() {
        return "seeded";
      }

      @Override
      public Subject open(Setup setup) {
        return new SeededPool(setup, bug);
      }
    };
  }

  @Override
  public Claim acquire(Duration timeout) throws Exception {
    if (bug == Bug.SLOW_CLAIM) {
      Thread.sleep(60);
    }
    boolean flagged = bug == Bug.DEAF && Thread.interrupted();
    lock.lock();
    try {
      if (bug == Bug.INTERRUPT_BEFORE_IDLE && Thread.interrupted()) {
        throw new InterruptedException();
      }
      Thing thing = idle();
      return new Held(thing != null ? thing : await(timeout));
    } finally {
      lock.unlock();
      if (flagged) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Claim tryAcquire() {
    lock.lock();
    try {
      Thing thing = idle.poll();
      return thing == null ? null : new Held(thing);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void acquireAndClose() throws Exception {
    acquire(Duration.ofSeconds(5)).close();
  }

  @Override
  public int waiters() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long staleCloses() {
    return stale;
  }

  @Override
  public void close() {
    // Nothing to free.
  }

  private Thing idle() throws Exception {
    if (idle.isEmpty() && existing < setup.size()) {
      try {
        Thing made = setup.factory().call();
        existing++;
        return made;
      } catch (IllegalStateException e) {
        throw bug == Bug.SILENT_FACTORY ? new TimedOutException(null, null) : e;
      }
    }
    if (bug == Bug.FLAG_LOST) {
      Thread.interrupted();
    }
    return idle.poll();
  }

  private Thing await(Duration timeout) throws Exception {
    long nanos = nanos(timeout);
    if (nanos <= 0) {
      throw new TimedOutException(null, null);
    }
    Waiter self = new Waiter();
    if (bug == Bug.LAST_IN_FIRST_OUT) {
      queue.addFirst(self);
    } else {
      queue.addLast(self);
    }
    waiting++;
    try {
      while (self.thing == null && nanos > 0) {
        nanos = self.served.awaitNanos(barges() ? Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100)) : nanos);
        if (barges() && self.thing == null) {
          self.thing = idle.poll();
        }
      }
      if (bug == Bug.LOST_BY_INTERRUPT && Thread.interrupted()) {
        throw new InterruptedException();
      }
    } catch (InterruptedException e) {
      giveUp(self, bug == Bug.LOST_BY_INTERRUPT);
      throw e;
    } finally {
      waiting--;
    }
    if (self.thing != null && !(nanos <= 0 && bug == Bug.LOST_BY_TIMEOUT)) {
      queue.remove(self);
      return self.thing;
    }
    giveUp(self, bug == Bug.LOST_BY_TIMEOUT);
    if (bug == Bug.LATE_TIMEOUT) {
      lock.unlock();
      Thread.sleep(60);
      lock.lock();
    }
    int inUse = existing - idle.size() - (bug == Bug.WRONG_FIGURES ? 1 : 0);
    throw new TimedOutException(null, new TimedOutException.Told(setup.size(), inUse, waiting, bug == Bug.NO_HOLDERS ? List.of() : List.of("somebody")));
  }

  private long nanos(Duration timeout) {
    if (timeout.isZero() && bug == Bug.ZERO_IS_FOR_EVER || timeout.isNegative() && bug == Bug.LESS_THAN_ZERO_IS_FOR_EVER) {
      return Long.MAX_VALUE;
    }
    if (bug == Bug.OVERFLOW) {
      return timeout.getSeconds() * 1_000_000_000 + timeout.getNano();
    }
    long most = Long.MAX_VALUE / 2;
    long nanos = timeout.compareTo(Duration.ofNanos(most)) >= 0 ? most : timeout.toNanos();
    return bug == Bug.EARLY_TIMEOUT ? nanos - nanos / 5 : nanos;
  }

  /** A waiter that was given an object just when it gave up must pass it on. */
  private void giveUp(Waiter self, boolean forget) {
    queue.remove(self);
    if (self.thing != null && !forget) {
      release(self.thing);
    }
  }

  private boolean barges() {
    return bug == Bug.BARGING || bug == Bug.BARGING_TRIES || setup.fair() && (bug == Bug.UNFAIR || bug == Bug.UNFAIR_TRIES);
  }

  private void release(Thing thing) {
    Waiter oldest = barges() ? null : queue.poll();
    if (oldest == null) {
      idle.add(thing);
    } else {
      oldest.thing = thing;
      oldest.served.signal();
    }
  }

  /** A claim with the object, which knows whether it has ended. */
  private final class Held implements Claim {
    private final Thing thing;
    private final Thread owner = Thread.currentThread();
    private boolean ended;

    Held(Thing thing) {
      this.thing = thing;
    }

    @Override
    public Thing thing() {
      return thing;
    }

    @Override
    public void use() {
      boolean blind = bug == Bug.GET_AFTER_CLOSE || bug == Bug.GET_AFTER_INVALIDATE;
      if (ended && !blind) {
        throw new IllegalStateException("closed");
      }
    }

    @Override
    public void close() {
      boolean was = ended;
      if (bug == Bug.RACY_CLOSE) {
        Thread.yield();
      }
      lock.lock();
      try {
        if (bug == Bug.OWN_THREAD_ONLY && owner != Thread.currentThread() || bug == Bug.FORGETFUL && ++closes == 20) {
          return;
        }
        boolean over = bug == Bug.RACY_CLOSE ? was && closes++ % 50 != 0 : ended;
        boolean blind = bug == Bug.DOUBLE_CLOSE || bug == Bug.STALE_CLOSE && !idle.contains(thing);
        if (over && !blind) {
          stale += bug == Bug.UNCOUNTED ? 0 : 1;
          if (bug == Bug.CLOSE_COMPLAINS) {
            throw new IllegalStateException("closed already");
          }
          return;
        }
        ended = true;
        release(thing);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void invalidate() {
      lock.lock();
      try {
        if (!ended) {
          ended = true;
          existing--;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
