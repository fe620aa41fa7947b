package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The one implementation of {@link CancelReason}. Descendants share the object of the scope where the cancel began. */
record Reason(Kind kind, String message, String origin, Instant at, @Nullable Throwable cause) implements CancelReason {
  @Override
  public String toString() {
    return kind + ": " + message + " (" + origin + ')';
  }
}
