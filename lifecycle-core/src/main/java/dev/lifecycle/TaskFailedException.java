package dev.lifecycle;

/**
 * A task failed and the policy of its scope made that fatal. The cause is what the first failed task threw; what other tasks threw afterwards,
 * cleanup and listeners included, is suppressed on this exception, each once, at most 32 of them plus a count.
 *
 * <p>A fresh one is made for each observer.
 */
public final class TaskFailedException extends LifecycleException {
  private static final long serialVersionUID = 1L;

  private final long taskId;
  private final String purpose;

  /** An exception for the task with this id and purpose. */
  public TaskFailedException(long taskId, String purpose, Throwable cause) {
    super("task t-" + taskId + " \"" + purpose + "\" failed: " + describe(cause), cause);
    this.taskId = taskId;
    this.purpose = purpose;
  }

  /** The cause in words; its message is foreign code and must not keep the failure from being told. */
  private static String describe(Throwable cause) {
    try {
      return cause.toString();
    } catch (Throwable t) {
      return cause.getClass().getName();
    }
  }

  /** The id of the task that failed first. */
  public long taskId() {
    return taskId;
  }

  /** The purpose of the task that failed first. */
  public String purpose() {
    return purpose;
  }
}
