package dev.lifecycle.unit;

import dev.lifecycle.Action;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs two actions at about the same moment, one on another thread, and returns when both have ended. */
final class Duel implements AutoCloseable {
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  void fight(Action there, Action here) throws Exception {
    AtomicInteger missing = new AtomicInteger(2);
    Future<?> end = other.submit(() -> {
      meet(missing);
      there.run();
      return null;
    });
    meet(missing);
    try {
      here.run();
    } finally {
      end.get(10, TimeUnit.SECONDS);
    }
  }

  private static void meet(AtomicInteger missing) {
    missing.decrementAndGet();
    while (missing.get() > 0) {
      Thread.yield();
    }
  }

  @Override
  public void close() {
    other.shutdown();
  }
}
