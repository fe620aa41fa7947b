package dev.lifecycle;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a supervisor behaves. Immutable: every method returns a copy; bad values are refused at once.
 *
 * <p>What a supervisor has in common with any scope is given through {@link #scope}; there the defaults are {@link Policy#SUPERVISE} and a grace of 5 s, after
 * which tasks are abandoned.
 */
public final class SupervisorOptions {
  private static final SupervisorOptions DEFAULTS = new SupervisorOptions();

  private ScopeOptions scope = ScopeOptions.defaults().policy(Policy.SUPERVISE).grace(Duration.ofSeconds(5), AfterGrace.ABANDON);
  private Duration drain = Duration.ofSeconds(10);
  private RestartStrategy strategy = RestartStrategy.ONE_FOR_ONE;
  private ServiceFailure serviceFailure = ServiceFailure.ISOLATE;
  private boolean jvmHook;
  private @Nullable Consumer<? super ShutdownReport> reportTo;

  private SupervisorOptions() {}

  private SupervisorOptions(SupervisorOptions o) {
    scope = o.scope;
    drain = o.drain;
    strategy = o.strategy;
    serviceFailure = o.serviceFailure;
    jvmHook = o.jvmHook;
    reportTo = o.reportTo;
  }

  /** The defaults. */
  public static SupervisorOptions defaults() {
    return DEFAULTS;
  }

  /**
   * What it has in common with any scope: values, carriers, a limit, an executor and so on.
   *
   * @throws IllegalArgumentException if the options are detached: a supervisor is, unless it is given a parent
   */
  public SupervisorOptions scope(UnaryOperator<ScopeOptions> options) {
    Objects.requireNonNull(options, "options");
    ScopeOptions applied = Objects.requireNonNull(options.apply(scope), "options returned null");
    if (applied.isDetached()) {
      throw new IllegalArgumentException("options must not be detached: a supervisor is a root, unless it is given a parent");
    }
    SupervisorOptions o = new SupervisorOptions(this);
    o.scope = applied;
    return o;
  }

  /** Makes it a child of this scope: its deadline, its cancel and its values follow. Without this a supervisor is a root, wherever it is opened. */
  public SupervisorOptions parent(Scope parent) {
    return scope(s -> s.parent(parent));
  }

  /** See {@link ScopeOptions#grace(Duration)}; what follows stays as it is, by default {@link AfterGrace#ABANDON}. */
  public SupervisorOptions grace(Duration grace) {
    return scope(s -> s.grace(grace));
  }

  /** See {@link ScopeOptions#grace(Duration, AfterGrace)}. */
  public SupervisorOptions grace(Duration grace, AfterGrace then) {
    return scope(s -> s.grace(grace, then));
  }

  /** See {@link ScopeOptions#listener}. */
  public SupervisorOptions listener(FailureListener listener) {
    return scope(s -> s.listener(listener));
  }

  /** How long {@link Supervisor#close} lets tasks end by themselves before it cancels them: zero or more, 10 s by default. */
  public SupervisorOptions drain(Duration drain) {
    Objects.requireNonNull(drain, "drain");
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain must not be negative: " + drain);
    }
    SupervisorOptions o = new SupervisorOptions(this);
    o.drain = drain;
    return o;
  }

  /** Which services are restarted with one that failed. */
  public SupervisorOptions strategy(RestartStrategy strategy) {
    Objects.requireNonNull(strategy, "strategy");
    SupervisorOptions o = new SupervisorOptions(this);
    o.strategy = strategy;
    return o;
  }

  /** What it means that a service has used up its restarts. */
  public SupervisorOptions onServiceFailure(ServiceFailure serviceFailure) {
    Objects.requireNonNull(serviceFailure, "serviceFailure");
    SupervisorOptions o = new SupervisorOptions(this);
    o.serviceFailure = serviceFailure;
    return o;
  }

  /**
   * Closes the supervisor when the JVM shuts down, by a signal or {@code System.exit}, and logs the report. The hook waits at most for the drain and the grace,
   * whatever {@link AfterGrace} says. It is gone once the supervisor is closed, and holds the supervisor until then.
   *
   * @apiNote {@code java.util.logging}, where {@code System.Logger} ends by default, and Log4j are stopped by hooks of their own, which run beside this one: the
   *     report may be lost there. A hook of one's own that calls {@link Supervisor#shutdown} has it in its hands.
   */
  public SupervisorOptions closeOnJvmShutdown() {
    SupervisorOptions o = new SupervisorOptions(this);
    o.jvmHook = true;
    return o;
  }

  /**
   * As {@link #closeOnJvmShutdown()}, and gives the report to this consumer instead of the log, which may have been shut down by then. It is called on a thread
   * of the library while the JVM waits.
   */
  public SupervisorOptions closeOnJvmShutdown(Consumer<? super ShutdownReport> report) {
    Objects.requireNonNull(report, "report");
    SupervisorOptions o = closeOnJvmShutdown();
    o.reportTo = report;
    return o;
  }

  /** What it has in common with any scope. */
  public ScopeOptions scope() {
    return scope;
  }

  /** How long {@code close} drains. */
  public Duration drain() {
    return drain;
  }

  /** Which services are restarted with one that failed. */
  public RestartStrategy strategy() {
    return strategy;
  }

  /** What it means that a service has used up its restarts. */
  public ServiceFailure serviceFailure() {
    return serviceFailure;
  }

  /** Whether it is closed when the JVM shuts down. */
  public boolean isClosedOnJvmShutdown() {
    return jvmHook;
  }

  /** Who is given the report of a close at the shutdown of the JVM; null: the log. */
  public @Nullable Consumer<? super ShutdownReport> jvmShutdownReport() {
    return reportTo;
  }
}
