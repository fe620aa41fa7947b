package dev.lifecycle.internal;

import dev.lifecycle.TaskOptions;
import org.jspecify.annotations.Nullable;

/** What only some tasks have; kept apart so that a plain fork stays small. Written before the task is published, except where noted. */
final class TaskExt<T extends @Nullable Object> {
  TaskOptions<T> options = TaskOptions.defaults();
  @Nullable CompletionQueue<T> queue;
  Carriers.@Nullable Captured carried;
  @Nullable TaskTimeout timeout;
  StackTraceElement @Nullable [] site;

  /** Who is told of the end, if the task is a run of something longer. */
  @Nullable RunEnd end;

  /** Until when the start is put off, if it is. */
  @Nullable DelayedStart delay;
}
