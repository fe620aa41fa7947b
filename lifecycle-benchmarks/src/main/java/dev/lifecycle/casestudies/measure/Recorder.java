package dev.lifecycle.casestudies.measure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Records one side of a case: samples on a thread of its own from creation to close, heap and latency when told.
 *
 * <p>Thread-safe.
 */
public final class Recorder implements AutoCloseable {
  private static final double MB = 1024 * 1024;
  private static final int BEAT_MILLIS = 10;

  private final long start = System.nanoTime();
  private final LiveWork work;
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final Queue<Point> heap = new ConcurrentLinkedQueue<>();
  private final Queue<Point> latencies = new ConcurrentLinkedQueue<>();
  private long beats;
  private long lastBeat;
  private volatile double late;
  private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(r -> {
    Thread thread = new Thread(r, "case-sampler");
    thread.setDaemon(true);
    return thread;
  });

  /** Starts to sample. */
  public Recorder(LiveWork work, Duration period) {
    this.work = work;
    sampler.scheduleAtFixedRate(this::sample, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    sampler.scheduleAtFixedRate(this::beat, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A beat that comes late is the machine's doing, or that of a collection, whatever is being measured. */
  private void beat() {
    long now = System.nanoTime();
    if (beats++ > 0) {
      late = Math.max(late, (now - lastBeat) / 1e6 - BEAT_MILLIS);
    }
    lastBeat = now;
  }

  /** By how much the machine itself was late at its worst, in milliseconds: read it beside latencies. */
  public String lateness() {
    return String.format(Locale.ROOT, "%.0f ms", late);
  }

  private void sample() {
    samples.add(new Sample(seconds(), Process.threads(), work.count(), Process.descriptors(), work.oldestMillis()));
  }

  /** Time since the side began. */
  public double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Collects garbage and records the heap that is left, in MB. */
  public double heap() {
    double used = Process.heapAfterGc() / MB;
    heap.add(new Point(seconds(), used));
    return used;
  }

  /**
   * Records how long something took that began at this reading of {@link System#nanoTime()}, unless the recorder has been stopped; returns the
   * milliseconds.
   */
  public double took(long startNanos) {
    double millis = (System.nanoTime() - startNanos) / 1e6;
    if (!sampler.isShutdown()) {
      latencies.add(new Point(seconds(), millis));
    }
    return millis;
  }

  /** All samples, oldest first. */
  public List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** One value of each sample over time. */
  public List<Point> series(ToDoubleFunction<Sample> value) {
    return samples.stream().map(s -> new Point(s.seconds(), value.applyAsDouble(s))).toList();
  }

  /** The heap after a collection over time, in MB. */
  public List<Point> heaps() {
    return List.copyOf(heap);
  }

  /** The latencies over time, in milliseconds. */
  public List<Point> latencies() {
    return List.copyOf(latencies);
  }

  /** Stops to sample. Called before what was measured is taken down, so that the end of the series is not the taking down. */
  public void stop() {
    sampler.shutdownNow();
    Ending.await(sampler);
  }

  @Override
  public void close() {
    stop();
  }
}
