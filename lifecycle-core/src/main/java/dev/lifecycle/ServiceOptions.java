package dev.lifecycle;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a service behaves. Immutable: every method returns a copy; bad values are refused at once. */
public final class ServiceOptions {
  private static final ServiceOptions DEFAULTS = new ServiceOptions();

  private RestartPolicy restart = RestartPolicy.onFailure();
  private @Nullable Duration readyWithin;
  private boolean endsOnDrain;
  private boolean carriesContext;
  private ThreadKind thread = ThreadKind.VIRTUAL;

  private ServiceOptions() {}

  private ServiceOptions(ServiceOptions o) {
    restart = o.restart;
    readyWithin = o.readyWithin;
    endsOnDrain = o.endsOnDrain;
    carriesContext = o.carriesContext;
    thread = o.thread;
  }

  /** The defaults: restarted on failure, ready when the body has begun. */
  public static ServiceOptions defaults() {
    return DEFAULTS;
  }

  /** When it is started again. */
  public ServiceOptions restart(RestartPolicy restart) {
    Objects.requireNonNull(restart, "restart");
    ServiceOptions o = new ServiceOptions(this);
    o.restart = restart;
    return o;
  }

  /**
   * The body says when it is ready, by {@link Service#ready}; a run that has not within this time is cancelled and counts as failed.
   *
   * @param within positive, from the start of each run
   */
  public ServiceOptions readyWithin(Duration within) {
    Objects.requireNonNull(within, "within");
    if (within.isZero() || within.isNegative()) {
      throw new IllegalArgumentException("within must be positive: " + within);
    }
    ServiceOptions o = new ServiceOptions(this);
    o.readyWithin = within;
    return o;
  }

  /** The body looks at {@link Service#isStopping} and ends by itself when the supervisor drains, so that a shutdown waits for it before it cancels. */
  public ServiceOptions endsOnDrain() {
    ServiceOptions o = new ServiceOptions(this);
    o.endsOnDrain = true;
    return o;
  }

  /** Every run sees the context that the supervisor's carriers find on the thread that calls {@code service}; without this a run sees none. */
  public ServiceOptions carryContext() {
    ServiceOptions o = new ServiceOptions(this);
    o.carriesContext = true;
    return o;
  }

  /** The kind of thread; virtual by default, where there are any. */
  public ServiceOptions thread(ThreadKind thread) {
    Objects.requireNonNull(thread, "thread");
    ServiceOptions o = new ServiceOptions(this);
    o.thread = thread;
    return o;
  }

  /** When it is started again. */
  public RestartPolicy restart() {
    return restart;
  }

  /** How long it may take to say that it is ready; null: it is ready when its body has begun. */
  public @Nullable Duration readyWithin() {
    return readyWithin;
  }

  /** Whether it ends by itself when the supervisor drains. */
  public boolean isEndingOnDrain() {
    return endsOnDrain;
  }

  /** Whether its runs see the context of the thread that made it. */
  public boolean isCarryingContext() {
    return carriesContext;
  }

  /** The kind of thread. */
  public ThreadKind thread() {
    return thread;
  }
}
