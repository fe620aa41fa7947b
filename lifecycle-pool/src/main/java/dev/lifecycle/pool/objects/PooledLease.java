package dev.lifecycle.pool.objects;

import dev.lifecycle.Lease;
import dev.lifecycle.LeaseClosedException;
import java.util.Objects;

/**
 * One claim of a slot. Holds no state that decides anything: the slot's word does. Never passed to a method that may not be inlined, since then it would have
 * to be allocated.
 */
final class PooledLease<T> implements Lease<T> {
  private final Slot<T> slot;
  private final long claim;
  private final T object;

  /**
   * Whether the holder ended it by another word than close, so that the close that follows is in order. A hint for the count of stale closes, so not volatile.
   */
  private boolean ended;

  /** The lease of the claim that the current thread, or whoever handed over to it, has just made. */
  PooledLease(Slot<T> slot) {
    this.slot = slot;
    this.claim = slot.claim;
    this.object = Objects.requireNonNull(slot.object);
  }

  @Override
  public T get() {
    if (slot.word() != claim) {
      throw closed(slot, claim);
    }
    return object;
  }

  @Override
  public boolean isOpen() {
    return slot.word() == claim;
  }

  /**
   * At most six bytes of code: the handler that a try-with-resources statement adds is a second call of this, which is never reached. Compilers before JDK 22
   * do not prune that handler, inline there only what is as short as this, and make the lease escape if they do not.
   */
  @Override
  public void close() {
    end();
  }

  private void end() {
    slot.exchange.release(slot, claim, ended);
  }

  @Override
  public void invalidate() {
    ended = true;
    slot.exchange.invalidate(slot, claim);
  }

  /** See {@code ObjectPool.detach}. */
  T detachFrom(Exchange<T> exchange) {
    if (slot.exchange != exchange) {
      throw new IllegalArgumentException("lease " + id(slot, claim) + " is not of pool \"" + exchange.name() + '"');
    }
    if (!exchange.detach(slot, claim)) {
      throw closed(slot, claim);
    }
    ended = true;
    return object;
  }

  private static LeaseClosedException closed(Slot<?> slot, long claim) {
    boolean revoked = slot.word() == Slot.revoked(claim);
    String name = slot.exchange.name();
    return new LeaseClosedException("lease " + id(slot, claim) + " of pool \"" + name + "\" " + (revoked ? "was revoked" : "has ended"));
  }

  /** Pool, slot and generation: the same in messages, reports and dumps. */
  static String id(Slot<?> slot, long claim) {
    return "l-" + slot.exchange.name() + '/' + slot.index + '/' + Slot.generation(claim);
  }

  @Override
  public String toString() {
    return "lease " + id(slot, claim) + (isOpen() ? "" : ", ended");
  }
}
