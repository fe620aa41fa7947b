package dev.lifecycle.concurrent;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.TaskFailedException;
import dev.lifecycle.internal.Scopes;
import dev.lifecycle.internal.Times;
import dev.lifecycle.spi.MonotonicClock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link Retry}: a scope over everything, and in it one scope after the other for the attempts, all on the caller's thread.
 *
 * <p>The value does not come out as the result of an attempt, since a scope that was cancelled meanwhile would drop it, but by a slot that outlives them all:
 * it is emptied after an attempt that failed and refused when the whole call has, so that a value is returned or discarded, whatever came between.
 */
final class Retrying<T extends @Nullable Object, X extends Exception> {
  private final Retry retry;
  private final String purpose;
  private final Scope.Body<? extends T, X> body;
  private final Consumer<? super T> onDiscard;
  private final Slot<T> slot = new Slot<>();
  private final Others earlier = new Others(); // what attempts failed with
  private final Others faults = new Others(); // what handlers and predicates threw
  private @Nullable String attemptId;

  Retrying(Retry retry, String purpose, Scope.Body<? extends T, X> body, Consumer<? super T> onDiscard) {
    this.retry = retry;
    this.purpose = purpose;
    this.body = body;
    this.onDiscard = onDiscard;
  }

  T run(UnaryOperator<ScopeOptions> options) throws X, InterruptedException {
    try {
      Scope.<@Nullable Void, X>call(purpose, options, scope -> {
        for (int attempt = 1; !succeeds(scope, attempt); attempt++) {}
        return null;
      });
    } catch (Throwable t) {
      slot.refuse(onDiscard, faults);
      faults.suppressOnOrTell(t);
      throw t;
    }
    T value = slot.get();
    faults.tell();
    return value;
  }

  /** Makes an attempt and, if it fails, waits; false if there is to be another one. */
  private boolean succeeds(Scope scope, int attempt) throws X, InterruptedException {
    attemptId = null;
    try {
      Scope.<@Nullable Void, X>call(purpose, retry::ofAttempt, inner -> {
        attemptId = inner.info().id();
        slot.fill(body.run(inner), onDiscard);
        return null;
      });
      return true;
    } catch (Throwable t) {
      slot.clear(onDiscard, faults);
      if (attempt >= retry.maxAttempts() || !isRetried(scope, t) || !pause(scope, attempt, t)) {
        earlier.suppressOn(t);
        throw t;
      }
      earlier.add(t);
      return false;
    }
  }

  private boolean isRetried(Scope scope, Throwable t) {
    if (t instanceof InterruptedException || t instanceof ScopeCancelledException c && c.reason().origin().equals(attemptId) || scope.context().isCancelled()) {
      return false;
    }
    boolean timedOut = t instanceof DeadlineExceededException d && isOfAttempt(scope, d);
    Throwable cause = t instanceof TaskFailedException ? t.getCause() : null;
    try {
      return retry.covers(cause == null ? t : cause, timedOut);
    } catch (Throwable ofPredicate) {
      faults.add(ofPredicate);
      return false;
    }
  }

  /** Whether it is the attempt's own timeout: also if that was over before the body began, when nobody but the caller's deadline could have been it. */
  private boolean isOfAttempt(Scope scope, DeadlineExceededException e) {
    return attemptId != null ? e.reason().origin().equals(attemptId) : retry.hasAttemptTimeout() && !scope.context().deadline().isExpired();
  }

  /** Waits before the next attempt; false if the deadline would come first or the scope was cancelled meanwhile. */
  private boolean pause(Scope scope, int failures, Throwable last) throws InterruptedException {
    MonotonicClock clock = Scopes.clock();
    long until = Times.after(clock.nanoTime(), retry.delayNanos(failures));
    long deadline = scope.context().deadline().nanos();
    if (deadline != MonotonicClock.NEVER && until >= deadline) { // until may be NEVER, a delay beyond all readings
      return false;
    }
    try {
      Pause.until(clock, until, () -> false);
      return true;
    } catch (InterruptedException e) {
      if (scope.context().isCancelled()) {
        return false; // the call throws the cancel then, with the failure that is thrown here suppressed
      }
      earlier.add(last);
      earlier.suppressOn(e);
      throw e;
    }
  }
}
