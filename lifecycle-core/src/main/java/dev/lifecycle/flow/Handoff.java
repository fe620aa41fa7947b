package dev.lifecycle.flow;

import dev.lifecycle.Scope;
import dev.lifecycle.spi.ResourceFigures;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue between producers and consumers of a scope, which ends with the scope: it closes with it, wakes everybody who waits when it is
 * cancelled, and gives back what nobody took.
 *
 * <pre>{@code
 * Handoff<Order> orders = Handoff.in(scope, "import.orders", 1_000);
 * scope.start("import.read", () -> {
 *   try (orders) {
 *     for (Order order = reader.read(); order != null; order = reader.read()) {
 *       orders.put(order);
 *     }
 *   }
 * });
 * scope.start("import.store", () -> {
 *   for (Order order; (order = orders.take()) != null; ) {
 *     store(order);
 *   }
 * });
 * scope.join();
 * }</pre>
 *
 * <p><b>Order.</b> Elements are taken in the order in which they were put. Producers that wait for room are served first come first served, and so
 * are consumers that wait for an element; nobody overtakes them. The exception is an offer under {@link WhenFull#DROP_OLDEST}, which never waits.
 *
 * <p><b>The ends.</b> There are two. {@link #close()} is the producers' one: no element is accepted any more, consumers take what is there and then
 * see the end, which is null. A cancel of the scope, its deadline included, is everybody's: each method but those that only look throws at once, and
 * who waits is woken. A body that lets that exception go counts as cancelled. What is still in the queue then is given to
 * {@link HandoffOptions#onDropped} when the scope closes, after the last of its tasks. A hand-off that is still open when its scope closes is
 * cancelled with it, as any open child is. One that was closed and emptied before the cancel has ended well and stays so.
 *
 * <p><b>Whose an element is.</b> Up to the normal return of {@code put}, or of {@code offer} with true, its producer's; then the hand-off's, until it
 * is returned to one consumer or given to {@code onDropped}, each exactly once. If {@code put} or {@code offer} throws or returns false the producer
 * still has it, save where {@code onDropped} itself threw.
 *
 * <p><b>Waiting.</b> Waits are on the clock of the lifecycle. They end with the scope's cancel and with an interrupt of the thread. A task that may
 * not be interrupted and belongs to another scope is not woken by that scope's cancel. Tasks of the scope are interrupted on a cancel without waiting
 * for the hand-off, whose hook stands in a child scope; threads that are no tasks of it, and tasks that may not be interrupted, are woken by that
 * hook: at once, or within a second if hooks of others block.
 *
 * <p>A hand-off is a child of its scope, by its name, and shown in the tree as a resource of the kind {@code handoff}. Once closed and empty it has
 * left the tree and holds nothing: a long-lived scope may open and close any number. One that is closed but never emptied stays until the scope
 * closes; use {@link #discard()} if nobody is left to take.
 *
 * <p>Thread-safe, for any number of producers and consumers; blocking, one lock. Memory consistency: what a thread did before it put an element
 * happens before what another does after taking it. Not for implementing. The idea is that of Go's and Kotlin's channels; the ways of a full queue
 * are those of reactive streams.
 *
 * @param <T> the elements, never null
 */
public interface Handoff<T> extends AutoCloseable {
  /** As {@link #in(Scope, String, int, UnaryOperator)}, with the defaults: a full queue blocks, left-overs are only counted. */
  static <T> Handoff<T> in(Scope scope, String name, int capacity) {
    return ScopedHandoff.open(scope, name, capacity, HandoffOptions.defaults());
  }

  /**
   * Opens a hand-off in the scope. Does not block. In a scope that is already cancelled it opens cancelled.
   *
   * @param name for the tree; it follows the rule of purposes
   * @param capacity how many elements may wait, at least 1; memory is taken as they come
   * @throws IllegalArgumentException if the name is malformed or the capacity below 1
   * @throws IllegalStateException if the scope is closed
   * @throws java.util.concurrent.RejectedExecutionException if the scope is draining and the caller is no task of it
   */
  static <T> Handoff<T> in(Scope scope, String name, int capacity, UnaryOperator<HandoffOptions<T>> options) {
    return ScopedHandoff.open(scope, name, capacity, HandoffOptions.of(options));
  }

  /**
   * Puts an element, waiting for room as long as it takes, whatever the policy.
   *
   * @throws InterruptedException if interrupted before or while waiting; the element was not accepted
   * @throws HandoffClosedException if this is closed, or was while waiting
   * @throws dev.lifecycle.DeadlineExceededException if the scope's deadline is reached before or while waiting
   * @throws dev.lifecycle.ScopeCancelledException if the scope is cancelled for another reason
   */
  void put(T element) throws InterruptedException;

  /**
   * Offers an element, and does what the policy says if there is no room. Blocks under {@link WhenFull#BLOCK} only.
   *
   * @return true if the hand-off has taken charge of the element, also if that means to drop it; false under {@link WhenFull#REJECT}
   * @throws InterruptedException as for {@link #put}
   * @throws HandoffClosedException as for {@link #put}
   * @throws RuntimeException what {@code onDropped} throws comes out of the offer that dropped an element, after this one was accepted; otherwise as for
   *     {@link #put}
   */
  boolean offer(T element) throws InterruptedException;

  /**
   * Puts an element if there is room within the time, whatever the policy. One that finds none is counted as rejected.
   *
   * @param timeout zero or negative: does not wait
   * @return whether the element was accepted
   * @throws InterruptedException as for {@link #put}, from which the rest follows too
   */
  boolean offer(T element, Duration timeout) throws InterruptedException;

  /**
   * Takes the element that has waited longest; waits for one if there is none.
   *
   * @return null if this is closed and empty: there will be none
   * @throws InterruptedException if interrupted before or while waiting; no element was taken
   * @throws dev.lifecycle.DeadlineExceededException if the scope's deadline is reached before or while waiting
   * @throws dev.lifecycle.ScopeCancelledException if the scope is cancelled for another reason
   */
  @Nullable T take() throws InterruptedException;

  /**
   * As {@link #take}, but waits no longer than the time.
   *
   * @param timeout zero or negative: does not wait
   * @return null if none came in time, or none will; {@link #isEnded} tells which
   */
  @Nullable T poll(Duration timeout) throws InterruptedException;

  /** Whether no element will be taken any more: closed and empty, or cancelled. Once true it stays true. Does not block. */
  boolean isEnded();

  /** How many elements are in the queue at about this moment, 0 to the capacity. Does not block. */
  int size();

  /** How many elements may wait. */
  int capacity();

  /** The name. */
  String name();

  /**
   * The figures, which the tree shows too: {@code size}, {@code capacity}; since the opening {@code put} (accepted), {@code taken}, {@code dropped}
   * by the policy, {@code rejected} (offers that returned false, which are not among those put), {@code discarded} (left over at the end). When
   * nothing moves, put = taken + dropped + discarded + size. Does not block.
   */
  ResourceFigures figures();

  /**
   * Accepts no more elements: producers, those who wait included, get a {@link HandoffClosedException}; consumers take what is left and then see the
   * end. Idempotent, does not block. No-op after a cancel. May be called by a task of the scope.
   */
  @Override
  void close();

  /**
   * Closes, and gives what is in the queue to {@code onDropped}, on this thread: consumers see the end at once. For the one who knows that nobody
   * will take.
   *
   * @return how many elements were discarded by this call
   * @throws RuntimeException the first that {@code onDropped} threw, when all have been given to it
   */
  int discard();
}
