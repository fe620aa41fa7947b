package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Interrupts;
import dev.lifecycle.Policy;
import dev.lifecycle.ScopeOptions;
import dev.lifecycle.Task;
import dev.lifecycle.TaskOptions;
import dev.lifecycle.spi.Holder;
import dev.lifecycle.spi.Housekeeping;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceEvent;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The private scope of a resource: a scope below its owner that is not among the owner's children, but in a list of its own (see {@link ScopeExtras}), so that
 * whatever the owner does to its children or learns of them passes by.
 *
 * <h2>Start and cancel</h2>
 *
 * <p>The owner's cancel marks the owner's tree and then tells the private scopes that it finds there, which cancel what was started, task by task; the private
 * scope itself is never cancelled, since disposals run there too. A start counts and lists its task, and then looks at the owner's mark and at whether this is
 * closing: so of a start and a cancel one sees the other, and the word of the task decides who removes it.
 *
 * <h2>The end</h2>
 *
 * <p>From the first {@code close} on nothing is started. Every closer waits until nothing runs or the grace since the first is over; what runs then is orphaned.
 * Only a scope in which nothing runs is closed: until then it drains, which keeps out everybody but disposals that go on, and may open scopes themselves. It
 * ends with its last task, by whoever sees first that there is none, as that of an executor view does.
 */
final class PrivateScope extends Link implements ResourceScope {
  private static final long OPEN = -1;
  private static final TaskOptions<@Nullable Void> STARTED = TaskOptions.<@Nullable Void>defaults();
  private static final TaskOptions<@Nullable Void> DISPOSED = TaskOptions.<@Nullable Void>defaults().interrupt(Interrupts.NEVER);

  final ScopeCore core;
  private final ScopeCore owner;

  /** When the grace of the close is over; {@link #OPEN} before the first. */
  private final AtomicLong closeUntil = new AtomicLong(OPEN);

  /** The resource in the owner's list; null while it is being made. */
  private volatile ScopeExtras.@Nullable Named named;

  PrivateScope(ScopeCore core, ScopeCore owner) {
    this.core = core;
    this.owner = owner;
  }

  /** As the owner's, but for what is the owner's alone. What is left at the end of the grace is abandoned by the close, not by a cancel. */
  static ScopeOptions options(ScopeOptions own) {
    ScopeOptions options = ScopeOptions.defaults().policy(Policy.SUPERVISE).grace(own.grace(), AfterGrace.WAIT);
    return own.listener() == null ? options : options.listener(own.listener());
  }

