package dev.lifecycle;

import dev.lifecycle.context.ContextCarrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a scope behaves. Immutable: every method returns a copy; bad values are refused at once.
 *
 * <p>Children inherit the deadline, the values, the carriers and the lifecycle, and nothing else.
 */
public final class ScopeOptions {
  private static final ScopeOptions DEFAULTS = new ScopeOptions();

  private @Nullable Scope parent;
  private boolean detached;
  private Supplier<? extends Policy> policy = () -> Policy.FAIL_FAST;
  private @Nullable Policy sharedPolicy = Policy.FAIL_FAST;
  private @Nullable Duration timeout;
  private @Nullable Deadline deadline;
  private Duration grace = Duration.ofSeconds(5);
  private AfterGrace afterGrace = AfterGrace.WAIT;
  private @Nullable Executor executor;
  private Ownership ownership = Ownership.BORROWED;
  private int maxConcurrent;
  private Overflow overflow = Overflow.BLOCK;
  private Interrupts interrupts = Interrupts.ALLOWED;
  private ErrorMode errors = ErrorMode.BY_POLICY;
  private List<ContextCarrier> carriers = List.of();
  private List<Value<?>> values = List.of();
  private @Nullable FailureListener listener;
  private @Nullable Duration expectedWithin;
  private boolean helpOnJoin = true;

  private ScopeOptions() {}

  private ScopeOptions(ScopeOptions o) {
    parent = o.parent;
    detached = o.detached;
    policy = o.policy;
    sharedPolicy = o.sharedPolicy;
    timeout = o.timeout;
    deadline = o.deadline;
    grace = o.grace;
    afterGrace = o.afterGrace;
    executor = o.executor;
    ownership = o.ownership;
    maxConcurrent = o.maxConcurrent;
    overflow = o.overflow;
    interrupts = o.interrupts;
    errors = o.errors;
    carriers = o.carriers;
    values = o.values;
    listener = o.listener;
    expectedWithin = o.expectedWithin;
    helpOnJoin = o.helpOnJoin;
  }

  /** The defaults. */
  public static ScopeOptions defaults() {
    return DEFAULTS;
  }

