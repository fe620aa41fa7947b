package dev.lifecycle.concurrent;

import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Common shapes of concurrent work, each in a scope of its own that has ended when the method returns. */
public final class Concurrent {
  private Concurrent() {}

  /**
   * Runs the bodies side by side and returns the first success; the others are cancelled and have ended when this returns. A value that came too late is
   * dropped; give a handler to {@link #race(String, Duration, Collection, Consumer)} if it must be closed.
   *
   * @param purpose what the race and its tasks are for
   * @param timeout over everything, from now
   * @param bodies at least one
   * @return the first value
   * @throws IllegalArgumentException if there are no bodies
   * @throws dev.lifecycle.TaskFailedException if all failed; the cause is the first failure
   * @throws dev.lifecycle.DeadlineExceededException if the deadline came first
   * @throws InterruptedException if interrupted while waiting; the tasks have been cancelled and have ended
   */
  public static <T extends @Nullable Object> T race(String purpose, Duration timeout, Collection<? extends Callable<? extends T>> bodies)
      throws InterruptedException {
    return race(purpose, timeout, bodies, value -> {});
  }

  /** As {@link #race(String, Duration, Collection)}; the handler takes each value that lost, exactly once. */
  public static <T extends @Nullable Object> T race(
      String purpose, Duration timeout, Collection<? extends Callable<? extends T>> bodies, Consumer<? super T> onDiscard) throws InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(onDiscard, "onDiscard");
    List<Callable<? extends T>> all = List.copyOf(Objects.requireNonNull(bodies, "bodies"));
    if (all.isEmpty()) {
      throw new IllegalArgumentException("bodies must not be empty");
    }
    return Scope.call(purpose, o -> o.timeout(timeout).policy(Policy.FIRST_SUCCESS), scope -> {
      List<Task<T>> tasks = new ArrayList<>(all.size());
      for (Callable<? extends T> body : all) {
        tasks.add(scope.<T>fork(purpose, o -> o.onDiscard(onDiscard), body));
      }
      scope.join();
      return winner(tasks).resultNow(); // a second one, ended between the winner and the cancel, is discarded by the scope
    });
  }

  private static <T extends @Nullable Object> Task<T> winner(List<Task<T>> tasks) {
    for (Task<T> task : tasks) {
      if (task.status() == Task.Status.SUCCEEDED) {
        return task;
      }
    }
    throw new IllegalStateException("join returned without a success");
  }
}
