package dev.lifecycle.internal;

import dev.lifecycle.LifecycleException;
import org.jspecify.annotations.Nullable;

/** Closes what nobody takes. */
public final class Disposal {
  private Disposal() {}

  /**
   * Closes the value if it can be closed; a checked failure leaves in a {@link LifecycleException}, an interrupt keeps the flag.
   *
   * @param what the value in words, for the message
   */
  public static void close(@Nullable Object value, String what) {
    if (value instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LifecycleException("closing " + what + " was interrupted", e);
      } catch (Exception e) {
        throw new LifecycleException("closing " + what + " failed: " + e, e);
      }
    }
  }
}
