package dev.lifecycle.internal;

import dev.lifecycle.spi.Holder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tasks of other threads, for reports. A thread that was made for a task leads to it; for the rest the live tasks of all lifecycles are looked through,
 * once. What is found is a hint: frames are their own threads' and are read without order, so the innermost task may be one that has just begun or ended.
 */
final class Holders {
  private static final int NAME = 64;

  private Holders() {}

  /** The holders, each with the innermost task of its thread unless that was forked later than the thread held. */
  static List<Holder> of(List<Thread> threads, long... since) {
    if (threads.size() != since.length) {
      throw new IllegalArgumentException("since must have a time for each of " + threads.size() + " threads: " + since.length);
    }
    Map<Thread, TaskNode<?>> tasks = tasksOf(threads);
    List<Holder> holders = new ArrayList<>(threads.size());
    for (int i = 0; i < since.length; i++) {
      Thread thread = threads.get(i);
      TaskNode<?> task = notLater(tasks.get(thread), since[i]);
      String name = Text.line(thread.getName(), NAME);
      holders.add(
          task == null
              ? new Holder(thread.getId(), name, null, null, null)
              : new Holder(thread.getId(), name, "t-" + task.id(), task.purpose(), task.scope.toString()));
    }
    return holders;
  }

  static @Nullable TaskNode<?> taskOf(Thread thread, long since) {
    return notLater(tasksOf(List.of(thread)).get(thread), since);
  }

  private static @Nullable TaskNode<?> notLater(@Nullable TaskNode<?> task, long since) {
    return task == null || task.startedAt > since ? null : task;
  }

  private static Map<Thread, TaskNode<?>> tasksOf(List<Thread> threads) {
    Map<Thread, TaskNode<?>> found = new IdentityHashMap<>();
    Map<Thread, Thread> sought = new IdentityHashMap<>();
    for (Thread thread : threads) {
      TaskNode<?> task = own(thread);
      if (task != null) {
        found.put(thread, task);
      } else if (thread.isAlive()) {
        sought.put(thread, thread);
      }
    }
    if (!sought.isEmpty()) {
      LifecycleCore.forEachRootOfAll(root -> look(root, sought, found));
    }
    return found;
  }

  /** The innermost task of a thread that was made for one; null if it was not, or its body has replaced the handler. */
  private static @Nullable TaskNode<?> own(Thread thread) {
    if (!(thread.getUncaughtExceptionHandler() instanceof TaskNode<?> base) || base.thread != thread) {
      return null;
    }
    for (Frame f = base.top; f != null; f = f.enclosing) {
      if (f instanceof TaskNode<?> task) {
        return task;
      }
    }
    return base;
  }

  private static void look(ScopeCore root, Map<Thread, Thread> sought, Map<Thread, TaskNode<?>> found) {
    ArrayDeque<ScopeCore> left = new ArrayDeque<>();
    left.push(root);
    for (ScopeCore scope = left.poll(); scope != null; scope = left.poll()) {
      TaskList tasks = scope.tasksOrNull();
      if (tasks != null) {
        tasks.forEach(
            task -> {
              Thread thread = task.thread;
              if (thread != null && sought.containsKey(thread)) {
                found.merge(thread, task, Holders::inner);
              }
            });
      }
      scope.forEachBelow(left::push);
    }
  }

  /** Of two tasks on one thread the one that runs inside the other. */
  private static TaskNode<?> inner(TaskNode<?> a, TaskNode<?> b) {
    for (Frame f = a.enclosing; f != null; f = f.enclosing) {
      if (f == b) {
        return a;
      }
    }
    return b;
  }
}
