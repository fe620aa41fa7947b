package dev.lifecycle.flow;

import dev.lifecycle.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements that go to the action together. Begun or abandoned, never both: guarded by the lock of the buffer. */
final class Batch<T> {
  final List<T> elements;

  /** How many elements had left the buffer before these. */
  final long first;

  /** Guarded by the lock: whether somebody has the elements, the action or the handler of dropped ones. */
  boolean begun;

  /** Guarded by the lock: the thread of the action. */
  @Nullable Thread thread;

  /** Guarded by the lock: set once started, which is when it has ended if it ran in the frame of the collector. */
  @Nullable Task<?> task;

  Batch(List<T> elements, long first) {
    this.elements = elements;
    this.first = first;
  }
}
