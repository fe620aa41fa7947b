package dev.lifecycle.concurrent;

import dev.lifecycle.Context;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way from the body that makes it to the caller who gets it, or to the handler of those that nobody gets.
 *
 * <p>Three states: empty, filled, refused. One atomic step decides between the two threads that may meet here. The maker fills an empty slot by CAS; if the
 * slot was refused before, the value is the maker's to dispose of. The caller, once the call has thrown, refuses the slot by an exchange; what it finds there
 * is the caller's to dispose of. So a value has one owner at any time, also if it is made by a task that its scope no longer waits for. A filled slot that
 * is not refused is read by the caller after the call has returned, and thus after every task has ended.
 */
final class Slot<T extends @Nullable Object> {
  private static final Object NULL = new Object();
  private static final Object REFUSED = new Object();
  private static final Duration BOUND = Duration.ofSeconds(30); // as for the library's other cleanup
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(Slot.class, "value", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Object value;

  /** Calls the body; its value is returned, or discarded if the call throws after the body has returned: the close of its scope may fail. */
  static <T extends @Nullable Object> T ofCall(
      String purpose, UnaryOperator<ScopeOptions> options, Consumer<? super T> onDiscard, Scope.Body<? extends T, RuntimeException> body) throws InterruptedException {
    Slot<T> slot = new Slot<>();
    try {
      Scope.<@Nullable Void, RuntimeException>call(purpose, options, scope -> {
        slot.fill(body.run(scope), onDiscard);
        return null;
      });
    } catch (Throwable t) {
      Others faults = new Others();
      slot.refuse(onDiscard, faults);
      faults.suppressOnOrTell(t);
      throw t;
    }
    return slot.get();
  }

  /** Leaves the value, or disposes of it at once if it was refused; then throws what the handler throws. */
  void fill(T made, Consumer<? super T> onDiscard) {
    if (!VALUE.compareAndSet(this, null, made == null ? NULL : made)) {
      shielded(made, onDiscard);
    }
  }

  /** The value of a filled slot. */
  @SuppressWarnings({"unchecked", "NullAway"}) // what was filled in is a T
  T get() {
    Object v = value;
    if (v == null || v == REFUSED) {
      throw new IllegalStateException("the call returned without a value");
    }
    return v == NULL ? (T) null : (T) v;
  }

  /** Disposes of the value, or has the maker dispose of the one that may come. What the handler throws is added to the others. */
  void refuse(Consumer<? super T> onDiscard, Others others) {
    discard(VALUE.getAndSet(this, REFUSED), onDiscard, others);
  }

  /** Empties the slot for another value, as {@link #refuse} does. */
  void clear(Consumer<? super T> onDiscard, Others others) {
    discard(VALUE.getAndSet(this, null), onDiscard, others);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // what was filled in is a T
  private static <T extends @Nullable Object> void discard(@Nullable Object found, Consumer<? super T> onDiscard, Others others) {
    if (found == null || found == REFUSED) {
      return;
    }
    try {
      shielded(found == NULL ? (T) null : (T) found, onDiscard);
    } catch (Throwable t) {
      others.add(t);
    }
  }

  /** Calls the handler with the interrupt flag put aside, and in a task with interrupts and the cancel put off. */
  private static <T extends @Nullable Object> void shielded(T made, Consumer<? super T> onDiscard) {
    boolean flag = Thread.interrupted(); // outside a task there is nothing to shield from but the flag
    try {
      Context.<@Nullable Void, RuntimeException>shield(BOUND, () -> {
        onDiscard.accept(made);
        return null;
      });
    } finally {
      if (flag) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
