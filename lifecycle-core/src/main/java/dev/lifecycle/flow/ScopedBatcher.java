package dev.lifecycle.flow;

import dev.lifecycle.Context;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.internal.Scopes;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batcher: a buffer, a child scope that it ends with, and in the child one task, the collector, which starts a task of the owner for each batch.
 *
 * <p>The batches are the owner's tasks, so that its policy judges them, its listener hears of them and its cancel reaches them. The collector is not: the
 * owner's {@code join} must not wait for it, nor its limit or its executor keep it from running.
 *
 * <p>A batch is begun by its task or abandoned by the cleanup of the child, whoever comes first under the buffer's lock: the task of a batch may be cancelled
 * before its body begins, or never come to exist.
 */
final class ScopedBatcher<T> implements Batcher<T> {
  private static final ResourceKind KIND = ResourceKind.of("batcher");
  private static final String COLLECT = ".collect";
  private static final int LONGEST_PURPOSE = 64;

  private final String name;
  private final int capacity;
  private final BatcherOptions<T> options;
  private final BatchAction<T> action;
  private final Scope scope;
  private final Scope child;
  private final MonotonicClock clock;
  private final BatchBuffer<T> buffer;

  private ScopedBatcher(
      Scope scope, Scope child, String name, int maxSize, long maxDelay, int capacity, BatcherOptions<T> options, BatchAction<T> action) {
    this.name = name;
    this.capacity = capacity;
    this.options = options;
    this.action = action;
    this.scope = scope;
    this.child = child;
    this.clock = Scopes.clockOf(child);
    this.buffer = new BatchBuffer<>(name, capacity, child.context(), clock, maxSize, maxDelay, options.concurrency());
  }

  static <T> Batcher<T> open(
      Scope scope, String name, int maxSize, Duration maxDelay, BatcherOptions<T> options, BatchAction<T> action) {
    Objects.requireNonNull(scope, "scope");
    Scopes.checkName(Objects.requireNonNull(name, "name"));
    Objects.requireNonNull(maxDelay, "maxDelay");
    Objects.requireNonNull(action, "action");
    if (maxSize < 1) {
      throw new IllegalArgumentException("maxSize must be at least 1: " + maxSize);
    }
    if (maxDelay.isZero() || maxDelay.isNegative()) {
      throw new IllegalArgumentException("maxDelay must be positive: " + maxDelay);
    }
    int capacity = options.capacity() > 0 ? options.capacity() : (int) Math.min(Integer.MAX_VALUE, 2L * maxSize);
    if (capacity < maxSize) {
      throw new IllegalArgumentException("capacity must be at least maxSize: " + capacity + " < " + maxSize);
    }
    Scope child = scope.child(name, o -> o.policy(Policy.SUPERVISE));
    try {
      ScopedBatcher<T> batcher = new ScopedBatcher<>(scope, child, name, maxSize, Times.toNanos(maxDelay), capacity, options, action);
      child.own(new Stage(name, KIND, batcher::figures, batcher::end), KIND, name);
      child.onCancel(batcher.buffer::cancel);
      Scopes.outlastWork(child, batcher.buffer::close); // the collector then hands over the rest and ends
      child.start(name.length() + COLLECT.length() <= LONGEST_PURPOSE ? name + COLLECT : name, batcher::collect);
      return batcher;
    } catch (Throwable t) {
      child.close(); // else it would stay for as long as its parent
      throw t;
    }
  }

  // ---- the collector and its batches

  private void collect() throws InterruptedException {
    try {
      for (Batch<T> batch = buffer.collect(); batch != null; batch = buffer.collect()) {
        start(batch);
        if (!child.context().isCancelled()) {
          Thread.interrupted(); // left behind by an action that ran in this frame: at the limit, or with an executor that runs things at once
        }
      }
    } catch (Throwable t) {
      if (!child.context().isCancelled()) { // else producers and flushers would wait for a collector that is gone
        child.cancel("batcher \"" + name + "\" cannot go on", t);
      }
      throw t;
    }
  }

  private void start(Batch<T> batch) {
    try {
      Task<?> task = scope.start(name, () -> run(batch));
      if (buffer.isStoppedAt(batch, task)) {
        task.cancel(interrupted());
      }
    } catch (Throwable t) { // rejected, or no thread, or no memory: told by the failure of the collector, and to the producers
      child.cancel("batcher \"" + name + "\" could not start a batch", t);
      throw t;
    }
  }

  private void run(Batch<T> batch) throws Exception {
    if (!buffer.begin(batch)) {
      return;
    }
    boolean well = false;
    try {
      action.run(batch.elements);
      well = true;
    } catch (Exception e) {
      if (e instanceof InterruptedException && buffer.isCancelled() && !Context.current().isCancelled()) {
        Thread.currentThread().interrupt(); // the collector's, in whose frame this runs: cut short with the batcher, and no failure
        return;
      }
      FailureAction<T> onFailure = options.onFailure();
      if (onFailure == null || Context.current().isCancelled()) {
        throw e;
      }
      handle(onFailure, batch.elements, e);
    } finally {
      buffer.end(batch, well);
    }
  }

  private static <T> void handle(FailureAction<T> onFailure, List<T> elements, Exception failure) throws Exception {
    try {
      onFailure.failed(elements, failure);
    } catch (Exception | Error e) {
      if (e != failure) {
        e.addSuppressed(failure);
      }
      throw e;
    }
  }

  // ---- producers

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
    return buffer.put(element, Times.after(clock.nanoTime(), Times.toNanos(Objects.requireNonNull(timeout, "timeout"))));
  }

  @Override
  public void flush() throws InterruptedException {
    buffer.flush();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ResourceFigures figures() {
    return ResourceFigures.of(buffer.values(capacity));
  }

  @Override
  public void close() {
    buffer.refuseInside("close");
    buffer.close();
    boolean interrupted = false;
    try {
      buffer.flush();
      child.awaitQuiescence(ChronoUnit.FOREVER.getDuration()); // the collector is about to end: a child closed before it has would be cancelled
    } catch (InterruptedException e) {
      interrupted = true;
      child.cancel(interrupted());
      for (Task<?> task : buffer.stop()) {
        task.cancel(interrupted());
      }
    } catch (ScopeCancelledException | DeadlineExceededException e) {
      // What there is to say about the cancel, the scope says: its join, not the close of what it owns.
    }
    try {
      child.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private String interrupted() {
    return "the close of batcher \"" + name + "\" was interrupted";
  }

  @Override
  public String toString() {
    return "batcher " + name + ' ' + figures().values();
  }

  /** The child closes, its collector has ended. Without a cancel nothing is left; with one, whose hooks may be late, what is left is dropped. */
  private void end() {
    if (child.context().isCancelled()) {
      buffer.cancel();
    }
    Drops.giveAll(new LeftOvers()::next, options.onDropped());
  }

  /** The elements of batches that were never begun, then those that never came into one. */
  private final class LeftOvers {
    private Iterator<T> abandoned = List.<T>of().iterator();

    @Nullable T next() {
      while (!abandoned.hasNext()) {
        List<T> elements = buffer.abandon();
        if (elements == null) {
          return buffer.leftOver();
        }
        abandoned = elements.iterator();
      }
      return abandoned.next();
    }
  }
}
