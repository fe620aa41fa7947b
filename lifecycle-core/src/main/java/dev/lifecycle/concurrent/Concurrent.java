package dev.lifecycle.concurrent;

import dev.lifecycle.Policy;
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
    return Slot.<T>ofCall(purpose, o -> o.timeout(timeout).policy(Policy.FIRST_SUCCESS), onDiscard, scope -> {
      List<Task<T>> tasks = new ArrayList<>(all.size());
      for (Callable<? extends T> body : all) {
        tasks.add(scope.<T>fork(purpose, o -> o.onDiscard(onDiscard), body));
      }
      scope.join();
      return winner(tasks).resultNow(); // a second one, ended between the winner and the cancel, is discarded by the scope
    });
  }

  /**
   * Applies the mapper to each element, at most {@code limit} at once, each in a task of its own; returns the results in the order of the input. The first
   * failure cancels the rest; everything has ended when this returns or throws. A value that will not be returned is dropped; give a handler to
   * {@link #map(String, Duration, int, Iterable, Mapper, Consumer)} if it must be closed.
   *
   * <p>The input is read lazily, on the calling thread: an element is taken only when a mapper can have it at once, so that the input may be longer than fits
   * into memory, as far as the results do. A stream is given as {@code stream::iterator}. An iterator that blocks is interrupted by the deadline, a failure
   * or a cancel, and ends the map when it returns, whatever it makes of the interrupt. Elements that were not mapped are the caller's.
   *
   * <p>Called in a task of a scope with a limit or an executor, the mappers count against neither: they run on the library's threads. The idea is that of
   * {@code errgroup.SetLimit} in Go and {@code mapPar} in Ox.
   *
   * @param purpose what the map and its tasks are for
   * @param timeout over everything, from now; zero or negative: nothing is read and nothing runs
   * @param limit at most so many mappers at once, at least 1
   * @param input null elements are allowed if the mapper takes them
   * @param mapper called on many threads at once
   * @return an unmodifiable list; null where the mapper returned null
   * @throws IllegalArgumentException if the limit is less than 1
   * @throws dev.lifecycle.TaskFailedException if a mapper threw; what it threw is the cause, later failures are suppressed
   * @throws dev.lifecycle.DeadlineExceededException if the deadline came first
   * @throws dev.lifecycle.ScopeCancelledException if the scope or task that this is called in was cancelled
   * @throws InterruptedException if interrupted from outside; the tasks have been cancelled and have ended
   * @throws java.util.concurrent.RejectedExecutionException if no thread can be had
   */
  public static <A extends @Nullable Object, R extends @Nullable Object> List<R> map(
      String purpose, Duration timeout, int limit, Iterable<? extends A> input, Mapper<? super A, ? extends R> mapper) throws InterruptedException {
    return map(purpose, timeout, limit, input, mapper, value -> {});
  }

  /**
   * As {@link #map(String, Duration, int, Iterable, Mapper)}; if the map throws, the handler takes each value that a mapper returned, exactly once, null
   * included. It runs on the calling thread after the last mapper has ended (a value of a mapper that was abandoned: on that mapper's thread), shielded from
   * cancel and interrupt, for at most 30 s per value. What it throws is suppressed on what the map throws, and keeps no other value from being handled.
   */
  public static <A extends @Nullable Object, R extends @Nullable Object> List<R> map(
      String purpose, Duration timeout, int limit, Iterable<? extends A> input, Mapper<? super A, ? extends R> mapper, Consumer<? super R> onDiscard)
      throws InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(mapper, "mapper");
    Objects.requireNonNull(onDiscard, "onDiscard");
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1: " + limit);
    }
    return new Mapping<A, R>(purpose, limit, mapper, onDiscard).run(timeout, input);
  }

  /**
   * Starts one attempt and, each time the delay is over without an answer, one more, up to a maximum; returns the first success. The others are cancelled and
   * have ended when this returns. An attempt that fails is replaced at once, if there are attempts left, and the delay begins anew. A value that came too late
   * is dropped; give a handler to {@link #hedge(String, Duration, Duration, int, Attempt, Consumer)} if it must be closed.
   *
   * <p>It cuts the tail of the latency at the price of a little more load: with a delay of about the 95th percentile some 5 % of the calls are made twice. Only
   * for what may be done more than once. The idea is that of hedged requests in "The Tail at Scale" (Dean and Barroso, CACM 56/2, 2013); the rules are those of
   * gRPC's hedging policy (proposal A6) with every failure taken as non-fatal.
   *
   * @param purpose what the attempts are for
   * @param timeout over everything, from now; zero or negative: nothing runs
   * @param delay how long an attempt may be without an answer before the next one starts, by the lifecycle's clock; zero: all start at once
   * @param maxAttempts at least 1, which is no hedge
   * @param body called once for each attempt, on several threads at once
   * @return the first value, which may be null
   * @throws IllegalArgumentException if the delay is negative or there are no attempts
   * @throws dev.lifecycle.TaskFailedException if all attempts failed; the cause is the failure of the first attempt, those of the others are suppressed in
   *     their order
   * @throws dev.lifecycle.DeadlineExceededException if the deadline came first
   * @throws dev.lifecycle.ScopeCancelledException if the scope or task that this is called in was cancelled
   * @throws InterruptedException if interrupted from outside; the attempts have been cancelled and have ended
   * @throws java.util.concurrent.RejectedExecutionException if no thread can be had
   */
  public static <T extends @Nullable Object> T hedge(String purpose, Duration timeout, Duration delay, int maxAttempts, Attempt<? extends T> body)
      throws InterruptedException {
    return hedge(purpose, timeout, delay, maxAttempts, body, value -> {});
  }

  /**
   * As {@link #hedge(String, Duration, Duration, int, Attempt)}; the handler takes each value that is not returned, exactly once, null included, shielded from
   * cancel and interrupt for at most 30 s. What it throws goes to the failure listener, or is suppressed on what the hedge throws.
   */
  public static <T extends @Nullable Object> T hedge(
      String purpose, Duration timeout, Duration delay, int maxAttempts, Attempt<? extends T> body, Consumer<? super T> onDiscard) throws InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(delay, "delay");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(onDiscard, "onDiscard");
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
    }
    return new Hedging<T>(purpose, body, onDiscard).run(timeout, delay, maxAttempts);
  }

  static <T extends @Nullable Object> Task<T> winner(List<Task<T>> tasks) {
    for (Task<T> task : tasks) {
      if (task.status() == Task.Status.SUCCEEDED) {
        return task;
      }
    }
    throw new IllegalStateException("join returned without a success");
  }

  /**
   * Maps one element.
   *
   * @param <A> what it takes
   * @param <R> what it returns
   */
  @FunctionalInterface
  public interface Mapper<A extends @Nullable Object, R extends @Nullable Object> {
    /**
     * Maps the element.
     *
     * @throws Exception whatever the mapper fails with
     */
    R apply(A element) throws Exception;
  }

  /**
   * One of several attempts at the same.
   *
   * @param <T> what it returns
   */
  @FunctionalInterface
  public interface Attempt<T extends @Nullable Object> {
    /**
     * Makes the attempt.
     *
     * @param attempt 1 for the first, 2 for the next, and so on: to send each to another replica, say
     * @throws Exception whatever the attempt fails with
     */
    T call(int attempt) throws Exception;
  }
}
