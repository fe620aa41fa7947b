package dev.lifecycle.casestudies.measure;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts bodies of work that have begun and not ended, on whatever thread they run, so that both sides are counted alike.
 *
 * <p>Thread-safe.
 */
public final class LiveWork {
  private final Set<Entry> live = ConcurrentHashMap.newKeySet();
  private final @Nullable LiveWork whole;

  /** Counts alone. */
  public LiveWork() {
    this(null);
  }

  private LiveWork(@Nullable LiveWork whole) {
    this.whole = whole;
  }

  /** A count of its own for a part of the work, which this one includes. */
  public LiveWork part() {
    return new LiveWork(this);
  }

  private Entry enter() {
    Entry entry = new Entry();
    live.add(entry);
    return entry;
  }

  /**
   * Runs the body, counted.
   *
   * @param <T> what it returns
   * @param <X> what it throws beside InterruptedException
   */
  public <T extends @Nullable Object, X extends Exception> T counted(Body<T, X> body) throws X, InterruptedException {
    Entry entry = enter();
    try {
      return body.run();
    } finally {
      entry.leave();
    }
  }

  /** How many bodies are live. */
  public int count() {
    return live.size();
  }

  /** For how long the oldest live body has been running, in milliseconds; 0 if none is live. */
  public double oldestMillis() {
    long now = System.nanoTime();
    return live.stream().mapToLong(e -> now - e.start).max().orElse(0) / 1e6;
  }

  private final class Entry {
    private final long start = System.nanoTime();
    private final @Nullable Entry inWhole = whole == null ? null : whole.enter();

    void leave() {
      live.remove(this);
      if (inWhole != null) {
        inWhole.leave();
      }
    }
  }

  /**
   * A body of work.
   *
   * @param <T> what it returns
   * @param <X> what it throws beside InterruptedException
   */
  @FunctionalInterface
  public interface Body<T extends @Nullable Object, X extends Exception> {
    /** Runs. */
    T run() throws X, InterruptedException;
  }
}
