package dev.lifecycle.unit;

import dev.lifecycle.Action;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** The body of a service whose every run parks until it is told how to end, or is interrupted; notes when runs begin and end. */
final class ToldBody implements Action {
  private final String name;
  private final List<String> events;
  private final boolean deaf;
  private final List<CompletableFuture<Void>> runs = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private volatile boolean overlapped;
  private volatile boolean interrupted;

  private ToldBody(String name, List<String> events, boolean deaf) {
    this.name = name;
    this.events = events;
    this.deaf = deaf;
  }

  static ToldBody listening() {
    return noting("body", new CopyOnWriteArrayList<>());
  }

  /** Ignores interrupts. */
  static ToldBody deaf() {
    return new ToldBody("body", new CopyOnWriteArrayList<>(), true);
  }

  /** Adds {@code +name} to the events when a run begins and {@code -name} when it ends. */
  static ToldBody noting(String name, List<String> events) {
    return new ToldBody(name, events, false);
  }

  static ToldBody deafNoting(String name, List<String> events) {
    return new ToldBody(name, events, true);
  }

  @Override
  public void run() throws Exception {
    if (running.getAndIncrement() != 0) {
      overlapped = true;
    }
    events.add('+' + name);
    CompletableFuture<Void> told = new CompletableFuture<>();
    runs.add(told);
    try {
      await(told);
    } finally {
      events.add('-' + name);
      running.decrementAndGet();
    }
  }

  private void await(CompletableFuture<Void> told) throws Exception {
    for (;;) {
      try {
        told.get();
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (Exception) e.getCause();
      } catch (InterruptedException e) {
        interrupted = true;
        if (!deaf) {
          throw e;
        }
      }
    }
  }

  /** Waits until there have been so many runs and the last of them runs. */
  ToldBody awaitRun(int number) {
    ServiceFixture.soon().until(() -> runs.size() == number && running.get() == 1);
    return this;
  }

  /** Lets the present run throw. */
  void fail(Throwable failure) {
    runs.get(runs.size() - 1).completeExceptionally(failure);
  }

  void fail(String message) {
    fail(new IllegalStateException(message));
  }

  /** Lets the present run return. */
  void complete() {
    runs.get(runs.size() - 1).complete(null);
  }

  int runs() {
    return runs.size();
  }

  boolean isRunning() {
    return running.get() > 0;
  }

  boolean hasOverlapped() {
    return overlapped;
  }

  boolean wasInterrupted() {
    return interrupted;
  }
}
