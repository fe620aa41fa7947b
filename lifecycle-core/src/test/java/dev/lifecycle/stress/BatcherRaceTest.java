package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.DeadlineExceededException;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Policy;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.flow.Batcher;
import dev.lifecycle.flow.HandoffClosedException;
import dev.lifecycle.flow.WhenFull;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Producers, a flush and the end meet in a batcher: each element is in one batch, or dropped, or its producer's, and the figures add up. */
@Timeout(120)
class BatcherRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("batcher-race").failureListener(BatcherRaceTest::heard));
  private static volatile String report;
  private static final int ELEMENTS = 6;

  private static void heard(FailureReport failure) {
    report = failure.toString();
  }

  private static class Round {
    final AtomicIntegerArray places = new AtomicIntegerArray(ELEMENTS);
    final AtomicInteger kept = new AtomicInteger();
    final AtomicInteger batched = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();

    void isAt(AtomicInteger place, int element) {
      places.incrementAndGet(element);
      place.incrementAndGet();
    }

    void drop(int element) {
      isAt(dropped, element);
    }

    void run(List<Integer> batch) {
      batch.forEach(element -> isAt(batched, element));
    }

    String misplaced() {
      for (int i = 0; i < ELEMENTS; i++) {
        if (places.get(i) != 1) {
          return "element " + i + " is at " + places.get(i) + " places; kept " + kept + ", batched " + batched + ", dropped " + dropped;
        }
      }
      return null;
    }
  }

  /** The real one. The delay is so long that only size, flush and the end hand over. */
  private static final class Real extends Round {
    final Scope scope = LIFECYCLE.open("race.scope", o -> o.policy(Policy.SUPERVISE));
    final Batcher<Integer> batcher;
    final boolean cancelling;

    Real(WhenFull policy, int concurrency, boolean cancelling) {
      this.cancelling = cancelling;
      batcher = Batcher.in(scope, "race.batch", 2, Duration.ofHours(1),
          o -> o.concurrency(concurrency).whenFull(policy).onDropped(this::drop), this::run);
    }

    void produce(int from) throws InterruptedException {
      for (int i = from; i < from + ELEMENTS / 2; i++) {
        try {
          if (!batcher.offer(i)) {
            isAt(kept, i);
          }
        } catch (HandoffClosedException | ScopeCancelledException | DeadlineExceededException e) {
          isAt(kept, i);
        }
      }
    }

    void flush() throws InterruptedException {
      try {
        batcher.flush();
      } catch (ScopeCancelledException e) {
        // the end came first
      }
    }

    void end() {
      if (cancelling) {
        scope.cancel("race");
      } else {
        batcher.close();
      }
    }

    String violation() {
      batcher.close();
      scope.close();
      Map<String, Long> f = batcher.figures().values();
      boolean good = f.get("size") == 0 && f.get("running") == 0 && f.get("taken") == batched.get()
          && f.get("dropped") + f.get("discarded") == dropped.get() && f.get("put") == ELEMENTS - kept.get();
      String misplaced = misplaced() == null ? report : misplaced(); // nothing has failed, so nothing is reported
      return misplaced != null || good ? misplaced : "kept " + kept + ", batched " + batched + ", dropped " + dropped + ", but " + f;
    }
  }

  private static String race(WhenFull policy, int concurrency, boolean cancelling) {
    return Race.of(() -> new Real(policy, concurrency, cancelling))
        .actor(round -> round.produce(0))
        .actor(round -> round.produce(ELEMENTS / 2))
        .actor(Real::flush)
        .actor(Real::end)
        .judge(Real::violation)
        .run().violation();
  }

  @Test
  void everyElementIsAtOnePlaceAfterAClose() {
    assertThat(race(WhenFull.BLOCK, 1, false)).isNull();
  }

  @Test
  void everyElementIsAtOnePlaceAfterACancel() {
    assertThat(race(WhenFull.BLOCK, 2, true)).isNull();
  }

  @Test
  void everyElementIsAtOnePlaceWhateverIsDropped() {
    assertThat(race(WhenFull.DROP_OLDEST, 1, true)).isNull();
    assertThat(race(WhenFull.DROP_NEWEST, 2, false)).isNull();
    assertThat(race(WhenFull.REJECT, 1, true)).isNull();
  }

  /** A batch that is cut in one step and claimed in another: by its task, or by the cleanup. With the bug the claim is a look. */
  private static final class Copy extends Round {
    private final boolean bug;
    private final ArrayDeque<Integer> queue = new ArrayDeque<>();
    private final List<Integer> batch = new ArrayList<>();
    private final AtomicInteger claimed = new AtomicInteger();

    Copy(boolean bug) {
      this.bug = bug;
      for (int i = 0; i < ELEMENTS; i++) {
        queue.add(i);
      }
      batch.add(queue.remove());
      batch.add(queue.remove());
    }

    private boolean claim() {
      if (!bug) {
        return claimed.compareAndSet(0, 1);
      }
      boolean won = claimed.get() == 0;
      Race.linger();
      claimed.set(1);
      return won;
    }

    void task() {
      if (claim()) {
        run(batch);
      }
    }

    void cleanup() {
      if (claim()) {
        batch.forEach(this::drop);
      }
      queue.forEach(this::drop);
    }
  }

  private static Race<Copy> copies(boolean bug) {
    return Race.of(() -> new Copy(bug)).actor(Copy::task).actor(Copy::cleanup).judge(Copy::misplaced);
  }

  @Test
  void theCopyWithoutABugPasses() {
    assertThat(copies(false).run().violation()).isNull();
  }

  @Test
  void aBatchThatIsBegunAndAbandonedIsFound() {
    assertThat(copies(true).hunt().violation()).contains("at 2 places");
  }
}
