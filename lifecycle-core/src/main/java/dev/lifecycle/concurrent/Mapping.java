package dev.lifecycle.concurrent;

import dev.lifecycle.Context;
import dev.lifecycle.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link Concurrent#map}.
 *
 * <p>The caller's thread, in the body of a call, takes a permit, then an element, then starts a task for it, which gives the permit back when the mapper has
 * ended: the iterator is never more than the limit ahead of the mappers, and is used by one thread. The limit is not the scope's own, since a fork at the
 * limit from inside the scope runs the body in the forker's frame. A cancel interrupts the wait for a permit, as it does the rest of the body.
 *
 * <p>Values go into slots and not into the results of the tasks, so that a task is garbage when it has ended. Who disposes of them: see {@link Slot}.
 */
final class Mapping<A extends @Nullable Object, R extends @Nullable Object> {
  private final String purpose;
  private final Concurrent.Mapper<? super A, ? extends R> mapper;
  private final Consumer<? super R> onDiscard;
  private final Semaphore permits;
  private final List<Slot<R>> slots = new ArrayList<>(); // in the order of the input; the caller's thread only
  private volatile boolean failed;

  Mapping(String purpose, int limit, Concurrent.Mapper<? super A, ? extends R> mapper, Consumer<? super R> onDiscard) {
    this.purpose = purpose;
    this.mapper = mapper;
    this.onDiscard = onDiscard;
    this.permits = new Semaphore(limit);
  }

  List<R> run(Duration timeout, Iterable<? extends A> input) throws InterruptedException {
    try {
      Scope.<@Nullable Void, RuntimeException>call(purpose, timeout, scope -> {
        feed(scope, input.iterator());
        return null;
      });
      return values();
    } catch (Throwable t) {
      Others others = new Others();
      slots.forEach(slot -> slot.refuse(onDiscard, others));
      others.suppressOnOrTell(t);
      throw t;
    }
  }

  private void feed(Scope scope, Iterator<? extends A> input) throws InterruptedException {
    Context context = scope.context();
    for (;;) {
      permits.acquire();
      if (failed || context.isCancelled() || !input.hasNext()) { // an iterator may have swallowed the interrupt: then this ends it
        return;
      }
      A element = input.next();
      Slot<R> slot = new Slot<>();
      slots.add(slot);
      scope.start(purpose, () -> {
        try {
          slot.fill(mapper.apply(element), onDiscard);
        } catch (Throwable t) {
          failed = true; // before the permit, which comes back before the failure is judged
          throw t;
        } finally {
          permits.release();
        }
      });
    }
  }

  private List<R> values() {
    List<R> values = new ArrayList<>(slots.size());
    for (Slot<R> slot : slots) {
      values.add(slot.get());
    }
    return Collections.unmodifiableList(values);
  }
}
