package dev.lifecycle.flow;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How a hand-off behaves. Immutable: every method returns a copy; bad values are refused at once.
 *
 * @param <T> the elements
 */
public final class HandoffOptions<T> {
  private static final HandoffOptions<Object> DEFAULTS = new HandoffOptions<>(WhenFull.BLOCK, element -> {});

  private final WhenFull whenFull;
  private final Consumer<? super T> onDropped;

  private HandoffOptions(WhenFull whenFull, Consumer<? super T> onDropped) {
    this.whenFull = whenFull;
    this.onDropped = onDropped;
  }

  /** The defaults: {@link WhenFull#BLOCK}, and nothing is done with a dropped element but to count it. */
  @SuppressWarnings("unchecked") // the default handler takes any object
  public static <T> HandoffOptions<T> defaults() {
    return (HandoffOptions<T>) DEFAULTS;
  }

  static <T> HandoffOptions<T> of(UnaryOperator<HandoffOptions<T>> options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(defaults()), "options returned null");
  }

  /** What {@link Handoff#offer(Object)} does when there is no room. */
  public HandoffOptions<T> whenFull(WhenFull whenFull) {
    return new HandoffOptions<>(Objects.requireNonNull(whenFull, "whenFull"), onDropped);
  }

  /**
   * Takes, exactly once, each element that was accepted and that no consumer will take: dropped by the policy, on the thread of the offer; left over at the
   * end, on the thread that closes the scope, shielded from its cancel, or that called {@link Handoff#discard}. What it throws keeps no other element from its
   * turn; at the close of a scope it comes out as a {@link dev.lifecycle.CleanupFailedException}. Called by several threads at once.
   */
  public HandoffOptions<T> onDropped(Consumer<? super T> onDropped) {
    return new HandoffOptions<>(whenFull, Objects.requireNonNull(onDropped, "onDropped"));
  }

  /** {@link #onDropped} that closes the element if it is an {@code AutoCloseable}. */
  public HandoffOptions<T> closeOnDropped() {
    return onDropped(Drops::close);
  }

  /** The policy. */
  public WhenFull whenFull() {
    return whenFull;
  }

  /** The handler. */
  public Consumer<? super T> onDropped() {
    return onDropped;
  }
}
