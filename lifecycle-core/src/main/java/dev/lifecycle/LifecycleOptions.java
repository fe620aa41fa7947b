package dev.lifecycle;

import dev.lifecycle.internal.SystemClock;
import dev.lifecycle.spi.MonotonicClock;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a lifecycle behaves. Immutable: every method returns a copy; bad values are refused at once. */
public final class LifecycleOptions {
  private static final LifecycleOptions DEFAULTS = new LifecycleOptions();

  private String name = "lifecycle";
  private MonotonicClock clock = SystemClock.INSTANCE;
  private @Nullable ThreadFactory threads;
  private int maxThreads = 4_096;
  private int maxPurposes = 256;
  private @Nullable FailureListener failureListener;
  private CreationSites creationSites = CreationSites.OFF;

  private LifecycleOptions() {}

  private LifecycleOptions(LifecycleOptions o) {
    name = o.name;
    clock = o.clock;
    threads = o.threads;
    maxThreads = o.maxThreads;
    maxPurposes = o.maxPurposes;
    failureListener = o.failureListener;
    creationSites = o.creationSites;
  }

  static LifecycleOptions of(UnaryOperator<LifecycleOptions> options) {
    Objects.requireNonNull(options, "options");
    return Objects.requireNonNull(options.apply(DEFAULTS), "options returned null");
  }

  /** The defaults. */
  public static LifecycleOptions defaults() {
    return DEFAULTS;
  }

  /** The name shown in dumps and reports; not blank. */
  public LifecycleOptions name(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    LifecycleOptions o = new LifecycleOptions(this);
    o.name = name;
    return o;
  }

  /** The clock of all deadlines; the system's by default. */
  public LifecycleOptions clock(MonotonicClock clock) {
    Objects.requireNonNull(clock, "clock");
    LifecycleOptions o = new LifecycleOptions(this);
    o.clock = clock;
    return o;
  }

  /** Makes a thread per task, instead of the library's own; an unstarted one each time. */
  public LifecycleOptions threads(ThreadFactory threads) {
    Objects.requireNonNull(threads, "threads");
    LifecycleOptions o = new LifecycleOptions(this);
    o.threads = threads;
    return o;
  }

  /** How many pooled threads run tasks where there are no virtual ones, at least 1; 4,096 by default. A fork past that is rejected, never queued. */
  public LifecycleOptions maxThreads(int maxThreads) {
    if (maxThreads < 1) {
      throw new IllegalArgumentException("maxThreads must be at least 1: " + maxThreads);
    }
    LifecycleOptions o = new LifecycleOptions(this);
    o.maxThreads = maxThreads;
    return o;
  }

  /** How many purposes have counts of their own, at least 1; 256 by default. Later ones are counted as {@code other}. */
  public LifecycleOptions maxPurposes(int maxPurposes) {
    if (maxPurposes < 1) {
      throw new IllegalArgumentException("maxPurposes must be at least 1: " + maxPurposes);
    }
    LifecycleOptions o = new LifecycleOptions(this);
    o.maxPurposes = maxPurposes;
    return o;
  }

  /** Where reports go, unless a scope has a listener of its own; logs through {@link System.Logger} by default. */
  public LifecycleOptions failureListener(FailureListener failureListener) {
    Objects.requireNonNull(failureListener, "failureListener");
    LifecycleOptions o = new LifecycleOptions(this);
    o.failureListener = failureListener;
    return o;
  }

  /** Whether forks and openings capture their stack; off by default, since a stack costs more than a fork. */
  public LifecycleOptions creationSites(CreationSites creationSites) {
    Objects.requireNonNull(creationSites, "creationSites");
    LifecycleOptions o = new LifecycleOptions(this);
    o.creationSites = creationSites;
    return o;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The clock. */
  public MonotonicClock clock() {
    return clock;
  }

  /** The thread factory, if any. */
  public @Nullable ThreadFactory threads() {
    return threads;
  }

  /** The bound of the pool. */
  public int maxThreads() {
    return maxThreads;
  }

  /** The bound of purposes with counts of their own. */
  public int maxPurposes() {
    return maxPurposes;
  }

  /** The listener, if any. */
  public @Nullable FailureListener failureListener() {
    return failureListener;
  }

  /** What is captured. */
  public CreationSites creationSites() {
    return creationSites;
  }

  /** Which forks and openings capture their stack. More may be added. */
  public enum CreationSites {
    /** None. */
    OFF,
    /** One in 128. */
    SAMPLED,
    /** All: for tests. */
    ALL
  }
}
