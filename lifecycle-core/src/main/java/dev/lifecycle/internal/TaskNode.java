package dev.lifecycle.internal;

import dev.lifecycle.Action;
import dev.lifecycle.CancelReason;
import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A task: its own record, list node, future, runnable, and on a thread of its own the way to find it (see {@link Frames}).
 *
 * <p>Two words, two questions. The word of {@link Frame} says where the body is and who may interrupt it. {@code outcome} says what the future holds: it
 * is decided once, by CAS from null, by the body's end or by the first cancel. A cancel that comes first leaves a {@link Mark}; the future is then done,
 * while the scope counts the task until the body has ended. A failure thrown after the mark is kept in {@code work} under {@link #LATE_FAILURE}.
 *
 * <p>{@code work} holds the body until it begins and the failure, if any, when it has ended; it is written before the CAS or the flag that publishes it.
 */
final class TaskNode<T extends @Nullable Object> extends Frame implements Task<T>, Runnable, Thread.UncaughtExceptionHandler {
  /** Somebody has seen the outcome. */
  static final int SEEN = 1;

  /** Runs on a thread made for it. */
  static final int DEDICATED = 1 << 1;

  /** Forked by {@code start}: {@code work} is an {@link Action}. */
  static final int EFFECT = 1 << 2;

  /** Ignored its cancel past the grace. */
  static final int ORPHAN = 1 << 3;

  /** Stands for a stage of somebody else: there is no body to run. */
  static final int ADOPTED = 1 << 12;

  /** The stage has called back. */
  static final int COMPLETED = 1 << 4;

  /** Never interrupt. */
  static final int NO_INTERRUPT = 1 << 5;

  /** Threw after its cancel. */
  static final int LATE_FAILURE = 1 << 6;

  /** Holds a permit of the scope's limit; whoever clears the bit gives it back. */
  static final int PERMIT = 1 << 7;

  /** Came through {@code Executor.execute}: {@code work} is a {@code Runnable}, and a failure goes to the uncaught handler. */
  static final int EXECUTE = 1 << 8;

  /** Has opened scopes, which are cancelled with it. */
  static final int OPENED = 1 << 9;

  /** Was refused. */
  static final int REFUSED = 1 << 10;

  /** Runs in the frame of a caller, on no thread that was given to it. */
  static final int INLINE = 1 << 11;

  private static final Object NULL = new Object();
  private static final Object FAILED = new Object();
  private static final VarHandle OUTCOME;
  private static final VarHandle FLAGS;
  private static final VarHandle WAITERS;

  static {
    Uncaught.load(); // when memory has run out it is too late
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OUTCOME = lookup.findVarHandle(TaskNode.class, "outcome", Object.class);
      FLAGS = lookup.findVarHandle(TaskNode.class, "flags", int.class);
      WAITERS = lookup.findVarHandle(TaskNode.class, "waiters", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Purpose purpose;
  final long startedAt;
  final @Nullable TaskExt<T> ext;

  /** The innermost frame of this task's own thread. Written and read by that thread only. */
  @Nullable Frame top;

  /** The place in the scope's list; written before the task can be found there. */
  private TaskList.@Nullable Segment segment;

  private int slot;

  /** What stands for the task where shared threads take it from. Cleared by whoever wins the task's word. */
  private @Nullable Ticket ticket;

  private final long id = Ids.next();
  private @Nullable Object work;
  private volatile @Nullable Object outcome;
  private volatile int flags;

  @SuppressWarnings("unused") // through WAITERS
  private volatile @Nullable Waiter waiters;

  TaskNode(ScopeCore scope, Purpose purpose, Object work, int flags, @Nullable TaskExt<T> ext) {
    super(scope, NEW);
    this.purpose = purpose;
    this.work = work;
    this.ext = ext;
    this.startedAt = scope.lifecycle.coarse.nanoTime();
    this.ticket = (flags & (DEDICATED | ADOPTED)) == 0 ? new Ticket(this) : null;
    FLAGS.set(this, flags);
  }

  // ---- running

  /** The plain case stands here and not in methods of its own: what is on the stack of a parked virtual thread is memory. */
  @Override
  public void run() {
    if (!has(DEDICATED)) {
      runShared(true);
      return;
    }
    if (!begin()) {
      if (neverRan()) { // else a joiner runs it, on the thread that the field now names
        thread = null; // cancelled before it began; whoever did that has removed it
      }
      return;
    }
    top = this;
    Throwable failure = null;
    if (ext == null && work instanceof Callable<?> body && !has(EFFECT | EXECUTE)) {
      work = null;
      try {
        work = body.call();
      } catch (Throwable t) {
        failure = t;
      }
    } else {
      failure = invoke();
    }
    endDedicated(failure);
  }

  private void endDedicated(@Nullable Throwable failure) {
    try {
      conclude(failure);
    } finally {
      if (ext == null && scope.isPlain()) {
        end();
      } else {
        endShared(true, false); // foreign code follows on this thread: it must not be hit by a late interrupt
      }
      scope.ended(this);
      top = null;
      forgetThread(); // not earlier: the thread finds its frames through it
    }
  }

  /**
   * Runs the body on the current thread, which goes on afterwards, if nobody else has begun it.
   *
   * @param base true on a pool's thread: what was set before is not the task's business; false in the frame of a caller, who gets its flag back
   */
  boolean runShared(boolean base) {
    Object slot = Frames.slot();
    Frame below = Frames.get(slot);
    int landed = landed(below, null); // before the look at the flag
    boolean before = Thread.interrupted();
    if (!beginShared(below, landed)) {
      if (before) {
        Thread.currentThread().interrupt();
      }
      return false;
    }
    Ticket held = emptyTicket(); // if a joiner runs it, the executor's queue need not hold it
    if (!base) {
      raise(INLINE);
      if (scope.limiter() != null) {
        scope.limiter().noteDead(); // its place in the queue, if it had one
      }
    }
    boolean alone = base && below == null;
    if (alone && before) {
      scope.lifecycle.foreignInterrupts.increment();
    }
    Frames.set(slot, this);
    try {
      conclude(invoke(held));
    } finally {
      endShared(alone, before && !alone);
      forgetThread();
      try {
        scope.ended(this);
      } finally {
        Frames.set(slot, below);
        enclosing = null;
      }
    }
    return true;
  }

  /**
   * As {@link #invoke()}, with the forker's context class loader, which may be null and is mostly the thread's own; a thread may refuse it, and then that is
   * the failure. Whatever the body sets is taken back, without a ticket too.
   */
  private @Nullable Throwable invoke(@Nullable Ticket held) {
    Thread self = Thread.currentThread();
    try {
      ClassLoader previous = self.getContextClassLoader();
      ClassLoader forkers = held == null ? previous : held.loader;
      if (previous != forkers) {
        self.setContextClassLoader(forkers);
      }
      try {
        return invoke();
      } finally {
        if (self.getContextClassLoader() != previous) { // ours, or the body's own
          self.setContextClassLoader(previous);
        }
      }
    } catch (Throwable t) {
      work = null;
      return t;
    }
  }

  /** Runs the body; returns what it threw and leaves the value in {@code work}. */
  private @Nullable Throwable invoke() {
    Object body = work;
    work = null;
    try {
      TaskExt<T> e = ext;
      if (e != null && e.carried != null) {
        work = e.carried.<@Nullable Object>call(() -> call(body));
      } else {
        work = call(body);
      }
      return null;
    } catch (Throwable t) {
      return t;
    }
  }

  private @Nullable Object call(@Nullable Object body) throws Exception {
    if (has(EXECUTE)) {
      ((Runnable) Objects.requireNonNull(body)).run();
      return null;
    }
    if (has(EFFECT)) {
      ((Action) Objects.requireNonNull(body)).run();
      return null;
    }
    return ((Callable<?>) Objects.requireNonNull(body)).call();
  }

  /** Decides the outcome after the body; the value is in {@code work}. */
  private void conclude(@Nullable Throwable failure) {
    Object value = work;
    work = failure; // for a value null: the future is now its only holder
    if (failure == null) {
      if (settle(value == null ? NULL : value)) {
        return;
      }
      Discards.value(this, value);
    } else {
      try {
        if (failure instanceof VirtualMachineError) {
          Uncaught.tell(failure); // at once: the task may be the last thing that still works
        }
      } finally {
        fail(failure);
      }
    }
  }

  private void fail(Throwable failure) {
    Mark cancelled = mark();
    if (cancelled == null) {
      cancelled = scope.mark(); // the cancel is on its way here
    }
    if (cancelled != null && meansCancelled(failure, cancelled)) {
      work = null;
      settle(cancelled);
    } else if (!settle(FAILED)) {
      // the mark came first, or between the look and the CAS
      if (meansCancelled(failure, Objects.requireNonNull(mark()))) {
        work = null;
      } else {
        raise(LATE_FAILURE);
      }
    }
  }

  private static boolean meansCancelled(Throwable failure, Mark cancelled) {
    return failure instanceof InterruptedException
        || failure instanceof ClosedByInterruptException
        || failure instanceof CancellationException
        || failure instanceof DeadlineExceededException d && d.reason() == cancelled.reason;
  }

  /** Ends a task that has no body of its own, see {@link Adoption}. */
  void completeAdopted(@Nullable Object value, @Nullable Throwable failure) {
    if ((raise(COMPLETED) & COMPLETED) != 0) {
      return; // a stage of somebody else may call back twice
    }
    work = value;
    try {
      conclude(failure);
    } finally {
      end();
      scope.ended(this);
    }
  }

  private boolean settle(Object result) {
    if (OUTCOME.compareAndSet(this, null, result)) {
      wake();
      return true;
    }
    return false;
  }

  private void wake() {
    if (waiters != null) {
      Waiter.wakeAll(WAITERS, this, 0);
    }
  }

  // ---- cancel and refusal, called through Cancellation and Forking

  /** Of a task that has not begun: takes it out of the race; the caller, and only it, removes the task from its scope. */
  boolean cancelUnbegun(Mark m) {
    if (!refuse(CANCELLED)) {
      return false;
    }
    work = null;
    settle(m);
    return true;
  }

  /** Of a task that could not be started: as {@link #cancelUnbegun}. */
  boolean rejectUnbegun(Throwable why) {
    if (!refuse(REJECTED)) {
      return false;
    }
    work = why;
    raise(REFUSED | SEEN);
    settle(FAILED);
    return true;
  }

  /** Marks a task whose body runs; returns whether this cancel is the task's first. */
  boolean markRunning(Mark m) {
    return settle(m);
  }

  /** What to give to an executor. Only of a task that shares its thread, and has not ended. */
  @Nullable Ticket ticket() {
    return ticket;
  }

  /** Lets the executor's queue forget the task; returns the emptied ticket, null if the task has none. */
  @Nullable Ticket emptyTicket() {
    Ticket t = ticket;
    if (t != null) {
      t.empty();
      ticket = null;
    }
    return t;
  }

  /** The body of a task that may not have begun: a hint, read before {@link #cancelUnbegun}. */
  @Nullable Object unbegunBody() {
    return work;
  }

  boolean isUnbegun() {
    return phase() == NEW;
  }

  /** Whether the body has been left for good, or never will be begun. */
  boolean hasEnded() {
    return phase() >= DONE;
  }

  boolean neverRan() {
    int p = phase();
    return p == CANCELLED || p == REJECTED;
  }

  boolean mayInterrupt() {
    Mark m = mark();
    return !has(NO_INTERRUPT) && (m == null || m.interrupts);
  }

  // ---- the scope's list

  void place(TaskList.Segment in, int at) {
    segment = in;
    slot = at;
  }

  /** Takes the task out of the list, if it has come to be there. */
  void unlist() {
    TaskList.Segment in = segment;
    if (in != null) {
      in.clear(slot);
      segment = null;
    }
  }

  // ---- flags

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Sets flags and returns those before. */
  int raise(int flag) {
    return (int) FLAGS.getAndBitwiseOr(this, flag);
  }

  /** Clears a flag; returns whether this call did. */
  boolean lower(int flag) {
    return (flags & flag) != 0 && ((int) FLAGS.getAndBitwiseAnd(this, ~flag) & flag) != 0;
  }

  // ---- the future

  @Override
  public long id() {
    return id;
  }

  @Override
  public String purpose() {
    return purpose.name;
  }

  @Override
  public Status status() {
    Object o = outcome;
    if (o == null) {
      return phase() == NEW ? Status.QUEUED : Status.RUNNING;
    }
    if (o == FAILED) {
      return Status.FAILED;
    }
    if (!(o instanceof Mark)) {
      return Status.SUCCEEDED;
    }
    int f = flags;
    if ((f & LATE_FAILURE) != 0) {
      return Status.FAILED;
    }
    if (hasEnded()) {
      return Status.CANCELLED;
    }
    return (f & ORPHAN) != 0 ? Status.ORPHANED : Status.CANCELLING;
  }

  @Override
  public boolean isDone() {
    return outcome != null;
  }

  @Override
  public boolean isCancelled() {
    return outcome instanceof Mark;
  }

  @Nullable Mark mark() {
    return outcome instanceof Mark m ? m : null;
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    Waits.forTask(this, WAITERS, Long.MAX_VALUE);
    return result();
  }

  @Override
  public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
    Objects.requireNonNull(unit, "unit");
    if (!Waits.forTask(this, WAITERS, unit.toNanos(timeout))) {
      throw new TimeoutException("task t-" + id + " \"" + purpose + "\" has not ended after " + timeout + ' ' + unit);
    }
    return result();
  }

  /** Waits as {@link #get} does, but sees nothing. */
  boolean awaitDone(long nanos) throws InterruptedException {
    return Waits.forTask(this, WAITERS, nanos);
  }

  private T result() throws ExecutionException {
    Object o = outcome;
    if (o == FAILED) {
      throw new ExecutionException(seenFailure());
    }
    if (o instanceof Mark m) {
      throw new ScopeCancelledException(m.reason);
    }
    return take(o);
  }

  @Override
  public T resultNow() {
    Object o = outcome;
    if (o == null || o == FAILED || o instanceof Mark) {
      if (o == FAILED) {
        seenFailure();
      }
      throw new IllegalStateException("task t-" + id + " \"" + purpose + "\" has no result: " + status());
    }
    return take(o);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // the outcome is what the body, a Callable<? extends T>, returned
  private T take(@Nullable Object o) {
    if ((flags & SEEN) == 0 && (raise(SEEN) & SEEN) == 0 && ext != null) {
      Discards.taken(this);
    }
    return o == NULL ? (T) null : (T) o;
  }

  /** The value if the task succeeded, without taking it; for discard. */
  @Nullable Object peek() {
    Object o = outcome;
    return o == NULL || o == FAILED || o instanceof Mark ? null : o;
  }

  /** As on {@code Future} of Java 19 and later. */
  public Throwable exceptionNow() {
    Throwable failure = failure();
    if (failure == null || isCancelled()) {
      throw new IllegalStateException("task t-" + id + " \"" + purpose + "\" has not failed: " + status());
    }
    return failure;
  }

  @Override
  public @Nullable Throwable failure() {
    return hasFailed() ? seenFailure() : null;
  }

  boolean hasFailed() {
    return outcome == FAILED || has(LATE_FAILURE);
  }

  /** What the body threw, without counting as having seen it. Only if {@link #hasFailed()}. */
  Throwable peekFailure() {
    return (Throwable) Objects.requireNonNull(work);
  }

  private Throwable seenFailure() {
    raise(SEEN);
    return peekFailure();
  }

  @Override
  public @Nullable CancelReason cancelReason() {
    return outcome instanceof Mark m ? m.reason : null;
  }

  @Override
  public boolean cancel(String message) {
    Objects.requireNonNull(message, "message");
    return Cancellation.cancel(this, scope.reason(CancelReason.Kind.EXPLICIT, message.isBlank() ? "cancelled" : message, null), true);
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    return Cancellation.cancel(this, scope.reason(CancelReason.Kind.EXPLICIT, "Future.cancel", null), mayInterrupt);
  }

  /** Nothing escapes {@link #run}; whoever calls the handler of this thread gets what the process does with uncaught exceptions. */
  @Override
  public void uncaughtException(Thread t, Throwable e) {
    Uncaught.forward(t, e);
  }

  @Override
  public String toString() {
    return "t-" + id + ' ' + purpose + ' ' + status();
  }
}
