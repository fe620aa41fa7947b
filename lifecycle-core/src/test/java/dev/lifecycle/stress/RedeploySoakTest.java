package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.ShutdownReport;
import dev.lifecycle.diagnostics.Snapshot;
import dev.lifecycle.internal.Timers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole tree of services is deployed and shut down again and again, under load from outside and with parts that fail: nothing is left of it each time.
 *
 * <p>Some seconds in every build; five thousand redeployments by {@code -Dlifecycle.soak=long -Djunit.jupiter.execution.timeout.mode=disabled}.
 */
@Timeout(60)
class RedeploySoakTest {
  private static final boolean LONG = "long".equals(System.getProperty("lifecycle.soak"));
  private static final int REDEPLOYMENTS = LONG ? 5_000 : 200;
  private static final long NANOS = LONG ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(4);
  private static final int MEASURED = 5;
  private static final Set<FailureReport.Kind> EXPECTED = EnumSet.of(FailureReport.Kind.TASK_FAILED, FailureReport.Kind.SERVICE_FAILED);

  private final List<FailureReport> unexpected = new CopyOnWriteArrayList<>();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("redeploy").failureListener(this::heard));
  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timed = Executors.newScheduledThreadPool(2);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile Deployment deployment;
  private volatile boolean over;

  private void heard(FailureReport report) {
    if (!EXPECTED.contains(report.kind()) && unexpected.size() < 100) {
      unexpected.add(report);
    }
  }

  @Test
  void nothingIsLeftOfATreeThatIsRedeployedUnderLoad(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("feed"), new byte[64]);
    int pending = Timers.pending(lifecycle);
    List<Footprint> footprints = new ArrayList<>();
    List<Thread> load = List.of(load("load-1"), load("load-2"));
    long start = System.nanoTime();
    int done = 0;
    long drained = 0;
    long cancelled = 0;
    while (done < REDEPLOYMENTS && System.nanoTime() - start < NANOS && failure.get() == null) {
      deployment = new Deployment(lifecycle, file, pool, timed);
      TimeUnit.MICROSECONDS.sleep(500L * (done % 8)); // the life of a deployment, from none to a few ms
      ShutdownReport report = deployment.shutDown();
      assertThat(report.orphans()).isEmpty();
      assertThat(report.failures()).isEmpty();
      drained += report.drained();
      cancelled += report.cancelled();
      done++;
      if (done % Math.max(1, REDEPLOYMENTS / MEASURED) == 0) {
        footprints.add(Footprint.measure());
      }
    }
    over = true;
    for (Thread thread : load) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    await().untilAsserted(() -> {
      assertThat(Snapshot.take(lifecycle).tasks()).isZero();
      assertThat(Snapshot.take(lifecycle).scopes()).isZero();
      assertThat(Timers.pending(lifecycle)).as("but for the one node of failures that nobody has asked for").isLessThanOrEqualTo(pending + 1);
    });
    footprints.add(Footprint.measure());
    checkCounts();
    lifecycle.close();
    pool.shutdown();
    timed.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).as("no body is left on the pool").isTrue();
    assertThat(timed.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(unexpected).isEmpty();
    assertThat(done).isGreaterThan(LONG ? 4_999 : 5);
    if (LONG) {
      System.err.println(done + " redeployments in " + Duration.ofNanos(System.nanoTime() - start) + ", drained " + drained + ", cancelled " + cancelled + ", " + footprints + ", " + lifecycle.counts());
    }
    checkFlat(footprints);
  }

  private Thread load(String name) {
    Thread thread = new Thread(() -> {
      while (!over) {
        Deployment current = deployment;
        if (current != null) {
          try {
            for (int i = 0; i < 8; i++) {
              current.load();
            }
          } catch (Throwable t) {
            failure.compareAndSet(null, t);
            return;
          }
        }
        Race.dawdle();
        Thread.yield();
      }
    }, name);
    thread.start();
    return thread;
  }

  private void checkCounts() {
    assertThat(lifecycle.counts()).containsKeys("soak.accept", "soak.flaky", "soak.feed", "soak.reader", "soak.tick", "soak.beat", "soak.pool", "soak.timed", "soak.bounded", "soak.part");
    lifecycle.counts().forEach((purpose, c) -> {
      assertThat(c.live()).as("live %s", purpose).isZero();
      assertThat(c.orphaned()).as("orphaned %s", purpose).isZero();
      assertThat(c.forked()).as(purpose).isEqualTo(c.succeeded() + c.failed() + c.cancelled() + c.rejected());
    });
  }

  /** From the first measurement on, when everything that is loaded once has been. */
  private static void checkFlat(List<Footprint> footprints) {
    Footprint first = footprints.get(0);
    Footprint last = footprints.get(footprints.size() - 1);
    assertThat(last.heapBytes()).as("heap: %s", footprints).isLessThan(first.heapBytes() + (8L << 20));
    assertThat(last.descriptors()).as("descriptors: %s", footprints).isLessThanOrEqualTo(first.descriptors() + 4);
    assertThat(last.threads()).as("threads: %s", footprints).isLessThanOrEqualTo(first.threads() + 32);
  }
}
