package dev.lifecycle;

import dev.lifecycle.internal.Scopes;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The owner of tasks, children and resources: all of them have ended when {@link #close()} returns, or are named in a report with their live stack.
 *
 * <p>{@code Scope.call} is the leading form: one deadline over a body and everything it forks, with an implicit join and close. {@code Scope.open} in a
 * try-with-resources statement is the lexical form; its body is not inside the scope (see {@link Context#current()}), so pass the scope on. Opened
 * inside a task or a call body, a scope is a child of that task's scope, unless {@link ScopeOptions#parent} or {@link ScopeOptions#detached} says
 * otherwise: deadline, cancel and values follow.
 *
 * <p>A purpose says what a scope or a task is for. It matches {@code [a-z][a-z0-9._-]{0,63}} and comes from a bounded set: put no ids into it.
 *
 * <p>Thread-safe: any thread may fork, cancel or join. Memory consistency: what a thread did before a fork happens before the task's body; what a body
 * did happens before the return of the {@code join} or {@code close} that waited for it.
 *
 * <p>Not for implementing. The idea is that of structured concurrency as in Trio's nurseries, Go's errgroup and {@code StructuredTaskScope}.
 */
public interface Scope extends AutoCloseable {
  /** Opens a scope with the defaults: fail fast, no deadline, a grace of 5 s, then wait. Does not block. */
  static Scope open(String purpose) {
    return Scopes.open(purpose, ScopeOptions.defaults());
  }

  /**
   * Opens a scope. Does not block. One whose deadline has passed opens already cancelled.
   *
   * @throws IllegalArgumentException if the purpose is malformed, the parent belongs to another lifecycle or the executor is shut down
   * @throws IllegalStateException if the parent is closed
   * @throws java.util.concurrent.RejectedExecutionException if the parent is draining and the caller is no task of it
   */
  static Scope open(String purpose, UnaryOperator<ScopeOptions> options) {
    return Scopes.open(purpose, ScopeOptions.of(options));
  }

  /**
   * Runs the body in this thread as the first task of a new scope, then joins and closes the scope. The deadline is enforced on the body too, by
   * interrupting this thread while the body runs.
   *
   * @param timeout from now; zero or negative: the body never runs and {@code DeadlineExceededException} is thrown
   * @return what the body returned
   * @throws X what the body threw
   * @throws InterruptedException if this thread was interrupted from outside
   * @throws TaskFailedException if a fork failed first
   * @throws DeadlineExceededException if the deadline came before the end of the body or of a fork
   * @throws ScopeCancelledException if the scope was cancelled before
   */
  static <T extends @Nullable Object, X extends Exception> T call(String purpose, Duration timeout, Body<T, X> body) throws X, InterruptedException {
    return Scopes.call(purpose, timeout, body);
  }

  /** As {@link #call(String, Duration, Body)}, with options. */
  static <T extends @Nullable Object, X extends Exception> T call(String purpose, UnaryOperator<ScopeOptions> options, Body<T, X> body)
      throws X, InterruptedException {
    return Scopes.call(purpose, ScopeOptions.of(options), body);
  }

  /**
   * Opens a child of this scope: its deadline is at most this one's, a cancel of this scope cancels it, and closing this scope closes it. The child is held
   * by this scope, so that dropping the reference is no leak.
   *
   * @throws IllegalStateException if this scope is closed
   * @throws java.util.concurrent.RejectedExecutionException if this scope is draining and the caller is no task of it
   */
  Scope child(String purpose, UnaryOperator<ScopeOptions> options);

  /**
   * Starts a task for a value. Does not block, except at the limit under {@link Overflow#BLOCK}. After a cancel nothing runs and the task returned is
   * already {@code CANCELLED}.
   *
   * @throws IllegalArgumentException if the purpose is malformed
   * @throws IllegalStateException if this scope is closed
   * @throws java.util.concurrent.RejectedExecutionException if this scope drains and the caller is no task of it, the limit rejects, or no thread can be had
   * @throws ForkInterruptedException if interrupted while waiting for a permit
   */
  <T extends @Nullable Object> Task<T> fork(String purpose, Callable<? extends T> body);

  /** As {@link #fork(String, Callable)}, with options. */
  <T extends @Nullable Object> Task<T> fork(String purpose, UnaryOperator<TaskOptions<T>> options, Callable<? extends T> body);

  /** Starts a task for an effect; otherwise as {@link #fork(String, Callable)}. Under {@link Policy#SUPERVISE} its failure goes to the listener at once. */
  Task<@Nullable Void> start(String purpose, Action body);

  /**
   * Counts a stage of somebody else as a task of this scope: bound by its deadline, waited for by {@code join}, and cancelled with it through
   * {@link java.util.concurrent.CompletableFuture#cancel} where the stage supports that.
   */
  <T extends @Nullable Object> Task<T> adopt(String purpose, CompletionStage<T> stage);

  /** A new queue of completions; tasks forked through it are taken one by one as they end. */
  <T extends @Nullable Object> Completions<T> completions();

  /**
   * Waits for every task to end, then applies the policy. A deadline that passes while waiting cancels the scope; the wait still lasts until every task
   * has ended, or under {@link AfterGrace#ABANDON} at most the grace and 250 ms. May be called again, and by many threads.
   *
   * @throws InterruptedException if this thread is interrupted; the scope is as before
   * @throws TaskFailedException if the policy made a failure fatal
   * @throws DeadlineExceededException if the deadline was reached before the last task ended, or before this call
   * @throws ScopeCancelledException if the scope was cancelled before
   * @throws OrphanedTasksException if tasks were abandoned and nothing else failed
   * @throws IllegalStateException if called from a task of this scope or of a descendant
   */
  void join() throws InterruptedException;

  /**
   * As {@link #join()}, but throws the first failure itself if it is of the expected type. Other failures are suppressed on it only if it was not thrown
   * before, else they go to the failure listener.
   */
  <X extends Exception> void join(Class<X> expected) throws InterruptedException, X;

  /**
   * Waits until no task is live or the timeout is over. Applies no policy and cancels nothing.
   *
   * @param timeout zero or negative: does not wait
   * @return whether no task was live
   */
  boolean awaitQuiescence(Duration timeout) throws InterruptedException;

  /**
   * From now on admits no work from outside; tasks of this scope may still fork. Does not block.
   *
   * @return true if this call began it
   */
  boolean drain();

  /**
   * Cancels this scope and every descendant. Does not wait for anything, hooks included; never blocks on user code.
   *
   * @return true if this cancel is the first, so that its reason is what {@code join} reports
   */
  boolean cancel(String message);

  /** As {@link #cancel(String)}, with a cause that the exceptions will carry. */
  boolean cancel(String message, Throwable cause);

  /**
   * Registers a hook that runs once when this scope is cancelled, before its tasks are interrupted: to unblock what an interrupt cannot. It runs on a
   * library thread; at once and on this thread if the scope is already cancelled. What it throws goes to the failure listener. A scope that closes in
   * peace never runs it.
   */
  Registration onCancel(Action hook);

  /**
   * Closes the resource if this scope is cancelled, as {@link #onCancel} does; it is not closed otherwise. The scope holds the resource until it ends: in a
   * long-lived scope register with {@link #onCancel}, which can be taken back.
   *
   * @return the resource
   */
  <R extends AutoCloseable> R closeOnCancel(R resource);

  /**
   * Closes the resource, or runs the lambda, when this scope closes: after the last task has ended or was orphaned, last in first out, on the closing
   * thread, shielded from cancel.
   *
   * @throws IllegalStateException if the cleanup of this scope has already run; the resource is closed before the throw
   */
  <R extends AutoCloseable> R defer(R resourceOrLambda);

  /**
   * As {@link #defer}, and counts the resource in the tree under this kind and name, which follows the rule of purposes. A
   * {@link dev.lifecycle.spi.OwnedResource} shows its figures there too.
   */
  <R extends AutoCloseable> R own(R resource, ResourceKind kind, String name);

  /**
   * Makes a resource that runs work of its own, such as a pool or a cache, and owns it as {@link #own(AutoCloseable, ResourceKind, String)} does: for authors of
   * resources. The resource gets a private scope, a child of this one that is no business of this scope's policy, joins, limits and drain; it closes that
   * when it is closed, by this scope or by hand. Not parented by the calling task.
   *
   * @param name follows the rule of purposes, at most {@value ResourceScope#MAX_NAME} characters: the work of the resource is named after it
   * @param maker called once, on this thread; what it throws is thrown, and nothing is owned
   * @throws IllegalStateException if this scope is closed
   * @throws java.util.concurrent.RejectedExecutionException if it is draining and the caller is an outsider
   */
  <R extends OwnedResource> R own(ResourceKind kind, String name, Function<? super ResourceScope, ? extends R> maker);

  /** The context that tasks of this scope see, without any task's hooks: what is registered on it ends with the scope. */
  Context context();

  /** The facts of this moment. */
  ScopeInfo info();

  /**
   * An executor whose tasks belong to a child scope of its own (SUPERVISE). Shutting it down ends that child only; a failed future fails nobody;
   * exceptions of {@code execute} go to the uncaught handler. After a cancel or close submissions throw {@code RejectedExecutionException}.
   */
  ExecutorService asExecutor(String purpose);

  /**
   * Ends the scope: cancels what still runs, waits for it, closes children that are still open, runs the deferred cleanup. Idempotent; a second closer
   * waits for the first. Not interruptible: an interrupt flag is restored at the end.
   *
   * @throws TaskFailedException if a failure was fatal and nobody has seen it
   * @throws CleanupFailedException if only cleanup failed
   * @throws OrphanedTasksException if tasks were abandoned and nothing else failed
   * @throws IllegalStateException if called from a task of this scope or of a descendant
   */
  @Override
  void close();

  /**
   * The body of a call.
   *
   * @param <T> what it returns
   * @param <X> what it throws
   */
  @FunctionalInterface
  interface Body<T extends @Nullable Object, X extends Exception> {
    /** Runs the body in the caller's thread. */
    T run(Scope scope) throws X, InterruptedException;
  }
}
