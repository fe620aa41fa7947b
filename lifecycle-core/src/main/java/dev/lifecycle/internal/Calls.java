package dev.lifecycle.internal;

import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.ScopeOptions;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * {@code Scope.call}: the body runs as task 0 in the caller's thread, then the rest is joined and the scope closed.
 *
 * <p>Whatever came first decides how the call ends. The cancel before the end of the body: its exception, even if the body returned a value, which is then
 * discarded. The body's exception before any cancel: that one, as itself; the rest is cancelled. Neither: the body's value, if the join of the rest is good.
 * Everything that came later is suppressed on what is thrown.
 */
final class Calls {
  private Calls() {}

  static <T extends @Nullable Object, X extends Exception> T call(
      LifecycleCore lifecycle, String purpose, ScopeOptions options, long timeout, Scope.Body<T, X> body) throws X, InterruptedException {
    Object slot = Frames.slot();
    Frame below = Frames.get(slot);
    ScopeCore scope = Opening.open(lifecycle, purpose, options, timeout, true);
    try {
      return call(scope, slot, below, body);
    } finally {
      if (!scope.is(ScopeState.CLOSED)) { // an Error came between two lines: memory or stack has run out
        Frames.set(slot, below);
        scope.withdraw();
      }
    }
  }

  private static <T extends @Nullable Object, X extends Exception> T call(ScopeCore scope, Object slot, @Nullable Frame below, Scope.Body<T, X> body)
      throws X, InterruptedException {
    CallFrame frame = scope.call;
    if (frame == null) { // opened cancelled: the body never runs
      throw Calls.<X>sneaky(ended(scope, null, scope.mark()));
    }
    int landed = Frame.landed(below, null); // before the look at the flag
    boolean before = Thread.currentThread().isInterrupted();
    frame.beginOwn(below, landed);
    @Nullable Object value = null;
    Throwable thrown = null;
    Frames.set(slot, frame);
    try {
      if (scope.is(ScopeState.CANCELLED)) {
        Cancellation.interruptCall(scope, false); // the canceller may have looked before there was a body to interrupt
      }
      value = body.run(new ScopeHandle(scope));
    } catch (Throwable t) {
      thrown = t;
    }
    try {
      scope.applyDeadline();
    } catch (Throwable t) { // no foreign code: memory or stack has run out
      thrown = thrown == null ? t : thrown;
    }
    boolean cancelled = scope.is(ScopeState.CANCELLED);
    frame.endShared(false, false);
    if (before && frame.wasInterrupted()) { // asked when it is final; what the body took of a flag that was there before stays taken
      Thread.currentThread().interrupt();
    }
    Frames.set(slot, below);
    frame.forgetThread();
    frame.enclosing = null;
    scope.callEnded();
    forget(scope, frame);
    if (thrown == null && (!cancelled || Joining.isDecided(scope))) {
      thrown = finish(scope);
      if (thrown == null) {
        return Calls.<T>unchecked(value);
      }
      discard(scope, value);
      throw Calls.<X>sneaky(thrown);
    }
    if (thrown == null) {
      discard(scope, value);
    }
    throw Calls.<X>sneaky(ended(scope, thrown, cancelled ? scope.mark() : null));
  }

  /** What ends with the body: its hooks. */
  private static void forget(ScopeCore scope, CallFrame frame) {
    ScopeExtras extras = scope.extrasOrNull();
    if (extras == null) {
      return;
    }
    extras.removeHooksOf(frame);
  }

  /** What the scope came to; if even that cannot be said, what kept it from being said. */
  private static @Nullable Throwable outcome(ScopeCore scope, long word) {
    try {
      return Joining.outcome(scope, word);
    } catch (Throwable t) {
      return t;
    }
  }

  /** The body has returned and nothing was cancelled: joins the rest and closes. Returns what the call must throw. */
  private static @Nullable Throwable finish(ScopeCore scope) {
    long word;
    try {
      word = Waits.untilQuiet(scope);
    } catch (InterruptedException e) {
      Cancellation.cancel(scope, scope.reason(CancelReason.Kind.CLOSED, "the caller was interrupted while joining", null));
      return close(scope, e);
    }
    if (scope.judgeLate()) {
      word = scope.word();
    }
    Throwable outcome = scope.isPlain() && !ScopeState.is(word, ScopeState.CANCELLED) ? null : outcome(scope, word);
    return close(scope, outcome);
  }

