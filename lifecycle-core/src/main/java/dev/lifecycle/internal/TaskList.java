package dev.lifecycle.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The live tasks of a scope, newest first. Lock-free: forkers, ending tasks and walkers never wait for each other, so a walk over a million tasks, of a cancel
 * or a dump, delays no fork. (An intrusive list under a monitor was measured first: with four processors its contention cost half as much as the fork.)
 *
 * <h2>Algorithm</h2>
 *
 * <p>A stack of segments of {@value #FIRST} to {@value #LARGEST} slots. A fork claims a slot of the top segment by an atomic increment and stores its task
 * there; when the segment is full it pushes a new one by CAS. The end of a task stores a tombstone in its slot. A slot takes 4 to 8 bytes of a task.
 *
 * <p>A push finds out whether the stack has become longer than twice what is needed, the live tasks or what the last sweep left, and {@value #SLACK}, and then
 * sweeps: it unlinks every segment below the top that holds nothing but tombstones. So a fork costs a constant, whatever stays. A slot that is claimed and not yet stored is null, and keeps its segment. What is left over holds on to no task,
 * and is at most a segment per live one, twice.
 *
 * <h2>Who writes</h2>
 *
 * <p>{@code head}: pushers, by CAS. {@code next}: the pusher before it publishes the segment, then only the sweeper, of which there is one at a time; a walker
 * that stands on an unlinked segment goes on along its old {@code next} and meets the same live tasks. {@code length}, the slots from here on: the pusher
 * and the sweeper; it is a hint.
 *
 * <h2>Memory order</h2>
 *
 * <p>A task is stored (volatile) before its forker reads the scope's word again, and a canceller sets the word before it reads the slots, so one of them
 * sees the other.
 */
final class TaskList {
  private static final int FIRST = 4;
  private static final int LARGEST = 64;
  private static final int SLACK = 256;
  private static final Object TOMBSTONE = new Object();
  private static final VarHandle HEAD;
  private static final VarHandle SWEEPING;
  private static final VarHandle CLAIMED;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(TaskList.class, "head", Segment.class);
      SWEEPING = lookup.findVarHandle(TaskList.class, "sweeping", boolean.class);
      CLAIMED = lookup.findVarHandle(Segment.class, "claimed", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Segment head;

  @SuppressWarnings("unused") // through SWEEPING
  private volatile boolean sweeping;

  /** The length that the last sweep left: a live task here and there keeps its whole segment. */
  private volatile int kept;

  /** Some slots. */
  static final class Segment {
    private final @Nullable Object[] slots;
    private volatile @Nullable Segment next;
    private volatile int claimed; // may run past the end
    private int length;

    private Segment(@Nullable Segment next) {
      int size = next == null ? FIRST : Math.min(LARGEST, 2 * next.slots.length);
      this.slots = new @Nullable Object[size];
      this.next = next;
      this.length = next == null ? size : next.length + size;
    }

    /** Takes the task of this slot out of the list. */
    void clear(int slot) {
      SLOT.setRelease(slots, slot, TOMBSTONE); // what counts the task down follows and is a full fence
    }

    private boolean isSpent() {
      for (int i = 0; i < slots.length; i++) {
        if (SLOT.getVolatile(slots, i) != TOMBSTONE) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Lists a task and tells it its place.
   *
   * @param live how many tasks are live, about
   */
  void add(TaskNode<?> task, int live) {
    for (;;) {
      Segment top = head;
      if (top != null && top.claimed < top.slots.length) {
        int slot = (int) CLAIMED.getAndAdd(top, 1);
        if (slot < top.slots.length) {
          task.place(top, slot); // before anybody can find the task, and with it the need to clear its slot
          SLOT.setVolatile(top.slots, slot, task);
          return;
        }
      }
      Segment fresh = new Segment(top);
      if (HEAD.compareAndSet(this, top, fresh) && fresh.length > 2 * Math.max(live, kept) + SLACK && SWEEPING.compareAndSet(this, false, true)) {
        kept = sweep(fresh);
        sweeping = false;
      }
    }
  }

  /** Calls the visitor with every task that is listed from the start of the walk to its end, newest first. */
  void forEach(Consumer<? super TaskNode<?>> visitor) {
    any(
        task -> {
          visitor.accept(task);
          return false;
        });
  }

  /** Walks as {@link #forEach} does, to the first task that satisfies; returns whether one did. */
  boolean any(Predicate<? super TaskNode<?>> satisfies) {
    for (Segment segment = head; segment != null; segment = segment.next) {
      for (int i = Math.min(segment.claimed, segment.slots.length) - 1; i >= 0; i--) {
        if (SLOT.getVolatile(segment.slots, i) instanceof TaskNode<?> task && satisfies.test(task)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Unlinks the spent segments below this one. */
  private static int sweep(Segment from) {
    int length = from.slots.length;
    Segment last = from;
    for (Segment segment = from.next; segment != null; segment = segment.next) {
      if (!segment.isSpent()) {
        if (last.next != segment) {
          last.next = segment;
        }
        last = segment;
        length += segment.slots.length;
      }
    }
    last.next = null;
    int all = length;
    for (Segment segment = from; segment != null; segment = segment.next) {
      segment.length = length;
      length -= segment.slots.length;
    }
    return all;
  }
}
