package dev.lifecycle.concurrent;

import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.internal.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calls something until it succeeds, inside one deadline, with exponential backoff and jitter between the attempts.
 *
 * <pre>{@code
 * static final Retry RETRY = Retry.attempts(5).backoff(ofMillis(50), ofSeconds(1)).jitter(0.5).on(IOException.class);
 *
 * User user = RETRY.call("users.load", ofSeconds(2), scope -> users.find(id));
 * }</pre>
 *
 * <p>A call is as {@link Scope#call(String, Duration, Scope.Body)}, with the body perhaps run more than once. Each attempt runs on the calling thread in a scope
 * of its own: what a failed one has forked has ended before the next begins. Between attempts the thread waits on the lifecycle's clock.
 *
 * <ul>
 *   <li><b>What is retried.</b> By default every {@code Exception}; {@link #on} narrows that, {@link #unless} takes away from it. Of a fork's failure, a
 *       {@code TaskFailedException}, the cause is what counts. An {@code Error} is retried only if {@link #on(Class)} names its type. Never retried is the
 *       end of the call itself: its deadline, a cancel of its scope, of an ancestor or of the attempt's own scope, an {@code InterruptedException}.
 *   <li><b>When it gives up.</b> After the last attempt, after a failure that is not retried, and at once if the next attempt could not begin before the
 *       deadline: it never waits for a deadline that would end the wait.
 *   <li><b>What is thrown then.</b> The last failure, as itself; the earlier ones are suppressed on it, at most 32 of them plus a count. If the call was cancelled
 *       or its deadline came, that is thrown, as by {@code Scope.call}, and the failures are suppressed on it.
 *   <li><b>Late results.</b> An attempt may return a value and yet have failed: its timeout, the deadline or a fork's failure came first. Such a value goes to the
 *       call's discard handler, exactly once and before the next attempt; without a handler it is dropped.
 * </ul>
 *
 * <p>Immutable and thread-safe: every method returns a copy; bad values are refused at once. The backoff is that of "Exponential Backoff And Jitter" (Brooker,
 * AWS Architecture Blog, 2015); the outcome after the last attempt is Failsafe's.
 */
public final class Retry {
  private final int maxAttempts;
  private final Duration initial;
  private final Duration max;
  private final double jitter;
  private final Backoff backoff;
  private final @Nullable Duration attemptTimeout;
  private final List<Predicate<? super Throwable>> on;
  private final List<Predicate<? super Throwable>> unless;

  private Retry(
      int maxAttempts, Duration initial, Duration max, double jitter, @Nullable Duration attemptTimeout, List<Predicate<? super Throwable>> on,
      List<Predicate<? super Throwable>> unless) {
    this.maxAttempts = maxAttempts;
    this.initial = initial;
    this.max = max;
    this.jitter = jitter;
    this.backoff = new Backoff(initial, max, jitter);
    this.attemptTimeout = attemptTimeout;
    this.on = on;
    this.unless = unless;
  }

  /**
   * At most this many attempts, the first included, without a delay between them.
   *
   * @param maxAttempts at least 1, which is no retry
   * @throws IllegalArgumentException if there are no attempts
   */
  public static Retry attempts(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
    }
    return new Retry(maxAttempts, Duration.ZERO, Duration.ZERO, 0, null, List.of(), List.of());
  }

  /**
   * Waits between attempts: the initial delay after the first failure, twice as long after each further one, up to a maximum.
   *
   * @param initial zero or more; zero: no delay
   * @param max at least the initial delay
   * @throws IllegalArgumentException if the initial delay is negative or the maximum is less than it
   */
  public Retry backoff(Duration initial, Duration max) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, on, unless);
  }

  /**
   * Shortens each delay by a random part, so that those who failed together do not come back together.
   *
   * @param jitter the most that is taken off: from 0 for nothing, the default, to 1 for all of the delay
   * @throws IllegalArgumentException if not within 0 and 1
   */
  public Retry jitter(double jitter) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, on, unless);
  }

  /**
   * Cancels an attempt that takes longer. Such an attempt has failed with a {@code DeadlineExceededException}; it is retried, whatever {@link #on} says, unless
   * {@link #unless} says otherwise.
   *
   * @param attemptTimeout positive; the deadline of the call still counts
   * @throws IllegalArgumentException if zero or negative
   */
  public Retry attemptTimeout(Duration attemptTimeout) {
    if (Objects.requireNonNull(attemptTimeout, "attemptTimeout").isZero() || attemptTimeout.isNegative()) {
      throw new IllegalArgumentException("attemptTimeout must be positive: " + attemptTimeout);
    }
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, on, unless);
  }

  /** Retries failures of this type, and no others but those of other {@code on}s. */
  public Retry on(Class<? extends Throwable> type) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, with(on, Objects.requireNonNull(type, "type")::isInstance), unless);
  }

  /** Retries exceptions of which this is true, and no others but those of other {@code on}s. If it throws, that counts as false and is suppressed. */
  public Retry on(Predicate<? super Exception> which) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, with(on, ofExceptions(which)), unless);
  }

  /** Does not retry failures of this type, whatever {@link #on} says. */
  public Retry unless(Class<? extends Throwable> type) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, on, with(unless, Objects.requireNonNull(type, "type")::isInstance));
  }

  /** Does not retry exceptions of which this is true, whatever {@link #on} says. If it throws, there is no retry and what it threw is suppressed. */
  public Retry unless(Predicate<? super Exception> which) {
    return new Retry(maxAttempts, initial, max, jitter, attemptTimeout, on, with(unless, ofExceptions(which)));
  }

  private static Predicate<Throwable> ofExceptions(Predicate<? super Exception> which) {
    Objects.requireNonNull(which, "which");
    return failure -> failure instanceof Exception e && which.test(e);
  }

  private static List<Predicate<? super Throwable>> with(List<Predicate<? super Throwable>> all, Predicate<? super Throwable> one) {
    List<Predicate<? super Throwable>> more = new ArrayList<>(all);
    more.add(one);
    return List.copyOf(more);
  }

  /**
   * Runs the body until it succeeds, for at most so long.
   *
   * @param purpose what the call and its attempts are for
   * @param timeout over all attempts and delays, from now; zero or negative: the body never runs
   * @param body given the scope of its attempt
   * @return what the body returned
   * @throws X what the body threw last
   * @throws InterruptedException if this thread was interrupted from outside, in an attempt or between two
   * @throws dev.lifecycle.TaskFailedException if a fork of the last attempt failed first
   * @throws dev.lifecycle.DeadlineExceededException if the deadline came during an attempt, or the last attempt had its timeout
   * @throws dev.lifecycle.ScopeCancelledException if the scope or task that this is called in was cancelled
   */
  public <T extends @Nullable Object, X extends Exception> T call(String purpose, Duration timeout, Scope.Body<? extends T, X> body) throws X, InterruptedException {
    return call(purpose, timeout, body, value -> {});
  }

  /**
   * As {@link #call(String, Duration, Scope.Body)}; the handler takes each value that is not returned, exactly once, null included, on this thread, shielded
   * from cancel and interrupt for at most 30 s. What it throws is suppressed on what the call throws; if the call returns in the end, it goes to the uncaught
   * exception handler of this thread.
   */
  public <T extends @Nullable Object, X extends Exception> T call(
      String purpose, Duration timeout, Scope.Body<? extends T, X> body, Consumer<? super T> onDiscard) throws X, InterruptedException {
    Objects.requireNonNull(timeout, "timeout");
    return call(purpose, o -> o.timeout(timeout), body, onDiscard);
  }

  /**
   * Runs the body until it succeeds, inside the deadline of the current scope, if there is one.
   *
   * @throws X what the body threw last
   * @throws InterruptedException if this thread was interrupted from outside, in an attempt or between two
   */
  public <T extends @Nullable Object, X extends Exception> T call(String purpose, Scope.Body<? extends T, X> body) throws X, InterruptedException {
    return call(purpose, o -> o, body, value -> {});
  }

  /** As {@link #call(String, Scope.Body)}, with a handler as in {@link #call(String, Duration, Scope.Body, Consumer)}. */
  public <T extends @Nullable Object, X extends Exception> T call(String purpose, Scope.Body<? extends T, X> body, Consumer<? super T> onDiscard)
      throws X, InterruptedException {
    return call(purpose, o -> o, body, onDiscard);
  }

  private <T extends @Nullable Object, X extends Exception> T call(
      String purpose, UnaryOperator<ScopeOptions> options, Scope.Body<? extends T, X> body, Consumer<? super T> onDiscard) throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(onDiscard, "onDiscard");
    return new Retrying<T, X>(this, purpose, body, onDiscard).run(options);
  }

  // ---- for one run

  int maxAttempts() {
    return maxAttempts;
  }

  ScopeOptions ofAttempt(ScopeOptions options) {
    return attemptTimeout == null ? options : options.timeout(attemptTimeout);
  }

  boolean hasAttemptTimeout() {
    return attemptTimeout != null;
  }

  long delayNanos(int failures) {
    return backoff.delayNanos(failures, ThreadLocalRandom.current().nextDouble());
  }

  /** Whether the failure is one to retry; {@code timedOut}: it is that of the attempt's own timeout. */
  boolean covers(Throwable failure, boolean timedOut) {
    boolean named = timedOut || (on.isEmpty() ? failure instanceof Exception : on.stream().anyMatch(p -> p.test(failure)));
    return named && unless.stream().noneMatch(p -> p.test(failure));
  }

  @Override
  public String toString() {
    return "Retry[" + maxAttempts + " attempts, " + backoff + ']';
  }
}
