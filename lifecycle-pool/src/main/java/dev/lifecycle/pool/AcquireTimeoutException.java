package dev.lifecycle.pool;

import dev.lifecycle.LifecycleException;
import dev.lifecycle.spi.Holder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * No object came in time. The message says why: how many there are and may be, how many wait, who has held one for longest; the cause is the last failure of
 * the factory, if there was one since an object was last made.
 */
public final class AcquireTimeoutException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  private final int size;
  private final int inUse;
  private final int pending;
  private final transient List<Holder> holders;

  /** An exception with its facts; see the accessors. */
  public AcquireTimeoutException(String message, int size, int inUse, int pending, List<Holder> holders, @Nullable Throwable cause) {
    super(message, cause);
    this.size = size;
    this.inUse = inUse;
    this.pending = pending;
    this.holders = List.copyOf(holders);
  }

  /** How many objects there may be. */
  public int size() {
    return size;
  }

  /** How many were leased. */
  public int inUse() {
    return inUse;
  }

  /** How many callers waited besides this one. */
  public int pending() {
    return pending;
  }

  /** Those who had held an object for longest, the longest first, at most three; looked up at most ten times a second. Empty after deserialisation. */
  public List<Holder> holders() {
    return holders == null ? List.of() : holders;
  }
}
