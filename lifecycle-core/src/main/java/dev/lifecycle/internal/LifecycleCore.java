package dev.lifecycle.internal;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.LifecycleOptions;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.spi.MonotonicClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the scopes of one lifecycle share. */
public final class LifecycleCore implements Lifecycle {
  private static final List<WeakReference<LifecycleCore>> ALL = new CopyOnWriteArrayList<>();
  private static final LifecycleCore SYSTEM = new LifecycleCore(LifecycleOptions.defaults().name("system"));
  private static final int STRIPES = 8;
  private static final int SAMPLE = 128;

  final MonotonicClock clock;
  final CoarseClock coarse;
  final DeadlineTimer timer;
  final Workers workers = Workers.SYSTEM;
  final Threads threads;
  final Purposes purposes;
  final Reports reports;
  final Unseen unseen;
  final House house;

  /** Interrupts that were set on a pool's thread before a task began, and were cleared. */
  final LongAdder foreignInterrupts = new LongAdder();

  private final String name;
  private final LifecycleOptions.CreationSites sites;
  private final Chain<ScopeCore>[] roots = stripes();
  private volatile boolean closed;

  LifecycleCore(LifecycleOptions options) {
    name = options.name();
    clock = options.clock();
    sites = options.creationSites();
    coarse = CoarseClock.on(clock);
    timer = DeadlineTimer.on(clock);
    house = new House(clock, coarse, timer);
    threads = new Threads(options.threads(), options.maxThreads());
    purposes = new Purposes(options.maxPurposes());
    reports = new Reports(this, options.failureListener());
    unseen = new Unseen(this);
    ALL.add(new WeakReference<>(this));
  }

  /** Visits the roots of every lifecycle of the process. */
  static void forEachRootOfAll(Consumer<? super ScopeCore> visitor) {
    for (WeakReference<LifecycleCore> reference : ALL) {
      LifecycleCore lifecycle = reference.get();
      if (lifecycle != null) {
        lifecycle.forEachRoot(visitor);
      }
    }
  }

  /** The task that was started on this thread, or null. Walks the registry if the thread has the name of a purpose. */
  static @Nullable TaskNode<?> find(Thread thread) {
    TaskNode<?>[] found = new TaskNode<?>[1];
    for (WeakReference<LifecycleCore> reference : ALL) {
      LifecycleCore lifecycle = reference.get();
      if (lifecycle == null) {
        ALL.remove(reference);
      } else if (lifecycle.purposes.isKnown(thread.getName())) {
        lifecycle.forEachRoot(root -> find(root, thread, found));
      }
    }
    return found[0];
  }

  private static void find(ScopeCore root, Thread thread, TaskNode<?>[] found) {
    List<ScopeCore> all = new ArrayList<>();
    all.add(root);
    for (int i = 0; i < all.size() && found[0] == null; i++) { // grows while it is walked
      ScopeCore scope = all.get(i);
      TaskList tasks = scope.tasksOrNull();
      if (tasks != null) {
        tasks.forEach(
            task -> {
              if (task.thread == thread && task.top != null) { // not one that this thread only runs for another
                found[0] = task;
              }
            });
      }
      scope.forEachBelow(all::add);
    }
  }

  static LifecycleCore system() {
    return SYSTEM;
  }

