package dev.lifecycle.flow;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.internal.Disposal;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What becomes of elements that nobody takes. */
final class Drops {
  private static final int MOST_SUPPRESSED = 32;

  private Drops() {}

  /** Gives all that is left to the handler, one by one; throws at the end what it threw first. Returns how many there were. */
  static <T> int giveAll(Supplier<@Nullable T> leftOvers, Consumer<? super T> handler) {
    int given = 0;
    Throwable failure = null;
    int more = 0;
    for (T element = leftOvers.get(); element != null; element = leftOvers.get()) {
      given++;
      try {
        handler.accept(element);
      } catch (Throwable t) { // whatever it is, the others have a right to their turn
        if (failure == null) {
          failure = t;
        } else if (t != failure && more++ < MOST_SUPPRESSED) {
          failure.addSuppressed(t);
        }
      }
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new LifecycleException("a handler of dropped elements failed: " + failure, failure); // thrown past the compiler
    }
    return given;
  }

  /** Closes what can be closed. */
  static void close(Object element) {
    Disposal.close(element, "a dropped element");
  }
}
