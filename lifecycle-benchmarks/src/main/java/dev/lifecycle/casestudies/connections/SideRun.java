package dev.lifecycle.casestudies.connections;

import dev.lifecycle.casestudies.measure.Allocated;
import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Process;
import dev.lifecycle.casestudies.measure.Recorder;
import dev.lifecycle.casestudies.measure.Statistics;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Sends bursts of requests at the database. */
final class SideRun {
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Load load;
  private final Orders orders;
  private final long[] nanos; // of each request, from the burst on; made before, so that the measuring makes no garbage
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Queue<Point> open = new ConcurrentLinkedQueue<>();
  private final Queue<Point> opened = new ConcurrentLinkedQueue<>();

  SideRun(Load load, Orders orders) {
    this.load = load;
    this.orders = orders;
    this.nanos = new long[load.all()];
  }

  Measured run(Opener opener) throws Exception {
    Process.settle();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(load.threads(), load.threads(), 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), r -> new Thread(r, "case-request"));
    threads.prestartAllCoreThreads();
    long openedBefore = orders.opened();
    try (Recorder recorder = new Recorder(new LiveWork(), Duration.ofMillis(50))) {
      CountDownLatch left = new CountDownLatch(load.all());
      Allocated allocated = new Allocated(SideRun::isClient);
      try (Paced looks = Paced.start("case-looks", LOOK, i -> look(recorder, openedBefore))) {
        Paced.run("case-load", load.period(), load.bursts(), burst -> {
          long now = System.nanoTime();
          for (int i = 0; i < load.requests(); i++) {
            int request = burst * load.requests() + i;
            threads.execute(() -> request(opener, request, now, recorder, left));
          }
        });
        left.await();
      }
      long bytes = allocated.bytes();
      look(recorder, openedBefore);
      recorder.stop();
      double[] millis = Arrays.stream(nanos).mapToDouble(n -> n / 1e6).sorted().toArray();
      return new Measured(recorder, orders.opened() - openedBefore, bytes, millis, List.copyOf(failures), List.copyOf(open), List.copyOf(opened));
    } finally {
      threads.shutdownNow();
      Ending.await(threads);
    }
  }

  /** All but the database, which is no part of the program, and those that measure. */
  private static boolean isClient(String thread) {
    return thread.equals("case-request") || !thread.startsWith("case-") && !thread.startsWith("H2 ");
  }

  private void look(Recorder recorder, long openedBefore) throws SQLException {
    double now = recorder.seconds();
    open.add(new Point(now, orders.open()));
    opened.add(new Point(now, orders.opened() - openedBefore));
  }

  private void request(Opener opener, int request, long since, Recorder recorder, CountDownLatch left) {
    try {
      Orders.answer(opener, request);
    } catch (Exception e) {
      failures.add(e);
    } finally {
      nanos[request] = System.nanoTime() - since;
      recorder.took(since);
      left.countDown();
    }
  }

  /**
   * The load.
   *
   * @param threads that answer requests
   * @param bursts how many
   * @param requests in each
   * @param period between the starts of two
   */
  record Load(int threads, int bursts, int requests, Duration period) {
    int all() {
      return bursts * requests;
    }
  }

  /**
   * What was measured.
   *
   * @param connections how many were opened
   * @param bytes allocated by all threads but the database's
   * @param millis of all requests, from their burst to the answer, in order
   * @param open connections over time, as the database says
   * @param opened connections so far, over time
   */
  record Measured(Recorder recorder, long connections, long bytes, double[] millis, List<Throwable> failures, List<Point> open, List<Point> opened) {
    double bytesPerRequest() {
      return (double) bytes / millis.length;
    }

    /** A percentile of the times of requests by the nearest rank. */
    double request(double percent) {
      return millis[(int) Math.ceil(percent / 100 * millis.length) - 1];
    }

    /** The most connections at one time. */
    double mostOpen() {
      return Statistics.max(open.stream().map(Point::value).toList());
    }
  }
}
