package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 27 and 60: a task that several want to begin or to remove is begun or removed by one of them, and counted down once. */
@Timeout(60)
class RemovalRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("removal"));

  /** A task in a queue, which one side runs or refuses and others cancel. */
  private abstract static class Queued {
    final AtomicInteger ran = new AtomicInteger();
    final AtomicInteger neverRan = new AtomicInteger();

    abstract void begin();

    abstract void cancelScope();

    abstract void cancelTask();

    /** Tasks that count as live when all is over. */
    abstract int live() throws InterruptedException;

    String violation() throws InterruptedException {
      int live = live();
      if (live != 0) {
        return "live tasks at the end: " + live;
      }
      return ran.get() + neverRan.get() == 1 ? null : "ran " + ran + " times, never ran " + neverRan + " times";
    }
  }

  private abstract static class Engine extends Queued {
    Scope scope;

    @Override
    void cancelScope() {
      scope.cancel("race");
    }

    @Override
    int live() throws InterruptedException {
      if (!scope.awaitQuiescence(Duration.ofSeconds(5))) {
        return scope.info().live();
      }
      scope.close();
      TaskCounts c = LIFECYCLE.counts().get("removal.task");
      long settled = c.succeeded() + c.failed() + c.cancelled() + c.rejected();
      return c.live() == 0 ? (int) (c.forked() - settled) : (int) c.live();
    }
  }

  /** The executor keeps the task in its queue, and takes it out as it is being cancelled. */
  private static final class Dequeued extends Engine {
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final Task<?> task;

    Dequeued() {
      scope = LIFECYCLE.open("removal.scope", o -> o.executor(queue::add));
      task = scope.fork("removal.task", o -> o.onNeverRun(neverRan::incrementAndGet), ran::incrementAndGet);
    }

    @Override
    void begin() {
      queue.remove().run();
    }

    @Override
    void cancelTask() {
      task.cancel("race");
    }
  }

  /** The executor refuses the task as it is being cancelled. */
  private static final class Refused extends Engine {
    Refused() {
      scope = LIFECYCLE.open("removal.scope", o -> o.executor(this::refuse));
    }

    private void refuse(Runnable task) {
      Race.dawdle();
      throw new RejectedExecutionException("race");
    }

    @Override
    void begin() {
      try {
        scope.fork("removal.task", o -> o.onNeverRun(neverRan::incrementAndGet), ran::incrementAndGet);
      } catch (RejectedExecutionException expected) {
        // unless the cancel came first
      }
    }

    @Override
    void cancelTask() {
      scope.cancel("again");
    }
  }

  /** Takes the task by CAS, or with the bug by looking first. */
  private static final class Copy extends Queued {
    private final boolean bug;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger(1);

    Copy(boolean bug) {
      this.bug = bug;
    }

    private void take(AtomicInteger what) {
      boolean won;
      if (bug) {
        won = taken.get() == 0;
        Race.linger();
        taken.set(1);
      } else {
        won = taken.compareAndSet(0, 1);
      }
      if (won) {
        what.incrementAndGet();
        count.decrementAndGet();
      }
    }

    @Override
    void begin() {
      take(ran);
    }

    @Override
    void cancelScope() {
      take(neverRan);
    }

    @Override
    void cancelTask() {
      take(neverRan);
    }

    @Override
    int live() {
      return count.get();
    }
  }

  @Test
  void aQueuedTaskIsEitherRunOrRemovedAndCountedDownOnce() {
    assertThat(race(Dequeued::new).run().violation()).isNull();
  }

  @Test
  void aRefusedTaskIsRemovedAndCountedDownOnce() {
    assertThat(race(Refused::new).run().violation()).isNull();
  }

  @Test
  void theCopyThatTakesTheTaskByCasIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsADoubleDecrement() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("live tasks at the end: -");
  }

  private static Race<Queued> race(Callable<Queued> tasks) {
    return Race.of(tasks).actor(Queued::begin).actor(Queued::cancelScope).actor(Queued::cancelTask).judge(Queued::violation);
  }
}
