package dev.lifecycle;

/**
 * A hook that was registered and can be taken back.
 *
 * <p>Thread-safe and idempotent; neither method blocks.
 */
public interface Registration extends AutoCloseable {
  /**
   * Takes the hook back.
   *
   * @return true if this call prevented the hook from running; false if it has run, is running or was removed before
   */
  boolean remove();

  @Override
  default void close() {
    remove();
  }
}
