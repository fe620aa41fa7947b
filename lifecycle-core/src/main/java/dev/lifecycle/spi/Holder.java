package dev.lifecycle.spi;

import org.jspecify.annotations.Nullable;

/**
 * Who holds something: the thread, and the task that ran there when somebody looked. Made by those who report, never by those who claim. Immutable; holds
 * words and numbers, nothing alive. {@code toString} is fit for the middle of a sentence.
 */
public final class Holder {
  private final long threadId;
  private final String threadName;
  private final @Nullable String task;
  private final @Nullable String purpose;
  private final @Nullable String scope;

  /**
   * A holder.
   *
   * @param threadName without control characters
   * @param task the id of the task, such as {@code t-17}; null outside any task
   * @param purpose of the task
   * @param scope the id and path of the task's scope
   */
  public Holder(long threadId, String threadName, @Nullable String task, @Nullable String purpose, @Nullable String scope) {
    this.threadId = threadId;
    this.threadName = threadName;
    this.task = task;
    this.purpose = purpose;
    this.scope = scope;
  }

  /** The id of the thread, as in a thread dump. */
  public long threadId() {
    return threadId;
  }

  /** The name of the thread; may be empty. */
  public String threadName() {
    return threadName;
  }

  /** The id of the task; null outside any. */
  public @Nullable String task() {
    return task;
  }

  /** What the task is for; null outside any. */
  public @Nullable String purpose() {
    return purpose;
  }

  /** The id and the path of the task's scope; null outside any. */
  public @Nullable String scope() {
    return scope;
  }

  @Override
  public String toString() {
    String thread = "thread #" + threadId + (threadName.isEmpty() ? "" : " " + threadName);
    return task == null ? thread : "task " + task + " \"" + purpose + "\" in scope " + scope + " on " + thread;
  }
}