  /** Cancels the rest, closes, and returns what the call must throw. */
  private static Throwable ended(ScopeCore scope, @Nullable Throwable thrown, @Nullable Mark won) {
    if (won == null && thrown != null) {
      Cancellation.cancel(scope, scope.reason(CancelReason.Kind.CLOSED, "the body of the call threw " + thrown.getClass().getName(), thrown));
      Throwable all = close(scope, thrown);
      return all == null ? thrown : all;
    }
    Waits.untilQuietUninterruptibly(scope);
    scope.judgeLate();
    Throwable outcome = outcome(scope, scope.word());
    if (outcome == null) { // decided by the policy before the body ended: what the body did is then its own affair
      outcome = thrown != null ? thrown : Outcome.plain(Objects.requireNonNull(scope.mark()).reason);
    } else if (thrown != null) {
      outcome = combine(scope, outcome, thrown);
    }
    Throwable all = close(scope, outcome);
    return all == null ? outcome : all;
  }

  /** The cancel won before the body threw. What the body threw is dropped if it is the cancel itself, thrown as it is if join made it, else suppressed. */
  private static Throwable combine(ScopeCore scope, Throwable outcome, Throwable thrown) {
    TaskNode<?> fatal = Joining.fatal(scope, scope.word());
    if (fatal != null && (thrown == fatal.peekFailure() || thrown.getCause() == fatal.peekFailure() && thrown.getClass() == outcome.getClass())) {
      return thrown;
    }
    Mark mark = scope.mark();
    if (mark != null && thrown instanceof DeadlineExceededException d && d.reason() == mark.reason && outcome instanceof DeadlineExceededException) {
      return thrown;
    }
    if (mark != null && thrown instanceof ScopeCancelledException c && c.reason() == mark.reason && outcome instanceof ScopeCancelledException) {
      return thrown;
    }
    boolean ofCancel =
        thrown instanceof InterruptedException
            || thrown instanceof ClosedByInterruptException
            || thrown instanceof CancellationException
            || thrown instanceof DeadlineExceededException d2 && mark != null && d2.reason() == mark.reason;
    if (!ofCancel && thrown != outcome && !Outcome.holds(thrown, outcome)) {
      outcome.addSuppressed(thrown);
    }
    return outcome;
  }

  /** Closes; what came later is suppressed on the outcome, or is the outcome. */
  private static @Nullable Throwable close(ScopeCore scope, @Nullable Throwable outcome) {
    if (outcome == null) {
      return Closing.endOwn(scope);
    }
    Waits.untilQuietUninterruptibly(scope);
    ScopeExtras extras = scope.extrasOrNull();
    if (extras != null) {
      for (TaskNode<?> late : extras.outcome().unseen(null)) {
        suppress(outcome, late.failure());
      }
      TaskNode<?> fatal = Joining.fatal(scope, scope.word());
      if (fatal != null) {
        suppress(outcome, fatal.failure());
      }
    }
    suppress(outcome, Closing.endOwn(scope));
    return outcome;
  }

  private static void suppress(Throwable outcome, @Nullable Throwable more) {
    if (more != null && more != outcome && !Outcome.holds(outcome, more) && !Outcome.holds(more, outcome)) {
      outcome.addSuppressed(more);
    }
  }

  private static void discard(ScopeCore scope, @Nullable Object value) {
    if (value instanceof AutoCloseable) {
      scope.report(FailureReport.Kind.VALUE_DISCARDED, "the call was cancelled and its AutoCloseable value discarded; close it in the body or defer it", null, null);
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // what the body, which returns a T, returned
  private static <T extends @Nullable Object> T unchecked(@Nullable Object value) {
    return (T) value;
  }

  /** Throws what the body threw as itself: it declared X, and everything else is unchecked or InterruptedException. */
  @SuppressWarnings("unchecked") // erased: nothing is cast at run time
  private static <X extends Throwable> X sneaky(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
