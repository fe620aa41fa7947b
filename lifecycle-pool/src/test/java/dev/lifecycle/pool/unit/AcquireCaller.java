package dev.lifecycle.pool.unit;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A caller of a pool on a platform thread of its own, beside the test. The thread ends with the call. */
final class AcquireCaller<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean flagged;

  private AcquireCaller(Callable<T> call) {
    thread = new Thread(() -> {
      try {
        T value = call.call();
        flagged = Thread.currentThread().isInterrupted();
        result.complete(value);
      } catch (Throwable t) {
        flagged = Thread.currentThread().isInterrupted();
        result.completeExceptionally(t);
      }
    }, "caller");
    thread.setDaemon(true);
  }

  static <T> AcquireCaller<T> run(Callable<T> call) {
    AcquireCaller<T> caller = new AcquireCaller<>(call);
    caller.thread.start();
    return caller;
  }

  Thread thread() {
    return thread;
  }

  boolean isDone() {
    return result.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Whether the interrupt flag was set when the call returned. */
  boolean wasFlagged() {
    ended();
    return flagged;
  }

  /** What the call returned. */
  T value() {
    ended();
    return result.join();
  }

  /** What the call threw; null if it returned. */
  Throwable failure() {
    ended();
    return result.handle((value, failure) -> failure).join();
  }

  private void ended() {
    try {
      result.handle((value, failure) -> value).get(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      AssertionError error = new AssertionError("the caller still waits");
      error.setStackTrace(thread.getStackTrace());
      throw error;
    } catch (InterruptedException | ExecutionException e) {
      throw new CompletionException(e);
    }
  }
}
