package dev.lifecycle.casestudies.blocking;

import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.LiveWork;
import dev.lifecycle.casestudies.measure.Paced;
import dev.lifecycle.casestudies.measure.Point;
import dev.lifecycle.casestudies.measure.Process;
import dev.lifecycle.casestudies.measure.Recorder;
import dev.lifecycle.casestudies.net.LoopbackClient;
import dev.lifecycle.casestudies.net.SilentServer;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes waves of calls to a server that never answers. */
final class SideRun {
  private final LiveWork work = new LiveWork();
  private final AtomicInteger made = new AtomicInteger();
  private final Map<CallKind, Queue<Double>> ended = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
  private final Waves waves;

  SideRun(Waves waves) {
    this.waves = waves;
  }

  Measured run(Factory factory, Runnable beforeRelease) throws Exception {
    Process.settle();
    ExecutorService callers = Executors.newCachedThreadPool();
    try (Recorder recorder = new Recorder(work, Duration.ofMillis(50))) {
      int left;
      int threads;
      try (SilentServer server = new SilentServer(); LegacyGateway gateway = new LegacyGateway(server.address())) {
        Calls calls = factory.create(server.address(), LoopbackClient.create(), gateway);
        // The heap is looked at between the waves, so that no collection falls on a deadline.
        Paced.run("case-load", waves.period(), waves.count() + 1, i -> {
          recorder.heap();
          if (i < waves.count()) {
            wave(callers, calls, recorder);
          }
        });
        recorder.stop();
        left = work.count();
        threads = recorder.samples().get(recorder.samples().size() - 1).threads();
        beforeRelease.run();
      } finally {
        callers.shutdownNow();
      }
      Ending.await(callers);
      return new Measured(recorder, made.get(), left, threads, Map.copyOf(ended), Map.copyOf(outcomes));
    }
  }

  private void wave(ExecutorService callers, Calls calls, Recorder recorder) {
    for (int i = 0; i < waves.calls(); i++) {
      // Of ten calls one is for the hidden socket and one for the lock.
      CallKind kind = switch (i % 10) {
        case 0 -> CallKind.HIDDEN_SOCKET;
        case 5 -> CallKind.LOCK;
        default -> i % 2 == 0 ? CallKind.SOCKET : CallKind.HTTP;
      };
      callers.execute(() -> call(calls, kind, recorder));
    }
  }

  private void call(Calls calls, CallKind kind, Recorder recorder) {
    made.incrementAndGet();
    long start = System.nanoTime();
    String outcome = "returned";
    try {
      work.counted(() -> {
        calls.call(kind);
        return null;
      });
    } catch (Exception | Error e) {
      outcome = e.getClass().getSimpleName();
    }
    double millis = kind.hasHandle() ? recorder.took(start) : (System.nanoTime() - start) / 1e6;
    ended.computeIfAbsent(kind, k -> new ConcurrentLinkedQueue<>()).add(millis);
    outcomes.computeIfAbsent(outcome, o -> new AtomicInteger()).incrementAndGet();
  }

  /** Makes the calls of a side. */
  @FunctionalInterface
  interface Factory {
    Calls create(InetSocketAddress server, HttpClient client, LegacyGateway gateway);
  }

  /**
   * The load.
   *
   * @param count how many waves
   * @param calls per wave, all at once
   * @param period between the starts of two waves
   */
  record Waves(int count, int calls, Duration period) {}

  /**
   * What was measured.
   *
   * @param left calls that had not ended at the end of the observation
   * @param threads live threads then
   * @param ended how long the calls of each kind took that ended, in milliseconds, those included that ended only at the release
   * @param outcomes how calls ended
   */
  record Measured(Recorder recorder, int made, int left, int threads, Map<CallKind, Queue<Double>> ended, Map<String, AtomicInteger> outcomes) {
    /** How long calls with or without a handle took. */
    List<Double> millis(boolean handle) {
      return ended.entrySet().stream().filter(e -> e.getKey().hasHandle() == handle).flatMap(e -> e.getValue().stream()).toList();
    }

    /** The latencies of calls with a handle. */
    List<Point> latencies() {
      return recorder.latencies();
    }
  }
}
