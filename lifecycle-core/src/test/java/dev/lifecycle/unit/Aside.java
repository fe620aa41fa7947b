package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Something that runs on a platform thread of its own, beside the test. */
final class Aside<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  private Aside(Callable<T> body) {
    thread = new Thread(() -> {
      try {
        result.complete(body.call());
      } catch (Throwable t) {
        result.completeExceptionally(t);
      }
    }, "aside");
    thread.setDaemon(true);
  }

  static <T> Aside<T> run(Callable<T> body) {
    Aside<T> aside = new Aside<>(body);
    aside.thread.start();
    return aside;
  }

  /** Runs the body and returns what it threw, or null. */
  static Aside<Throwable> catching(ThrowingCallable body) {
    return run(() -> catchThrowable(body));
  }

  /** Waits until the thread waits for something. */
  Aside<T> awaitWaiting() {
    await().until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    return this;
  }

  boolean isDone() {
    return result.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  T get() {
    return result.join();
  }
}
