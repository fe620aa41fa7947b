package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@link TimerNode#fire()} when nodes fall due, however many are pending.
 *
 * <h2>Algorithm</h2>
 *
 * <p>A four-ary heap of the nodes themselves under one monitor. A node knows its place, so that taking it out is a local repair: the usual case, a
 * deadline later than most that is taken out before it fires, touches a few slots near the end of the array. Deadlines are mostly removed, rarely
 * reached; nothing of a removed one is kept.
 *
 * <h2>Waking</h2>
 *
 * <p>The thread sleeps until {@code wakeAt}, the earliest reading it knew when it went to sleep. Removals do not touch it, so it may wake once for
 * nothing. An adder unparks it only if its node is due before {@code wakeAt}; under a stream of calls with equal timeouts that is about once per timeout,
 * not once per call. {@code wakeAt} is written under the monitor, both by the thread before it parks and by the adder that lowers it, so one of them sees
 * the other; the permit of {@code unpark} covers the time between the thread's release of the monitor and its park.
 *
 * <h2>Threads and clocks</h2>
 *
 * <p>One daemon thread, started with the first node. A clock that is moved by hand (see {@link MonotonicClock#follow}) has no thread: the mover runs what
 * is due, in order of time. Fired nodes run outside the monitor, and only decide: whatever may block goes to {@link Workers}.
 */
final class DeadlineTimer implements MonotonicClock.Follower {
  private static final int ARITY_BITS = 2;
  private static final DeadlineTimer SYSTEM = new DeadlineTimer(SystemClock.INSTANCE, Workers.SYSTEM);

  private final MonotonicClock clock;
  private final Workers workers;
  private final boolean followed;
  private TimerNode[] heap = new TimerNode[64];
  private int size;
  private long wakeAt = MonotonicClock.NEVER;
  private @Nullable Thread thread;
  private boolean stopped;

  DeadlineTimer(MonotonicClock clock, Workers workers) {
    this.clock = clock;
    this.workers = workers;
    this.followed = clock.follow(this);
  }

  /** The timer for a clock: one for the whole process on the system's clock. */
  static DeadlineTimer on(MonotonicClock clock) {
    return clock == SystemClock.INSTANCE ? SYSTEM : new DeadlineTimer(clock, Workers.SYSTEM);
  }

  /** Lets go of the clock, or of the thread once nothing is listed. Not for the system's timer, which serves everybody. */
  void stop() {
    if (this == SYSTEM) {
      return;
    }
    if (followed) {
      clock.unfollow(this);
      return;
    }
    Thread t;
    synchronized (this) {
      stopped = true;
      t = thread;
    }
    LockSupport.unpark(t);
  }

  /** Lists the node until it falls due or is removed; no-op if it is listed. */
  void add(TimerNode node) {
    Thread wake = null;
    synchronized (this) {
      if (node.place != TimerNode.UNLISTED) {
        return;
      }
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size + (size >> 1));
      }
      siftUp(size++, node);
      if (!followed && node.due < wakeAt) {
        try {
          wake = thread();
        } catch (Throwable t) { // no thread can be had: the node must not stay behind a failed call
          take(node.place);
          throw t;
        }
        wakeAt = node.due;
      }
    }
    if (wake != null) {
      LockSupport.unpark(wake);
    } else if (followed && node.due <= clock.nanoTime()) {
      workers.execute(this::moved); // nobody may ever move the clock again
    }
  }

  /** Lists the node {@code nanos} from now. */
  void addAfter(TimerNode node, long nanos) {
    node.due = Times.after(clock.nanoTime(), nanos);
    add(node);
  }

  /**
   * Takes the node out.
   *
   * @return false if it is not listed: never added, or it has fired or is about to
   */
  boolean remove(TimerNode node) {
    if (node.place == TimerNode.UNLISTED) {
      return false;
    }
    synchronized (this) {
      if (node.place == TimerNode.UNLISTED) {
        return false;
      }
      take(node.place);
      return true;
    }
  }

  /** How many nodes are listed. */
  synchronized int pending() {
    return size;
  }

  @Override
  public synchronized long next() {
    return size == 0 ? MonotonicClock.NEVER : heap[0].due;
  }

  @Override
  public void moved() {
    for (TimerNode node = due(); node != null; node = due()) {
      VarHandle.fullFence(); // unlisted before the node looks at what it is for: see ScopeCore.enlist
      fire(node);
    }
  }

  private Thread thread() {
    Thread t = thread;
    if (t == null) {
      t = Workers.daemon(this::loop, "lifecycle-timer");
      t.start();
      thread = t; // only after a successful start, so that a failed one is tried again by the next adder
    }
    return t;
  }

  private void loop() {
    for (;;) {
      moved();
      long until;
      synchronized (this) {
        until = size == 0 ? MonotonicClock.NEVER : heap[0].due;
        wakeAt = until;
        if (stopped && size == 0) {
          thread = null; // an adder that comes after all starts another
          return;
        }
      }
      clock.parkUntil(this, until);
      Thread.interrupted(); // nobody has business interrupting this thread; a set flag would make every park return
    }
  }

  private synchronized @Nullable TimerNode due() {
    if (size == 0 || heap[0].due > clock.nanoTime()) {
      return null;
    }
    TimerNode node = heap[0];
    take(0);
    return node;
  }

  private static void fire(TimerNode node) {
    try {
      node.fire();
    } catch (Throwable t) { // the timer must outlive any node; OutOfMemoryError is the likely one
      Reports.internal("a timer node failed", t);
    }
  }

  @SuppressWarnings("NullAway") // slots from size on are null and never read
  private void take(int place) {
    TimerNode gone = heap[place];
    TimerNode moved = heap[--size];
    heap[size] = null;
    gone.place(TimerNode.UNLISTED);
    if (moved != gone) {
      if (place > 0 && moved.due < heap[(place - 1) >> ARITY_BITS].due) {
        siftUp(place, moved);
      } else {
        siftDown(place, moved);
      }
    }
  }

  private void siftUp(int from, TimerNode node) {
    int place = from;
    while (place > 0) {
      int up = (place - 1) >> ARITY_BITS;
      TimerNode parent = heap[up];
      if (parent.due <= node.due) {
        break;
      }
      put(place, parent);
      place = up;
    }
    put(place, node);
  }

  private void siftDown(int from, TimerNode node) {
    int place = from;
    for (;;) {
      int child = (place << ARITY_BITS) + 1;
      if (child >= size) {
        break;
      }
      int end = Math.min(child + (1 << ARITY_BITS), size);
      int least = child;
      for (int c = child + 1; c < end; c++) {
        if (heap[c].due < heap[least].due) {
          least = c;
        }
      }
      if (heap[least].due >= node.due) {
        break;
      }
      put(place, heap[least]);
      place = least;
    }
    put(place, node);
  }

  private void put(int place, TimerNode node) {
    heap[place] = node;
    node.place(place);
  }
}
