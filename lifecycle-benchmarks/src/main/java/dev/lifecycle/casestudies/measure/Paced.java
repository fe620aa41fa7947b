package dev.lifecycle.casestudies.measure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A step that is run at a fixed rate on one thread. */
public final class Paced implements AutoCloseable {
  private final ScheduledExecutorService clock;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int runs;

  private Paced(String name, Duration period, int times, Step step) {
    clock = Executors.newSingleThreadScheduledExecutor(r -> {
      Thread thread = new Thread(r, name);
      thread.setDaemon(true);
      return thread;
    });
    clock.scheduleAtFixedRate(() -> run(times, step), 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs the step this many times and waits for the end. What a step throws ends the series and is thrown here. */
  public static void run(String name, Duration period, int times, Step step) throws Exception {
    try (Paced paced = new Paced(name, period, times, step)) {
      paced.done.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Runs the step until closed. */
  public static Paced start(String name, Duration period, Step step) {
    return new Paced(name, period, Integer.MAX_VALUE, step);
  }

  private void run(int times, Step step) {
    if (done.isDone()) {
      return;
    }
    try {
      step.run(runs++);
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
    if (runs >= times) {
      done.complete(null);
    }
  }

  /** Lets the time pass while the load goes on. */
  public static void pause(Duration time) throws InterruptedException {
    try {
      new CompletableFuture<Void>().get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The time is over.
    }
  }

  /** Stops; the step that is running ends first. */
  @Override
  public void close() {
    clock.shutdown();
    Ending.await(clock);
    clock.shutdownNow();
  }

  /** What is done each time. */
  @FunctionalInterface
  public interface Step {
    /**
     * Runs.
     *
     * @param index 0 the first time
     */
    void run(int index) throws Exception;
  }
}
