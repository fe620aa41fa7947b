package dev.lifecycle.flow;

import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.internal.Scopes;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A hand-off: a buffer, and a child scope that it ends with.
 *
 * <p>The child holds what a scope holds until its end, the cancel hook and the place in the tree, so that a hand-off which has ended leaves nothing in the
 * long-lived scope it was made for. It has no tasks: its hook delays no interrupt.
 *
 * <p>The child is closed once, by whoever sees the buffer closed and empty first, or by its parent. Neither can wait for the other: with nothing left in the
 * buffer the close runs no foreign code.
 */
final class ScopedHandoff<T> implements Handoff<T> {
  private static final ResourceKind KIND = ResourceKind.of("handoff");

  private final String name;
  private final int capacity;
  private final HandoffOptions<T> options;
  private final Scope child;
  private final MonotonicClock clock;
  private final BoundedBuffer<T> buffer;
  private final AtomicBoolean left = new AtomicBoolean();

  private ScopedHandoff(Scope child, String name, int capacity, HandoffOptions<T> options) {
    this.name = name;
    this.capacity = capacity;
    this.options = options;
    this.child = child;
    this.clock = Scopes.clockOf(child);
    this.buffer = new BoundedBuffer<>(name, capacity, child.context(), clock, false) {
      @Override
      void drained() {
        leave();
      }
    };
  }

  static <T> Handoff<T> open(Scope scope, String name, int capacity, HandoffOptions<T> options) {
    Objects.requireNonNull(scope, "scope");
    Scopes.checkName(Objects.requireNonNull(name, "name"));
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
    }
    Scope child = scope.child(name, o -> o.policy(Policy.SUPERVISE));
    try {
      ScopedHandoff<T> handoff = new ScopedHandoff<>(child, name, capacity, options);
      child.own(new Stage(name, KIND, handoff::figures, handoff::end), KIND, name);
      child.onCancel(handoff.buffer::cancel);
      return handoff;
    } catch (Throwable t) {
      child.close(); // else it would stay for as long as its parent
      throw t;
    }
  }

  @Override
  public void put(T element) throws InterruptedException {
    buffer.put(Objects.requireNonNull(element, "element"), MonotonicClock.NEVER);
  }

  @Override
  public boolean offer(T element) throws InterruptedException {
    Objects.requireNonNull(element, "element");
    WhenFull policy = options.whenFull();
    return policy == WhenFull.BLOCK ? buffer.put(element, MonotonicClock.NEVER) : buffer.offer(element, policy, options.onDropped());
  }

  @Override
  public boolean offer(T element, Duration timeout) throws InterruptedException {
    Objects.requireNonNull(element, "element");
    return buffer.put(element, until(timeout));
  }

  @Override
  public @Nullable T take() throws InterruptedException {
    return buffer.take(MonotonicClock.NEVER);
  }

  @Override
  public @Nullable T poll(Duration timeout) throws InterruptedException {
    return buffer.take(until(timeout));
  }

  private long until(Duration timeout) {
    return Times.after(clock.nanoTime(), Times.toNanos(Objects.requireNonNull(timeout, "timeout")));
  }

  @Override
  public boolean isEnded() {
    return buffer.isEnded();
  }

  @Override
  public int size() {
    return buffer.tally.size(capacity);
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ResourceFigures figures() {
    return buffer.tally.figures(capacity);
  }

  @Override
  public void close() {
    if (buffer.close()) {
      leave();
    }
  }

  @Override
  public int discard() {
    buffer.close();
    try {
      return Drops.giveAll(buffer::leftOver, options.onDropped());
    } finally {
      leave();
    }
  }

  /**
   * The buffer is closed and empty: out of the tree. After a cancel that is left to the scope: a close of the child would wait for its hook, and this may be
   * another hook of the same cancel, which comes before it.
   */
  private void leave() {
    if (!child.context().isCancelled() && left.compareAndSet(false, true)) {
      child.close();
    }
  }

  @Override
  public String toString() {
    return "handoff " + name + ' ' + figures().values();
  }

  /** The child closes: it has ended by itself, or with its parent, whose cancel hooks may be late. */
  private void end() {
    if (child.context().isCancelled()) {
      buffer.cancel();
    } else {
      buffer.close();
    }
    Drops.giveAll(buffer::leftOver, options.onDropped());
  }
}