  static void check(String name) {
    Purposes.check("name", Objects.requireNonNull(name, "name"));
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("name must have at most " + MAX_NAME + " characters: \"" + name + '"');
    }
  }

  /** Makes a resource and gives it to the owner. */
  static <R extends OwnedResource> R own(ScopeCore owner, ResourceKind kind, String name, Function<? super ResourceScope, ? extends R> maker) {
    PrivateScope scope = Opening.apart(owner, name);
    try {
      R resource = Objects.requireNonNull(maker.apply(scope), "the maker returned null");
      ScopeExtras.Named entry = new ScopeExtras.Named(resource, kind, name, owner.lifecycle.coarse.nanoTime(), true);
      scope.named = entry;
      Closing.defer(owner, entry);
      if (scope.isClosing()) { // by its maker, or since
        owner.extras().forget(entry);
      }
      return resource;
    } catch (Throwable t) {
      scope.close();
      throw t;
    }
  }

  // ---- words and clocks

  @Override
  public String name() {
    return core.purpose.name;
  }

  @Override
  public String owner() {
    return owner.toString();
  }

  @Override
  public Housekeeping housekeeping() {
    return core.lifecycle.house;
  }

  @Override
  public Duration grace() {
    return core.options.grace();
  }

  /** The resource, whose line in the tree stands for this; null while it is being made, and when it has closed this. */
  ScopeExtras.@Nullable Named listed() {
    ScopeExtras.Named entry = named;
    return entry == null || entry.resource() == null || core.is(ScopeState.NO_ADMIT) ? null : entry;
  }

  @Override
  public String toString() {
    return core.toString();
  }

  // ---- work

  @Override
  public void start(String what, Work work) {
    Objects.requireNonNull(what, "what");
    Started started = new Started(Objects.requireNonNull(work, "work"));
    try {
      if (what.length() > MAX_WORD) {
        throw new IllegalArgumentException("what must have at most " + MAX_WORD + " characters: \"" + what + '"');
      }
      if (isClosing()) {
        throw new IllegalStateException("resource " + core + " is closed: \"" + what + "\" was not started");
      }
      owner.enlist(); // the deadline of an owner with nothing else to do must be known to the timer
      Forking.launch(core, purpose(what), STARTED, started, null, started);
    } catch (Throwable t) {
      started.never(t);
    }
  }

  private Purpose purpose(String what) {
    return core.lifecycle.purposes.get(core.purpose.name + '.' + what);
  }

  @Override
  public void dispose(Runnable end) {
    Objects.requireNonNull(end, "end");
    if (!core.is(ScopeState.NO_ADMIT | ScopeState.CLOSING | ScopeState.CLOSED)) {
      Disposal disposal = new Disposal(end);
      try {
        Forking.launch(core, purpose("close"), DISPOSED, disposal, null, disposal);
        return;
      } catch (RuntimeException | Error e) { // no thread, or closed since: it was not begun, and must be ended all the same
        if (e instanceof VirtualMachineError) {
          Uncaught.tell(e);
        }
      }
    }
    core.lifecycle.workers.execute(() -> disposeHere(end));
  }

  /** On a library thread, as no task: the scope may be closed, so that nothing could be opened in it. */
  private void disposeHere(Runnable end) {
    try {
      end.run();
    } catch (Throwable t) {
      failed("a hook of the resource threw while it ended something", null, t);
    }
  }

  @Override
  public void cancelWork(String message) {
    Objects.requireNonNull(message, "message");
    cancelStarted(core.reason(CancelReason.Kind.EXPLICIT, message.isBlank() ? "cancelled" : message, null));
  }

  /** Cancels what was started, each task for itself. Does not block. */
  void cancelStarted(Reason reason) {
    TaskList tasks = core.tasksOrNull();
    if (tasks != null) {
      tasks.forEach(
          task -> {
            if (isStarted(task)) {
              Cancellation.cancel(task, reason, true);
            }
          });
    }
  }

  private static boolean isStarted(TaskNode<?> task) {
    return task.ext != null && task.ext.end instanceof Started;
  }

  @Override
  public boolean isOwnerCancelled() {
    owner.applyDeadline();
    return owner.is(ScopeState.CANCELLED | ScopeState.CLOSED);
  }

  private boolean isClosing() {
    return closeUntil.get() != OPEN;
  }

  /** Why work must not begin though it was admitted; null if it may. */
  private @Nullable Reason whyNot() {
    if (isClosing()) {
      return closed();
    }
    owner.applyDeadline();
    Mark mark = owner.mark();
    if (mark != null) {
      return mark.reason;
    }
    return owner.is(ScopeState.CLOSED) ? closed() : null;
  }

  private Reason closed() {
    return core.reason(CancelReason.Kind.CLOSED, "resource \"" + core.purpose + "\" was closed", null);
  }

  private void failed(String message, @Nullable TaskNode<?> task, Throwable failure) {
    if (task == null && failure instanceof VirtualMachineError) { // else the task has told it
      Uncaught.tell(failure);
    }
    core.report(FailureReport.Kind.HOOK_FAILED, message, task, failure);
  }

  /** What was started: as body of its task, and as the one who is told of the end. */
  private final class Started implements Action, RunEnd {
    private final Work work;

    Started(Work work) {
      this.work = work;
    }

    @Override
    public void run() {
      work.run();
    }

    @Override
    public void admitted(TaskNode<?> run) {
      try {
        Reason why = whyNot();
        if (why != null) {
          Cancellation.cancel(run, why, true);
        }
      } catch (Throwable t) { // no memory: the task is listed and must be started, or it is waited for without end
        Reports.internal("work of a resource could not be cancelled", t);
      }
    }

    @Override
    public void ended(TaskNode<?> run, Task.Status status) {
      if (run.neverRan()) {
        Mark mark = run.mark();
        never(mark == null ? new IllegalStateException("the work was not begun") : Outcome.plain(mark.reason));
      } else if (status == Task.Status.FAILED) {
        failed("work of the resource threw", run, Objects.requireNonNull(run.peekFailure()));
      }
    }

    @Override
    public boolean isForeign() {
      return true;
    }

    void never(Throwable why) {
      try {
        work.neverRun(why);
      } catch (Throwable t) {
        failed("work of the resource threw when it was told that it will not run", null, t);
      }
    }
  }

  /** Something that ends, shielded: its thread asks the context whether it is cancelled like any other. */
  private final class Disposal implements Action, RunEnd {
    private final Runnable end;

    Disposal(Runnable end) {
      this.end = end;
    }

    @Override
    public void run() {
      ShieldFrame.<@Nullable Void, RuntimeException>run(
          core,
          ShieldFrame.OWN_BOUND,
          () -> {
            end.run();
            return null;
          });
    }

    @Override
    public void admitted(TaskNode<?> run) {}

    @Override
    public void ended(TaskNode<?> run, Task.Status status) {
      if (run.neverRan()) { // only if the scope was closed over its head
        core.lifecycle.workers.execute(() -> disposeHere(end));
      } else if (status == Task.Status.FAILED) {
        failed("a hook of the resource threw while it ended something", run, Objects.requireNonNull(run.peekFailure()));
      }
    }
  }

  // ---- the end

  @Override
  public void close() {
    long now = clock();
    if (closeUntil.compareAndSet(OPEN, Times.after(now, Times.toNanos(grace())))) {
      cancelStarted(closed());
    }
    if (Inside.of(core)) { // it would wait for itself
      leave();
      core.lifecycle.timer.addAfter(new AfterClose(this), Math.max(0, closeUntil.get() - now));
      return;
    }
    if (!await(this::isQuiet)) {
      abandon();
    }
    leave();
    if (ScopeState.live(core.word()) == 0 && !core.is(ScopeState.CLOSED) && !await(() -> core.is(ScopeState.CLOSED))) {
      Closing.overHead(core); // what hooks opened and forgot, and does not end
    }
  }

  private long clock() {
    return core.lifecycle.clock.nanoTime();
  }

  private boolean isQuiet() {
    long w = core.word();
    return ScopeState.live(w) == 0 || ScopeState.is(w, ScopeState.ABANDONED);
  }

  /**
   * Waits until the grace of the close is over or this thread is interrupted, which it remains; returns whether the condition holds. A moment before the end what
   * was cancelled is interrupted once more, so that work that obeys then is not taken for stuck.
   */
  private boolean await(BooleanSupplier condition) {
    long until = closeUntil.get();
    try {
      if (Waits.until(core, condition, until - GraceWatch.SETTLE)) {
        return true;
      }
      core.tasks().forEach(PrivateScope::interruptAgain);
      return Waits.until(core, condition, until);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return condition.getAsBoolean();
    }
  }

  private static void interruptAgain(TaskNode<?> task) {
    if (isStarted(task) && task.mark() != null) {
      Cancellation.interrupt(task, true);
    }
  }

  /** Names what still runs, and waits for it no longer. */
  private void abandon() {
    if (!core.is(ScopeState.ABANDONED)) {
      GraceWatch.abandon(core, closeUntil.get() - Times.toNanos(grace()));
    }
  }

  /** Lets the owner forget the resource; ends the scope if nothing runs, else its last task does. */
  private void leave() {
    ScopeExtras.Named entry = named;
    if (entry != null) {
      owner.extras().forget(entry);
    }
    core.extras().drainedBy = core; // before the look at the count: the last task leaves the count and then looks here
    core.set(ScopeState.NO_ADMIT);
    if (ScopeState.live(core.word()) > 0 || core.is(ScopeState.CLOSED)) {
      return;
    }
    Chain<ScopeCore> children = core.childrenOrNull();
    if (children == null || children.isEmpty()) {
      Closing.endAlone(core);
    } else {
      core.lifecycle.workers.execute(() -> Closing.endAlone(core)); // their end may take longer than the grace
    }
  }

  /** The grace of a close from inside, which nobody waited for. What still runs holds the scope; one that has ended must not be held until then. */
  private static final class AfterClose extends TimerNode {
    private final WeakReference<PrivateScope> closed;

    AfterClose(PrivateScope scope) {
      closed = new WeakReference<>(scope);
    }

    @Override
    void fire() {
      PrivateScope scope = closed.get();
      if (scope != null && !scope.isQuiet()) {
        scope.core.lifecycle.workers.execute(scope::abandon);
      }
    }
  }

  // ---- reports

  @Override
  public List<Holder> holders(List<Thread> threads, long... since) {
    return Holders.of(threads, since);
  }

  @Override
  public void report(ResourceEvent event, String message, @Nullable Thread holder, long since, @Nullable Throwable failure) {
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(message, "message");
    TaskNode<?> task = holder == null ? null : Holders.taskOf(holder, since);
    StackTraceElement[] stack = holder == null || !holder.isAlive() ? null : holder.getStackTrace();
    core.lifecycle.reports.tell(core, kind(event), message, task, failure, stack);
  }

  private static FailureReport.Kind kind(ResourceEvent event) {
    return switch (event) {
      case LEASE_LEAKED -> FailureReport.Kind.LEASE_LEAKED;
      case LEASE_OVERDUE -> FailureReport.Kind.LEASE_OVERDUE;
      case LEASE_REVOKED -> FailureReport.Kind.LEASE_REVOKED;
      case HOOK_FAILED -> FailureReport.Kind.HOOK_FAILED;
      case HOOK_SLOW -> FailureReport.Kind.HOOK_SLOW;
    };
  }
}
