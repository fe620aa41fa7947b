package dev.lifecycle.internal;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleOptions;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the static factories of the API enter the engine. */
public final class Scopes {
  private Scopes() {}

  /** See {@link Scope#open}. */
  public static Scope open(String purpose, ScopeOptions options) {
    return LifecycleCore.current().open(purpose, options);
  }

  /** See {@link Scope#call(String, Duration, Scope.Body)}. */
  public static <T extends @Nullable Object, X extends Exception> T call(String purpose, Duration timeout, Scope.Body<T, X> body)
      throws X, InterruptedException {
    return LifecycleCore.current().call(purpose, timeout, body);
  }

  /** See {@link Scope#call(String, UnaryOperator, Scope.Body)}. */
  public static <T extends @Nullable Object, X extends Exception> T call(String purpose, ScopeOptions options, Scope.Body<T, X> body)
      throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    return Calls.call(LifecycleCore.current(), purpose, options, Opening.NO_TIMEOUT, body);
  }

  /** See {@link Lifecycle#system}. */
  public static Lifecycle system() {
    return LifecycleCore.system();
  }

  /** See {@link Lifecycle#create}. */
  public static Lifecycle create(LifecycleOptions options) {
    return new LifecycleCore(options);
  }

  /** The clock that the waits of a scope are on. */
  public static MonotonicClock clockOf(Scope scope) {
    return coreOf(scope).lifecycle.clock;
  }

  /**
   * Lets the tasks of a scope that was just made outlast the other work at the drain of a supervisor above.
   *
   * @param end called when that work has ended, perhaps more than once; must not block, and lets the tasks end
   */
  public static void outlastWork(Scope scope, Runnable end) {
    coreOf(scope).extras().endListener = new Outlasting(end);
  }

  /** Refuses a name that does not follow the rule of purposes. */
  public static void checkName(String name) {
    Purposes.check("name", name);
  }

  /** The clock of the lifecycle in which the current thread runs a body; the system's outside any. */
  public static MonotonicClock clock() {
    return LifecycleCore.current().clock;
  }

  static ScopeOptions apply(UnaryOperator<ScopeOptions> options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(ScopeOptions.defaults()), "options returned null");
  }

  static ScopeCore coreOf(Scope scope) {
    if (scope instanceof ScopeHandle handle) {
      return handle.core;
    }
    throw new IllegalArgumentException("parent is not a scope of this library: " + scope.getClass().getName());
  }
}
