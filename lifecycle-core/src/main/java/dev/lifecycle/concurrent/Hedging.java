package dev.lifecycle.concurrent;

import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.internal.Scopes;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link Concurrent#hedge}: a race whose runners start one after the other.
 *
 * <p>The caller's thread starts attempts and waits between them. Attempts tell it of their ends through two words and an unpark; the words only decide when
 * the next attempt starts. Who has won, and who disposes of what, is decided by the tasks and the scope's policy, exactly as in a race.
 */
final class Hedging<T extends @Nullable Object> {
  private final String purpose;
  private final Concurrent.Attempt<? extends T> body;
  private final Consumer<? super T> onDiscard;
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean answered;

  Hedging(String purpose, Concurrent.Attempt<? extends T> body, Consumer<? super T> onDiscard) {
    this.purpose = purpose;
    this.body = body;
    this.onDiscard = onDiscard;
  }

  T run(Duration timeout, Duration delay, int maxAttempts) throws InterruptedException {
    UnaryOperator<ScopeOptions> options = o -> o.timeout(timeout).policy(Policy.FIRST_SUCCESS);
    return Slot.<T>ofCall(purpose, options, onDiscard, scope -> {
      List<Task<T>> tasks = start(scope, Times.toNanos(delay), maxAttempts);
      try {
        scope.join();
      } catch (TaskFailedException e) {
        throw inOrder(tasks, e);
      }
      return Concurrent.winner(tasks).resultNow(); // a second one, ended between the winner and the cancel, is discarded by the scope
    });
  }

  private List<Task<T>> start(Scope scope, long delay, int maxAttempts) throws InterruptedException {
    MonotonicClock clock = Scopes.clock();
    List<Task<T>> tasks = new ArrayList<>();
    int replaced = 0; // how many failures have had their next attempt
    for (int attempt = 1; ; attempt++) {
      tasks.add(scope.<T>fork(purpose, o -> o.onDiscard(onDiscard), attempt(attempt)));
      if (attempt == maxAttempts) {
        return tasks;
      }
      int known = replaced;
      Pause.until(clock, Times.after(clock.nanoTime(), delay), () -> answered || failed.get() > known);
      if (answered) {
        return tasks;
      }
      if (failed.get() > known) {
        replaced++;
      }
    }
  }

  /** All have failed. An attempt tells of its failure before the scope has judged it, so the scope's order may be another one than that of the attempts. */
  private static <T extends @Nullable Object> TaskFailedException inOrder(List<Task<T>> tasks, TaskFailedException unordered) {
    Task<T> first = tasks.get(0);
    Throwable cause = first.failure();
    if (cause == null) {
      return unordered;
    }
    Others others = new Others();
    for (Task<T> task : tasks) {
      Throwable failure = task.failure();
      if (failure != null && failure != cause) {
        others.add(failure);
      }
    }
    TaskFailedException ordered = new TaskFailedException(first.id(), first.purpose(), cause);
    others.suppressOn(ordered);
    return ordered;
  }

  private Callable<T> attempt(int number) {
    return () -> {
      try {
        T value = body.call(number);
        answered = true;
        return value;
      } catch (Throwable t) {
        failed.incrementAndGet();
        throw t;
      } finally {
        LockSupport.unpark(caller);
      }
    };
  }
}