  static ScopeOptions of(UnaryOperator<ScopeOptions> options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(DEFAULTS), "options returned null");
  }

  private ScopeOptions copy() {
    return new ScopeOptions(this);
  }

  /** Makes the scope a child of this one, wherever it is opened. */
  public ScopeOptions parent(Scope parent) {
    Objects.requireNonNull(parent, "parent");
    if (detached) {
      throw new IllegalArgumentException("parent and detached exclude each other");
    }
    ScopeOptions o = copy();
    o.parent = parent;
    return o;
  }

  /** Makes the scope a root, wherever it is opened. */
  public ScopeOptions detached() {
    if (parent != null) {
      throw new IllegalArgumentException("parent and detached exclude each other");
    }
    ScopeOptions o = copy();
    o.detached = true;
    return o;
  }

  /** A stateless policy. */
  public ScopeOptions policy(Policy policy) {
    Objects.requireNonNull(policy, "policy");
    ScopeOptions o = copy();
    o.policy = () -> policy;
    o.sharedPolicy = policy;
    return o;
  }

  /** A policy with state: the supplier is asked once per scope. */
  public ScopeOptions policy(Supplier<? extends Policy> policy) {
    Objects.requireNonNull(policy, "policy");
    ScopeOptions o = copy();
    o.policy = policy;
    o.sharedPolicy = null;
    return o;
  }

  /** A deadline this long after the opening; zero or negative: the scope opens already cancelled. */
  public ScopeOptions timeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    ScopeOptions o = copy();
    o.timeout = timeout;
    return o;
  }

  /** A deadline; one in the past: the scope opens already cancelled. With {@link #timeout} the earlier one counts. */
  public ScopeOptions deadline(Deadline deadline) {
    Objects.requireNonNull(deadline, "deadline");
    ScopeOptions o = copy();
    o.deadline = deadline;
    return o;
  }

  /** How long tasks may take to end after a cancel before they are interrupted again and reported: zero or more, 5 s by default. */
  public ScopeOptions grace(Duration grace) {
    return grace(grace, afterGrace);
  }

  /** As {@link #grace(Duration)}, and what follows. */
  public ScopeOptions grace(Duration grace, AfterGrace then) {
    Objects.requireNonNull(grace, "grace");
    Objects.requireNonNull(then, "then");
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace must not be negative: " + grace);
    }
    ScopeOptions o = copy();
    o.grace = grace;
    o.afterGrace = then;
    return o;
  }

  /** Runs the tasks on this executor, which is borrowed. */
  public ScopeOptions executor(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    ScopeOptions o = copy();
    o.executor = executor;
    o.ownership = Ownership.BORROWED;
    return o;
  }

  /** Runs the tasks on this executor and says whether the scope shuts it down at its end. */
  public ScopeOptions executor(ExecutorService executor, Ownership ownership) {
    Objects.requireNonNull(ownership, "ownership");
    ScopeOptions o = executor(executor);
    o.ownership = ownership;
    return o;
  }

  /** At most this many bodies at once; a fork beyond waits, see {@link Overflow#BLOCK}. */
  public ScopeOptions maxConcurrent(int maxConcurrent) {
    return maxConcurrent(maxConcurrent, Overflow.BLOCK);
  }

  /** At most this many bodies at once, and what a fork beyond does. */
  public ScopeOptions maxConcurrent(int maxConcurrent, Overflow overflow) {
    Objects.requireNonNull(overflow, "overflow");
    if (maxConcurrent < 1) {
      throw new IllegalArgumentException("maxConcurrent must be at least 1: " + maxConcurrent);
    }
    ScopeOptions o = copy();
    o.maxConcurrent = maxConcurrent;
    o.overflow = overflow;
    return o;
  }

  /** Whether a cancel may interrupt the tasks; they may, by default. */
  public ScopeOptions interrupt(Interrupts interrupts) {
    Objects.requireNonNull(interrupts, "interrupts");
    ScopeOptions o = copy();
    o.interrupts = interrupts;
    return o;
  }

  /** What an {@code Error} means for the scope. */
  public ScopeOptions errors(ErrorMode errors) {
    Objects.requireNonNull(errors, "errors");
    ScopeOptions o = copy();
    o.errors = errors;
    return o;
  }

  /** Adds carriers, installed around every body in this order. */
  public ScopeOptions carry(ContextCarrier... carriers) {
    Objects.requireNonNull(carriers, "carriers");
    List<ContextCarrier> all = new ArrayList<>(this.carriers);
    for (ContextCarrier carrier : carriers) {
      all.add(Objects.requireNonNull(carrier, "carriers"));
    }
    ScopeOptions o = copy();
    o.carriers = List.copyOf(all);
    return o;
  }

  /** Gives the scope's tasks and descendants a value for this key. */
  public <T> ScopeOptions with(Key<T> key, T value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    List<Value<?>> all = new ArrayList<>(values);
    all.removeIf(v -> v.key() == key);
    all.add(new Value<>(key, value));
    ScopeOptions o = copy();
    o.values = List.copyOf(all);
    return o;
  }

  /** Where failures that nobody has seen and other reports of this scope go, instead of the lifecycle's listener. */
  public ScopeOptions listener(FailureListener listener) {
    Objects.requireNonNull(listener, "listener");
    ScopeOptions o = copy();
    o.listener = listener;
    return o;
  }

  /** How old the scope is expected to get, positive; an older one is a suspect. Cancels nothing. */
  public ScopeOptions expectedWithin(Duration expectedWithin) {
    Objects.requireNonNull(expectedWithin, "expectedWithin");
    if (expectedWithin.isZero() || expectedWithin.isNegative()) {
      throw new IllegalArgumentException("expectedWithin must be positive: " + expectedWithin);
    }
    ScopeOptions o = copy();
    o.expectedWithin = expectedWithin;
    return o;
  }

  /**
   * Whether a {@code join}, {@code get} or {@code next} on a thread of a bounded executor may run tasks of the scope that have not begun, in its own
   * frame and so under the joiner's locks; true by default, since otherwise nested scopes on a bounded executor deadlock.
   */
  public ScopeOptions helpOnJoin(boolean helpOnJoin) {
    ScopeOptions o = copy();
    o.helpOnJoin = helpOnJoin;
    return o;
  }

  /** The explicit parent, if any. */
  public @Nullable Scope parent() {
    return parent;
  }

  /** Whether the scope is a root wherever it is opened. */
  public boolean isDetached() {
    return detached;
  }

  /** The policy for one new scope. */
  public Policy newPolicy() {
    Policy shared = sharedPolicy;
    return shared != null ? shared : Objects.requireNonNull(policy.get(), "policy supplied null");
  }

  /** The timeout, if any. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** The deadline, if any. */
  public @Nullable Deadline deadline() {
    return deadline;
  }

  /** The grace. */
  public Duration grace() {
    return grace;
  }

  /** What follows the grace. */
  public AfterGrace afterGrace() {
    return afterGrace;
  }

  /** The executor, if any. */
  public @Nullable Executor executor() {
    return executor;
  }

  /** Who shuts the executor down. */
  public Ownership ownership() {
    return ownership;
  }

  /** The limit; 0 for none. */
  public int maxConcurrent() {
    return maxConcurrent;
  }

  /** What a fork does at the limit. */
  public Overflow overflow() {
    return overflow;
  }

  /** Whether a cancel may interrupt. */
  public Interrupts interrupts() {
    return interrupts;
  }

  /** What an {@code Error} means. */
  public ErrorMode errors() {
    return errors;
  }

  /** The carriers, in order. */
  public List<ContextCarrier> carriers() {
    return carriers;
  }

  /** The value for this key, if one was given here. */
  @SuppressWarnings("unchecked") // with() pairs a Key<T> with a T
  public <T> @Nullable T value(Key<T> key) {
    for (Value<?> v : values) {
      if (v.key() == key) {
        return (T) v.value();
      }
    }
    return null;
  }

  /** The listener, if any. */
  public @Nullable FailureListener listener() {
    return listener;
  }

  /** The expected age, if any. */
  public @Nullable Duration expectedWithin() {
    return expectedWithin;
  }

  /** Whether joiners may help. */
  public boolean helpOnJoin() {
    return helpOnJoin;
  }

  private record Value<T>(Key<T> key, T value) {}
}