  /** The lifecycle of the current task, else the system's. */
  static LifecycleCore current() {
    Frame frame = Frames.current();
    return frame == null ? SYSTEM : frame.scope.lifecycle;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
  private static Chain<ScopeCore>[] stripes() {
    Chain[] all = new Chain[STRIPES];
    Arrays.setAll(all, i -> new Chain<ScopeCore>());
    return all;
  }

  /** The list in which the root of this id is. */
  Chain<ScopeCore> roots(long id) {
    return roots[(int) id & STRIPES - 1];
  }

  /** Visits the roots. */
  public void forEachRoot(Consumer<? super ScopeCore> visitor) {
    for (Chain<ScopeCore> stripe : roots) {
      stripe.forEach(visitor);
    }
  }

  boolean isClosed() {
    return closed;
  }

  boolean capturesSites() {
    return sites != LifecycleOptions.CreationSites.OFF;
  }

  StackTraceElement @Nullable [] site() {
    boolean capture = sites == LifecycleOptions.CreationSites.ALL || sites == LifecycleOptions.CreationSites.SAMPLED && ThreadLocalRandom.current().nextInt(SAMPLE) == 0;
    return capture ? Sites.capture() : null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public MonotonicClock clock() {
    return clock;
  }

  @Override
  public Scope open(String purpose) {
    return open(purpose, ScopeOptions.defaults());
  }

  @Override
  public Scope open(String purpose, UnaryOperator<ScopeOptions> options) {
    return open(purpose, Scopes.apply(options));
  }

  Scope open(String purpose, ScopeOptions options) {
    ScopeCore scope = Opening.open(this, purpose, options, Opening.NO_TIMEOUT, false);
    try {
      ScopeHandle handle = new ScopeHandle(scope);
      scope.extras().watch = LeakWatch.of(handle);
      return handle;
    } catch (Throwable t) { // no memory or no thread: nobody would ever close it
      scope.withdraw();
      throw t;
    }
  }

  @Override
  public Supervisor supervisor(String purpose, UnaryOperator<SupervisorOptions> options) {
    return supervisor(purpose, Supervisors.apply(options));
  }

  Supervisor supervisor(String purpose, SupervisorOptions options) {
    return handle(Opening.supervisor(this, purpose, options.scope()), options);
  }

  /** A supervisor that is a part of what the current frame runs, as any scope that is opened in it. */
  SupervisorHandle supervisorHere(String purpose, SupervisorOptions options) {
    return handle(Opening.open(this, purpose, options.scope(), Opening.NO_TIMEOUT, false), options);
  }

  private SupervisorHandle handle(ScopeCore scope, SupervisorOptions options) {
    try {
      SupervisorHandle handle = new SupervisorHandle(scope, new Supervision(scope, options));
      scope.extras().watch = LeakWatch.of(handle);
      return handle;
    } catch (Throwable t) { // no memory, no thread, or the JVM shuts down: nobody would ever close it
      scope.withdraw();
      throw t;
    }
  }

  @Override
  public <T extends @Nullable Object, X extends Exception> T call(String purpose, Duration timeout, Scope.Body<T, X> body) throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    long nanos = Math.max(0, Times.toNanos(Objects.requireNonNull(timeout, "timeout"))); // the least long means that no timeout was given
    return Calls.call(this, purpose, ScopeOptions.defaults(), nanos, body);
  }

  @Override
  public <T extends @Nullable Object, X extends Exception> T call(String purpose, UnaryOperator<ScopeOptions> options, Scope.Body<T, X> body)
      throws X, InterruptedException {
    Objects.requireNonNull(body, "body");
    return Calls.call(this, purpose, Scopes.apply(options), Opening.NO_TIMEOUT, body);
  }

  @Override
  public Map<String, TaskCounts> counts() {
    return purposes.counts();
  }

  @Override
  public void close() {
    if (this == SYSTEM) {
      throw new UnsupportedOperationException("the system's lifecycle cannot be closed");
    }
    forEachRoot(Inside::refuseClose); // before anything has changed
    closed = true;
    Throwable failure = null;
    for (List<ScopeCore> open = open(); !open.isEmpty(); open = open()) {
      for (ScopeCore root : open) {
        Throwable more = end(root);
        if (failure == null) {
          failure = more;
        } else if (more != null && more != failure) {
          failure.addSuppressed(more);
        }
      }
    }
    threads.stop();
    timer.stop();
    ALL.removeIf(reference -> reference.get() == null || reference.get() == this);
    unseen.flushAll();
    if (failure != null) {
      throw Joining.unchecked(failure);
    }
  }

  private static @Nullable Throwable end(ScopeCore root) {
    ScopeExtras extras = root.extrasOrNull();
    return extras != null && extras.endListener instanceof Supervision supervision ? supervision.shutdown.closeUninterruptibly() : Closing.end(root);
  }

  /** The roots that are open, newest first. */
  private List<ScopeCore> open() {
    List<ScopeCore> open = new ArrayList<>();
    forEachRoot(
        root -> {
          if (!root.is(ScopeState.CLOSED)) {
            open.add(root);
          }
        });
    open.sort((a, b) -> Long.compare(b.id, a.id));
    return open;
  }
}
