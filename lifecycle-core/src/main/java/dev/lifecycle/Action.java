package dev.lifecycle;

/** Code that is run for its effect and may throw anything, such as the body of {@link Scope#start} or a hook. */
@FunctionalInterface
public interface Action {
  /**
   * Runs the action.
   *
   * @throws Exception whatever the action fails with
   */
  void run() throws Exception;
}
