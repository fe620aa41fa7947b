package dev.lifecycle;

import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

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

  private SupervisorOptions() {}

  private SupervisorOptions(SupervisorOptions o) {
    scope = o.scope;
    drain = o.drain;
    strategy = o.strategy;
    serviceFailure = o.serviceFailure;
    jvmHook = o.jvmHook;
  }

  /** The defaults. */
  public static SupervisorOptions defaults() {
    return DEFAULTS;
  }

  /** What it has in common with any scope: values, carriers, a limit, an executor and so on. {@code detached} has no meaning here. */
  public SupervisorOptions scope(UnaryOperator<ScopeOptions> options) {
    Objects.requireNonNull(options, "options");
    SupervisorOptions o = new SupervisorOptions(this);
    o.scope = Objects.requireNonNull(options.apply(scope), "options returned null");
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
   */
  public SupervisorOptions closeOnJvmShutdown() {
    SupervisorOptions o = new SupervisorOptions(this);
    o.jvmHook = true;
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
}
