package dev.lifecycle;

import dev.lifecycle.internal.Scopes;
import dev.lifecycle.spi.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a tree of scopes: the registry, the clock, the timer, the source of threads and the settings. {@link #system()} serves ordinary
 * use and is never mentioned; tests and containers {@link #create} their own.
 *
 * <p>Thread-safe. Not for implementing.
 */
public interface Lifecycle extends AutoCloseable {
  /** The lifecycle of scopes that are opened outside any other one. It cannot be closed. */
  static Lifecycle system() {
    return Scopes.system();
  }

  /** A new lifecycle. */
  static Lifecycle create(UnaryOperator<LifecycleOptions> options) {
    return Scopes.create(LifecycleOptions.of(options));
  }

  /** The name, as given at creation; {@code system} for the system's. */
  String name();

  /** The clock of every deadline in this lifecycle. */
  MonotonicClock clock();

  /** As {@link Scope#open(String)}, in this lifecycle: a root, unless the current task is of this lifecycle. */
  Scope open(String purpose);

  /** As {@link Scope#open(String, UnaryOperator)}, in this lifecycle: a root, unless the current task is of this lifecycle. */
  Scope open(String purpose, UnaryOperator<ScopeOptions> options);

  /** As {@link Supervisor#open(String, UnaryOperator)}, in this lifecycle. */
  Supervisor supervisor(String purpose, UnaryOperator<SupervisorOptions> options);

  /** As {@link Scope#call(String, Duration, Scope.Body)}, in this lifecycle. */
  <T extends @Nullable Object, X extends Exception> T call(String purpose, Duration timeout, Scope.Body<T, X> body) throws X, InterruptedException;

  /** As {@link Scope#call(String, UnaryOperator, Scope.Body)}, in this lifecycle. */
  <T extends @Nullable Object, X extends Exception> T call(String purpose, UnaryOperator<ScopeOptions> options, Scope.Body<T, X> body)
      throws X, InterruptedException;

  /**
   * The counts per purpose, for every purpose that has counts of its own, and {@code other} for the rest. Weakly consistent while tasks run; exact
   * when nothing moves.
   */
  Map<String, TaskCounts> counts();

  /**
   * Closes all roots that are still open, newest first, as their own {@code close} would; then refuses new scopes. Idempotent.
   *
   * @throws UnsupportedOperationException on the system's lifecycle
   */
  @Override
  void close();
}
