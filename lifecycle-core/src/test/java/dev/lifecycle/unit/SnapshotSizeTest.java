package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.diagnostics.Snapshot;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotSizeTest {
  private static final int TASKS = 100_000;

  @Test
  void aHundredThousandLiveTasksAreWalkedEachOnceAndForksGoOnMeanwhile() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    AtomicBoolean walking = new AtomicBoolean(true);
    try (Lifecycle lifecycle = Lifecycle.create(o -> o.name("large"));
        Scope scope = lifecycle.open("scope")) {
      for (int i = 0; i < TASKS; i++) {
        scope.adopt("task", stage.copy()); // live and on no thread, so that JDK 17 can have as many
      }
      CompletableFuture<long[]> forker = CompletableFuture.supplyAsync(() -> {
        long[] took = new long[2_000_000];
        int n = 0;
        while (walking.get() && n < took.length) {
          long start = System.nanoTime();
          Task<String> task = scope.adopt("other", CompletableFuture.completedFuture("value"));
          took[n++] = System.nanoTime() - start;
          if (task.status() != Task.Status.SUCCEEDED) {
            throw new IllegalStateException("status " + task.status());
          }
        }
        return Arrays.copyOf(took, n);
      });
      long longest = 0;
      for (int i = 0; i < 5; i++) {
        long start = System.nanoTime();
        Snapshot snapshot = Snapshot.take(lifecycle);
        longest = Math.max(longest, System.nanoTime() - start);
        assertThat(snapshot.tasks()).isBetween(TASKS, TASKS + 1);
        if (i == 0) {
          assertThat(snapshot.toString().lines().filter(line -> line.contains(" task ")).map(line -> line.strip().split(" ")[1]).distinct()).hasSize(TASKS);
        }
      }
      walking.set(false);
      long[] took = forker.get();
      Arrays.sort(took);
      assertThat(took.length).as("forks during the walks").isGreaterThan(100);
      // The machine may take the processor away at any time, so the rule (100 us per hold) is checked on all but one fork in a thousand.
      assertThat(took[(int) (took.length * 0.999)]).as("99.9th percentile of a fork, walk %s ms", longest / 1_000_000).isLessThan(TimeUnit.MILLISECONDS.toNanos(2));
      stage.complete("value");
      scope.join();
      assertThat(Snapshot.take(lifecycle).tasks()).isZero();
    }
  }
}
