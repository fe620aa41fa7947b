package dev.lifecycle.casestudies.burst;

import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Process;
import dev.lifecycle.casestudies.measure.Recorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Sends bursts of requests at a store and looks at what stops them. */
final class SideRun {
  private static final int REQUEST_THREADS = 3;
  private static final double MB = 1024 * 1024;
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Bursts bursts;
  private final Path file;
  private final AtomicLong sent = new AtomicLong();
  private final Queue<Point> pauses = new ConcurrentLinkedQueue<>();
  private final Queue<Point> heaps = new ConcurrentLinkedQueue<>();
  private final Queue<Point> backlog = new ConcurrentLinkedQueue<>();
  private final List<Point> longest = new ArrayList<>();
  private final long[] nanos; // of each accept; made before, so that the measuring makes no garbage

  SideRun(Bursts bursts, Path file) {
    this.bursts = bursts;
    this.file = file;
    this.nanos = new long[bursts.count() * bursts.events()];
  }

  Measured run(Callable<EventStore> making) throws Exception {
    Process.settle();
    ExecutorService requests = Executors.newFixedThreadPool(REQUEST_THREADS);
    try (Recorder recorder = new Recorder(new LiveWork(), Duration.ofMillis(50))) {
      long millisBefore = Pauses.millis();
      long countBefore = Pauses.count();
      long start = System.nanoTime();
      EventStore store = making.call();
      try (store; Paced looks = Paced.start("case-looks", LOOK, i -> look(recorder, store, millisBefore))) {
        Paced.run("case-load", bursts.period(), bursts.count(), i -> burst(requests, store, i, recorder));
        store.finish();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long millis = Pauses.millis() - millisBefore;
      long count = Pauses.count() - countBefore;
      look(recorder, store, millisBefore);
      recorder.stop();
      double[] accepts = Arrays.stream(nanos).mapToDouble(n -> n / 1e6).sorted().toArray();
      return new Measured(
          recorder, millis, count, seconds, accepts, lines(), List.copyOf(pauses), List.copyOf(heaps), List.copyOf(backlog), List.copyOf(longest));
    } finally {
      requests.shutdownNow();
      Ending.await(requests);
      Files.deleteIfExists(file);
    }
  }

  private void look(Recorder recorder, EventStore store, long before) {
    double now = recorder.seconds();
    pauses.add(new Point(now, Pauses.millis() - before));
    Runtime runtime = Runtime.getRuntime();
    heaps.add(new Point(now, (runtime.totalMemory() - runtime.freeMemory()) / MB));
    backlog.add(new Point(now, Math.max(0, sent.get() - store.stored())));
  }

  private void burst(ExecutorService requests, EventStore store, int burst, Recorder recorder) throws Exception {
    List<Callable<Long>> threads = new ArrayList<>();
    int each = bursts.events() / REQUEST_THREADS;
    for (int t = 0; t < REQUEST_THREADS; t++) {
      int from = burst * bursts.events() + t * each;
      int to = t == REQUEST_THREADS - 1 ? (burst + 1) * bursts.events() : from + each;
      threads.add(() -> requests(store, from, to));
    }
    long most = 0;
    for (Future<Long> thread : requests.invokeAll(threads)) {
      most = Math.max(most, thread.get());
    }
    longest.add(new Point(recorder.seconds(), most / 1e6));
  }

  /** Requests one after the other; returns how long the longest took. */
  private long requests(EventStore store, int from, int to) throws InterruptedException {
    long most = 0;
    for (int i = from; i < to; i++) {
      long start = System.nanoTime();
      store.accept(Event.of(i));
      nanos[i] = System.nanoTime() - start;
      most = Math.max(most, nanos[i]);
      sent.incrementAndGet();
    }
    return most;
  }

  private long lines() throws IOException {
    long lines = 0;
    byte[] chunk = new byte[1 << 16];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        for (int i = 0; i < n; i++) {
          lines += chunk[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  /**
   * The load.
   *
   * @param count how many bursts
   * @param events in each
   * @param period between the starts of two
   */
  record Bursts(int count, int events, Duration period) {
    long all() {
      return (long) count * events;
    }
  }

  /**
   * What was measured.
   *
   * @param pauseMillis for how long the JVM was stopped, from the first burst until all was stored
   * @param pauseCount how often
   * @param seconds how long that took
   * @param accepts the times of all requests in milliseconds, in order
   * @param lines in the file
   */
  record Measured(Recorder recorder, long pauseMillis, long pauseCount, double seconds, double[] accepts, long lines, List<Point> pauses, List<Point> heaps,
      List<Point> backlog, List<Point> longest) {
    /** A percentile of the times of requests by the nearest rank. */
    double accept(double percent) {
      return accepts[(int) Math.ceil(percent / 100 * accepts.length) - 1];
    }
  }
}
