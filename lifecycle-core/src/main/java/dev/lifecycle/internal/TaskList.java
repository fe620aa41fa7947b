package dev.lifecycle.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The live tasks of a scope, newest first. Lock-free: forkers, ending tasks and walkers never wait for each other, so a walk over a million tasks, of a cancel
 * or a dump, delays no fork. (An intrusive list under a monitor was measured first: with four processors its contention cost half as much as the fork.)
 *
 * <h2>Algorithm</h2>
 *
 * <p>A Treiber stack of small references. A fork pushes one by CAS; the end of a task clears it, with one store. Cleared references are unlinked by a sweep,
 * which a push runs when the stack has become longer than twice the live tasks and {@value #SLACK}; so a sweep finds at least half of what it walks
 * cleared, and costs a constant per fork. A cleared reference holds on to nothing but its successor.
 *
 * <h2>Who writes</h2>
 *
 * <p>{@code head}: pushers, by CAS. {@code next}: the pusher before it publishes the reference, then only the sweeper, of which there is one at a time; a
 * walker that stands on an unlinked reference goes on along its old {@code next} and meets the same live tasks. {@code depth}, the length of the stack from
 * here on: the pusher and the sweeper; it is a hint.
 *
 * <h2>Memory order</h2>
 *
 * <p>A task is listed (volatile CAS) before its forker reads the scope's word again, and a canceller sets the word before it reads the head, so one of them
 * sees the other.
 */
final class TaskList {
  private static final int SLACK = 64;
  private static final VarHandle HEAD;
  private static final VarHandle SWEEPING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(TaskList.class, "head", Ref.class);
      SWEEPING = lookup.findVarHandle(TaskList.class, "sweeping", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Ref head;

  @SuppressWarnings("unused") // through SWEEPING
  private volatile boolean sweeping;

  /** A place in the list. */
  static final class Ref {
    private volatile @Nullable TaskNode<?> task;
    private volatile @Nullable Ref next;
    private int depth;

    Ref(TaskNode<?> task) {
      this.task = task;
    }

    /** Takes the task out of the list. */
    void clear() {
      task = null;
    }
  }

  /**
   * Lists a task under its reference.
   *
   * @param live how many tasks are live, about
   */
  void add(Ref ref, int live) {
    Ref top;
    do {
      top = head;
      ref.next = top;
      ref.depth = top == null ? 1 : top.depth + 1;
    } while (!HEAD.compareAndSet(this, top, ref));
    if (ref.depth > 2 * live + SLACK && SWEEPING.compareAndSet(this, false, true)) {
      sweep(ref);
      sweeping = false;
    }
  }

  /** Calls the visitor with every task that is listed from the start of the walk to its end, newest first. */
  void forEach(Consumer<? super TaskNode<?>> visitor) {
    for (Ref ref = head; ref != null; ref = ref.next) {
      TaskNode<?> task = ref.task;
      if (task != null) {
        visitor.accept(task);
      }
    }
  }

  /** Unlinks the cleared references behind this one. */
  private static void sweep(Ref from) {
    int kept = 1;
    Ref last = from;
    for (Ref ref = from.next; ref != null; ref = ref.next) {
      if (ref.task != null) {
        if (last.next != ref) {
          last.next = ref;
        }
        last = ref;
        kept++;
      }
    }
    last.next = null;
    for (Ref ref = from; ref != null; ref = ref.next) {
      ref.depth = kept--;
    }
  }
}
