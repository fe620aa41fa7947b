package dev.lifecycle;

import org.jspecify.annotations.Nullable;

/** The root of this library's unchecked exceptions, {@link ScopeCancelledException} aside, which is a {@code CancellationException}. */
public class LifecycleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message and perhaps a cause. */
  public LifecycleException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
