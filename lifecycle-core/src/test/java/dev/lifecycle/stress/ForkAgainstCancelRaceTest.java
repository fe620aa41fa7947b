package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 2 and 3: a fork that meets a cancel is either found by it or finds it; no task slips through. */
@Timeout(60)
class ForkAgainstCancelRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("fork"));

  /** Forks a task that runs until it is interrupted; returns how to ask whether the cancel has reached it. */
  private interface Forks {
    BooleanSupplier fork();

    void cancel();

    /** Waits until nothing runs; false if something does for long. */
    boolean quiet() throws InterruptedException;
  }

  private static final class Engine implements Forks {
    private final Scope scope = LIFECYCLE.open("fork.scope");

    @Override
    public BooleanSupplier fork() {
      Task<?> task = scope.start("fork.task", () -> new CountDownLatch(1).await());
      return task::isCancelled;
    }

    @Override
    public void cancel() {
      scope.cancel("race");
    }

    @Override
    public boolean quiet() throws InterruptedException {
      boolean quiet = scope.awaitQuiescence(Duration.ofSeconds(10));
      if (quiet) {
        scope.close();
      }
      return quiet;
    }
  }

  /** Looks at the state, lists the task and starts it, without a second look if the bug is on. */
  private static final class Copy implements Forks {
    private final boolean bug;
    private final ConcurrentLinkedQueue<AtomicBoolean> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean cancelled;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    public BooleanSupplier fork() {
      AtomicBoolean task = new AtomicBoolean(cancelled);
      if (!task.get()) {
        Race.dawdle();
        tasks.add(task);
        if (!bug && cancelled) {
          task.set(true);
        }
      }
      return task::get;
    }

    @Override
    public void cancel() {
      cancelled = true;
      tasks.forEach(task -> task.set(true));
    }

    @Override
    public boolean quiet() {
      return true;
    }
  }

  private static final class Round {
    final Forks forks;
    final List<BooleanSupplier> first = new ArrayList<>();
    final List<BooleanSupplier> second = new ArrayList<>();

    Round(Forks forks) {
      this.forks = forks;
    }

    String violation() throws InterruptedException {
      for (List<BooleanSupplier> tasks : List.of(first, second)) {
        for (BooleanSupplier task : tasks) {
          if (!task.getAsBoolean()) {
            return "a task has slipped through the cancel";
          }
        }
      }
      return forks.quiet() ? null : "a cancelled task has never been interrupted";
    }
  }

  @Test
  void noTaskSlipsThroughACancel() {
    assertThat(race(Engine::new).run().violation()).isNull();
  }

  @Test
  void theCopyThatLooksTwiceLetsNoneThrough() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAForkThatDoesNotLookAgainAfterListing() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("slipped through");
  }

  private static Race<Round> race(Callable<Forks> forks) {
    return Race.of(() -> new Round(forks.call()))
        .actor(r -> forkTwice(r.forks, r.first))
        .actor(r -> forkTwice(r.forks, r.second))
        .actor(r -> r.forks.cancel())
        .judge(Round::violation);
  }

  private static void forkTwice(Forks forks, List<BooleanSupplier> tasks) {
    tasks.add(forks.fork());
    tasks.add(forks.fork());
  }
}
