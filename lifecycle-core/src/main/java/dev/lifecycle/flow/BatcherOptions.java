package dev.lifecycle.flow;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a batcher behaves. Immutable: every method returns a copy; bad values are refused at once.
 *
 * @param <T> the elements
 */
public final class BatcherOptions<T> {
  private static final BatcherOptions<Object> DEFAULTS = new BatcherOptions<>(0, 1, HandoffOptions.defaults(), null);

  private final int capacity;
  private final int concurrency;
  private final HandoffOptions<T> handoff;
  private final Batcher.@Nullable FailureAction<T> onFailure;

  private BatcherOptions(int capacity, int concurrency, HandoffOptions<T> handoff, Batcher.@Nullable FailureAction<T> onFailure) {
    this.capacity = capacity;
    this.concurrency = concurrency;
    this.handoff = handoff;
    this.onFailure = onFailure;
  }

  /** The defaults: room for two batches, one at a time, a full queue blocks, failures by the policy of the scope, dropped elements are only counted. */
  @SuppressWarnings("unchecked") // the default handler takes any object
  public static <T> BatcherOptions<T> defaults() {
    return (BatcherOptions<T>) DEFAULTS;
  }

  static <T> BatcherOptions<T> of(UnaryOperator<BatcherOptions<T>> options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(defaults()), "options returned null");
  }

  /** How many elements may wait, at least the size of a batch; twice that by default. Give it the size of the bursts that producers must not wait for. */
  public BatcherOptions<T> capacity(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1: " + capacity);
    }
    return new BatcherOptions<>(capacity, concurrency, handoff, onFailure);
  }

  /** How many batches may run at a time, at least 1, which is the default and keeps the order of the elements. */
  public BatcherOptions<T> concurrency(int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1: " + concurrency);
    }
    return new BatcherOptions<>(capacity, concurrency, handoff, onFailure);
  }

  /** What {@link Batcher#offer(Object)} does when there is no room. */
  public BatcherOptions<T> whenFull(WhenFull whenFull) {
    return new BatcherOptions<>(capacity, concurrency, handoff.whenFull(whenFull), onFailure);
  }

  /** Takes, exactly once, each element that was accepted and that no action was called with; see {@link HandoffOptions#onDropped}. */
  public BatcherOptions<T> onDropped(Consumer<? super T> onDropped) {
    return new BatcherOptions<>(capacity, concurrency, handoff.onDropped(onDropped), onFailure);
  }

  /** {@link #onDropped} that closes the element if it is an {@code AutoCloseable}. */
  public BatcherOptions<T> closeOnDropped() {
    return new BatcherOptions<>(capacity, concurrency, handoff.closeOnDropped(), onFailure);
  }

  /**
   * Takes the failures of batches, Errors aside, so that they do not come to the policy of the scope. A batch that a cancel cut short has not failed.
   */
  public BatcherOptions<T> onFailure(Batcher.FailureAction<T> onFailure) {
    return new BatcherOptions<>(capacity, concurrency, handoff, Objects.requireNonNull(onFailure, "onFailure"));
  }

  /** The capacity; 0 for twice the size of a batch. */
  public int capacity() {
    return capacity;
  }

  /** How many batches may run at a time. */
  public int concurrency() {
    return concurrency;
  }

  /** The policy of a full queue. */
  public WhenFull whenFull() {
    return handoff.whenFull();
  }

  /** The handler of dropped elements. */
  public Consumer<? super T> onDropped() {
    return handoff.onDropped();
  }

  /** The handler of failures, if any. */
  public Batcher.@Nullable FailureAction<T> onFailure() {
    return onFailure;
  }
}
