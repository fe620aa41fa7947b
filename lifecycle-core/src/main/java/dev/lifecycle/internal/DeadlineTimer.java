package dev.lifecycle.internal;

import dev.lifecycle.spi.MonotonicClock;
import java.lang.invoke.MethodHandles;
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
 * <h2>Young nodes</h2>
 *
 * <p>Most calls end long before their deadline, so a scope does not begin in the heap. It is put by CAS into one of {@value #SLOTS} slots, chosen by its
 * thread, and its removal is a CAS back to null: neither knows how many are pending. An adder that finds its slot taken moves the one it finds into the
 * heap, under the monitor: that one has outlived what its thread, or another of the same slot, did next, and only such nodes pay for the heap. (The
 * generations of a garbage collector, for deadlines.) A search for what is due looks at the heap's first and at every slot.
 *
 * <p>A young node's {@code place} says its slot. It is claimed by CAS from unlisted, so of many adders one lists. Between the claim and the slot the node can
 * not be removed: an adder looks afterwards whether it must go again (see {@link ScopeCore#enlist()}). Whoever wins the slot's CAS from the node, the
 * remover, the expiry or the one that moves it, and nobody else, writes {@code place} next; the latter two hold the monitor, where a remover that lost waits
 * for them. {@code due} of such a node never changes, since the search reads it before it wins the slot.
 *
 * <h2>Waking</h2>
 *
 * <p>The thread sleeps until {@code wakeAt}, the earliest reading it knew when it went to sleep. Removals do not touch it, so it may wake once for
 * nothing. An adder unparks it only if its node is due before {@code wakeAt}; under a stream of calls with equal timeouts that is about once per timeout,
 * not once per call. {@code wakeAt} is written under the monitor, both by the thread before it parks and by the adder that lowers it, so one of them sees
 * the other; the permit of {@code unpark} covers the time between the thread's release of the monitor and its park. The adder of a young node reads
 * {@code wakeAt} without the monitor, after it has filled its slot; the thread raises {@code wakeAt} first, then looks at the slots, and lowers it to what
 * it finds there, so again one of them sees the other.
 *
 * <h2>Threads and clocks</h2>
 *
 * <p>One daemon thread, started with the first node. A clock that is moved by hand (see {@link MonotonicClock#follow}) has no thread: the mover runs what
 * is due, in order of time. Fired nodes run outside the monitor, and only decide: whatever may block goes to {@link Workers}.
 */
final class DeadlineTimer implements MonotonicClock.Follower {
  private static final int ARITY_BITS = 2;
  private static final int LINE = 16; // references in a cache line
  private static final int SLOTS = LINE * LINE;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(TimerNode[].class);
  private static final DeadlineTimer SYSTEM = new DeadlineTimer(SystemClock.INSTANCE, Workers.SYSTEM);

  private final MonotonicClock clock;
  private final Workers workers;
  private final boolean followed;
  private TimerNode[] heap = new TimerNode[64];
  private final @Nullable TimerNode[] young = new @Nullable TimerNode[SLOTS];
  private int size;
  private volatile long wakeAt = MonotonicClock.NEVER;
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

  /** Whether nodes fire on the thread that moves the clock. */
  boolean isFollowed() {
    return followed;
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
    synchronized (this) {
      if (node.place != TimerNode.UNLISTED) {
        return;
      }
      push(node);
    }
    listed(node);
  }

  /** As {@link #add}, for a node that will probably be removed soon, and whose {@code due} never changes. A node is listed by this method or by that one. */
  void addYoung(TimerNode node) {
    addYoung(node, slot());
  }

  void addYoung(TimerNode node, int slot) {
    if (!node.claim(TimerNode.UNLISTED - 1 - slot)) {
      return;
    }
    try {
      boolean in = false;
      while (!in) {
        TimerNode elder = (TimerNode) SLOT.getVolatile(young, slot);
        in = elder == null ? SLOT.compareAndSet(young, slot, null, node) : supersede(slot, elder, node);
      }
    } catch (Throwable t) { // no memory for the heap to grow
      node.place(TimerNode.UNLISTED);
      throw t;
    }
    listed(node);
  }

  /** The slot of the current thread: neighbours in age are a cache line apart. */
  private static int slot() {
    int id = (int) Thread.currentThread().getId();
    return (id % LINE * LINE + id / LINE % LINE) & SLOTS - 1;
  }

  /** Moves the one that is in the slot into the heap, and puts the newcomer there; false if the slot has changed. */
  private synchronized boolean supersede(int slot, TimerNode elder, TimerNode node) {
    reserve();
    if (!SLOT.compareAndSet(young, slot, elder, node)) {
      return false;
    }
    push(elder);
    return true;
  }

  /** Sees to it that a node that was listed just now is not slept over. */
  private void listed(TimerNode node) {
    if (followed) {
      if (node.due <= clock.nanoTime()) {
        workers.execute(this::moved); // nobody may ever move the clock again
      }
    } else if (node.due < wakeAt) {
      Thread wake = null;
      synchronized (this) {
        if (node.due < wakeAt) {
          try {
            wake = thread();
          } catch (Throwable t) { // no thread can be had: the node must not stay behind a failed call
            remove(node);
            throw t;
          }
          wakeAt = node.due;
        }
      }
      LockSupport.unpark(wake);
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
    int place = node.place;
    if (place == TimerNode.UNLISTED) {
      return false;
    }
    if (place < TimerNode.UNLISTED && win(node, place)) {
      return true;
    }
    synchronized (this) {
      if (node.place < 0) {
        return false;
      }
      take(node.place);
      return true;
    }
  }

  /** Takes a young node out of its slot; false if it is not there. */
  private boolean win(TimerNode node, int place) {
    if (SLOT.compareAndSet(young, TimerNode.UNLISTED - 1 - place, node, null)) {
      node.place(TimerNode.UNLISTED);
      return true;
    }
    return false;
  }

  /** How many nodes are listed. */
  synchronized int pending() {
    int pending = size;
    for (int slot = 0; slot < SLOTS; slot++) {
      pending += SLOT.getVolatile(young, slot) == null ? 0 : 1;
    }
    return pending;
  }

  @Override
  public synchronized long next() {
    TimerNode first = first();
    return first == null ? MonotonicClock.NEVER : first.due;
  }

  /** The node that is due first. */
  private @Nullable TimerNode first() {
    TimerNode first = size == 0 ? null : heap[0];
    for (int slot = 0; slot < SLOTS; slot++) {
      TimerNode node = (TimerNode) SLOT.getVolatile(young, slot);
      if (node != null && (first == null || node.due < first.due)) {
        first = node;
      }
    }
    return first;
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
        wakeAt = MonotonicClock.NEVER; // an adder that has read the old one has filled its slot by now, and is seen
        until = next();
        wakeAt = until;
        if (stopped && until == MonotonicClock.NEVER) {
          thread = null; // an adder that comes after all starts another
          return;
        }
      }
      clock.parkUntil(this, until);
      Thread.interrupted(); // nobody has business interrupting this thread; a set flag would make every park return
    }
  }

  private synchronized @Nullable TimerNode due() {
    for (;;) {
      TimerNode node = first();
      if (node == null || node.due > clock.nanoTime()) {
        return null;
      }
      if (remove(node)) {
        return node;
      }
    }
  }

  private static void fire(TimerNode node) {
    try {
      node.fire();
    } catch (Throwable t) { // the timer must outlive any node; OutOfMemoryError is the likely one
      Reports.internal("a timer node failed", t);
    }
  }

  private void push(TimerNode node) {
    reserve();
    siftUp(size++, node);
  }

  private void reserve() {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size + (size >> 1));
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
