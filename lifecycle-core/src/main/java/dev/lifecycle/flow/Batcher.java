package dev.lifecycle.flow;

import dev.lifecycle.Scope;
import dev.lifecycle.spi.ResourceFigures;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A batching stage: collects elements from any number of producers and hands them in lists to an action, as soon as {@code maxSize} have come or
 * {@code maxDelay} has passed since the first of them was put, whichever is first. For work that costs much per call and little per element: an
 * insert, a write with a sync, a request, a buffer.
 *
 * <pre>{@code
 * try (Batcher<Event> events = Batcher.in(scope, "audit.write", 500, Duration.ofMillis(10), batch -> file.append(batch))) {
 *   serve(request -> events.put(request.event()));
 * }
 * }</pre>
 *
 * <p><b>Tasks.</b> Each batch is a task of the scope, under the batcher's name as purpose; one runs at a time unless
 * {@link BatcherOptions#concurrency} says more. While none may start, elements wait in a bounded queue, and the next batch takes as many as it may of
 * those that have come meanwhile; if the queue is full too, producers wait or the policy applies. On a scope with a bounded executor do not wait for
 * a batcher from a task that holds the last thread. A scope that rejects the task of a batch, by its limit or for want of a thread, ends the batcher: it is cancelled, as it is if memory runs out for it.
 *
 * <p><b>Failure.</b> A batch that fails is a task that fails: the policy of the scope decides. Under {@code FAIL_FAST} the scope is cancelled and its
 * {@code join} throws; under {@code SUPERVISE} the failure listener is told and the next batch runs. {@link BatcherOptions#onFailure} takes failures
 * instead, with the batch. The batch is not run again.
 *
 * <p><b>The ends.</b> {@link #close()} accepts no more, hands over the rest without delay and returns when the last batch has ended. A cancel of the
 * scope, its deadline included, ends the batcher at once: running batches are interrupted like any task of the scope, and what has not been handed
 * over is given to {@link BatcherOptions#onDropped} when the batcher or the scope is closed. Closing the scope cancels a batcher that is still open
 * in it: close the batcher first, in the body of the scope and not in its {@code defer}. At the shutdown of a supervisor, a batcher that is open in it accepts
 * elements until all other work has ended, services with {@code endsOnDrain} included; then it accepts no more and hands over the rest, within the time of the
 * drain. Every accepted element is in exactly one batch whose action
 * was called, or given to {@code onDropped}, exactly once.
 *
 * <p><b>Memory.</b> Each batch is a list of its own, which the action may keep: to reuse one would need to know that it does not. The queue costs a
 * reference and a time stamp per element and grows as needed up to the capacity.
 *
 * <p>A batcher is a child of its scope, by its name, and shown in the tree as a resource of the kind {@code batcher}. Closed, it has left the tree
 * and holds nothing. {@code join} of the scope waits for running batches and not for a batcher that is open.
 *
 * <p>Thread-safe. Memory consistency: what a thread did before it put an element happens before the action that gets it; what an action did happens
 * before the return of the {@link #flush} or {@link #close} that waited for it. Time is that of the lifecycle's clock. Not for implementing. The idea
 * is that of group commit in databases and Nagle's algorithm in TCP.
 *
 * @param <T> the elements, never null
 */
public interface Batcher<T> extends AutoCloseable {
  /** As {@link #in(Scope, String, int, Duration, UnaryOperator, BatchAction)}, with the defaults. */
  static <T> Batcher<T> in(Scope scope, String name, int maxSize, Duration maxDelay, BatchAction<T> action) {
    return ScopedBatcher.open(scope, name, maxSize, maxDelay, BatcherOptions.defaults(), action);
  }

  /**
   * Opens a batcher in the scope. Does not block. In a scope that is already cancelled it opens cancelled.
   *
   * @param name for the tree, and the purpose of the batches
   * @param maxSize the most elements of a batch, at least 1
   * @param maxDelay how long an element may wait for others, from the call that put it, positive; it waits longer while no batch may start
   * @throws IllegalArgumentException if the name is malformed, the size below 1, the delay not positive, or the capacity below the size
   * @throws IllegalStateException if the scope is closed
   * @throws java.util.concurrent.RejectedExecutionException if the scope is draining and the caller is no task of it
   */
  static <T> Batcher<T> in(
      Scope scope, String name, int maxSize, Duration maxDelay, UnaryOperator<BatcherOptions<T>> options, BatchAction<T> action) {
    return ScopedBatcher.open(scope, name, maxSize, maxDelay, BatcherOptions.of(options), action);
  }

  /**
   * Puts an element, waiting for room as long as it takes, whatever the policy.
   *
   * @throws InterruptedException if interrupted before or while waiting; the element was not accepted
   * @throws HandoffClosedException if this is closed, or was while waiting
   * @throws dev.lifecycle.DeadlineExceededException if the scope's deadline is reached before or while waiting
   * @throws dev.lifecycle.ScopeCancelledException if the scope is cancelled for another reason, or the batcher cannot go on
   */
  void put(T element) throws InterruptedException;

  /** Offers an element, and does what the policy says if there is no room, as {@link Handoff#offer(Object)} does. */
  boolean offer(T element) throws InterruptedException;

  /** Puts an element if there is room within the time, whatever the policy, as {@link Handoff#offer(Object, Duration)} does. */
  boolean offer(T element, Duration timeout) throws InterruptedException;

  /**
   * Hands over without delay what was accepted before this call, and waits until the batches with it have ended, well or not. Elements that come
   * meanwhile may be in those batches.
   *
   * @throws InterruptedException if interrupted; the batches run on
   * @throws IllegalStateException if called by a running batch, which would wait for itself
   * @throws dev.lifecycle.DeadlineExceededException if the scope's deadline is reached before
   * @throws dev.lifecycle.ScopeCancelledException if the scope is cancelled for another reason
   */
  void flush() throws InterruptedException;

  /** The name. */
  String name();

  /**
   * The figures, which the tree shows too: those of {@link Handoff#figures}, where {@code taken} means handed over in a batch; {@code batches} that
   * were started, {@code failed} of those, {@code running} now. Does not block.
   */
  ResourceFigures figures();

  /**
   * Accepts no more, hands over the rest without delay and waits until the last batch has ended. Idempotent. If this thread is interrupted while it
   * waits, the batcher is cancelled, running batches included, and the interrupt flag kept. After a cancel it waits for no batch: the scope does.
   *
   * @throws IllegalStateException if called by a running batch, which would wait for itself
   * @throws dev.lifecycle.CleanupFailedException if {@code onDropped} threw
   */
  @Override
  void close();

  /**
   * What is done with a batch.
   *
   * @param <T> the elements
   */
  @FunctionalInterface
  interface BatchAction<T> {
    /**
     * Runs as a task of the scope.
     *
     * @param batch 1 to {@code maxSize} elements in the order in which they were put; unmodifiable, and the action's own
     * @throws Exception whatever the action fails with
     */
    void run(List<T> batch) throws Exception;
  }

  /**
   * Takes a batch that failed.
   *
   * @param <T> the elements
   */
  @FunctionalInterface
  interface FailureAction<T> {
    /**
     * Runs in the task of the batch.
     *
     * @param batch what the action was given
     * @param failure what it threw
     * @throws Exception what the task fails with instead; the original failure is suppressed on it
     */
    void failed(List<T> batch, Throwable failure) throws Exception;
  }
}
