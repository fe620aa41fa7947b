package dev.lifecycle.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.spi.OwnedResource;
import dev.lifecycle.spi.ResourceFigures;
import dev.lifecycle.spi.ResourceKind;
import dev.lifecycle.spi.ResourceScope;
import dev.lifecycle.spi.Work;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work of a resource that is started while the owner is cancelled or the resource closed: it runs and is interrupted, or is told that it never will. */
@Timeout(60)
class ResourceStartRaceTest {
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("resources"));

  /** Parks until it is interrupted. */
  private static final class Job implements Work {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger nevers = new AtomicInteger();
    final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public void run() {
      runs.incrementAndGet();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        ended.set(true);
      }
    }

    @Override
    public void neverRun(Throwable why) {
      nevers.incrementAndGet();
      ended.set(true);
    }

    String violation() {
      Race.until(ended::get);
      return runs.get() + nevers.get() == 1 ? null : "ran " + runs + " times and was told " + nevers + " times that it will not";
    }
  }

  private interface Starts {
    void start(Job job);

    void cancel();

    void close();

    void end();
  }

  private static final class Engine implements Starts, OwnedResource {
    private final Scope owner = LIFECYCLE.open("race.owner");
    private ResourceScope scope;

    Engine() {
      owner.own(
          ResourceKind.POOL,
          "race.pool",
          made -> {
            scope = made;
            return this;
          });
    }

    @Override
    public void start(Job job) {
      scope.start("load", job);
    }

    @Override
    public void cancel() {
      owner.cancel("race");
    }

    @Override
    public void close() {
      scope.close();
    }

    @Override
    public void end() {
      owner.close();
    }

    @Override
    public String name() {
      return "race.pool";
    }

    @Override
    public ResourceKind kind() {
      return ResourceKind.POOL;
    }

    @Override
    public ResourceFigures figures() {
      return ResourceFigures.none();
    }
  }

  /** Looks for the cancel, lists the job and starts it, without a second look if the bug is on. */
  private static final class Copy implements Starts {
    private final boolean bug;
    private final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
    private volatile boolean cancelled;

    Copy(boolean bug) {
      this.bug = bug;
    }

    @Override
    public void start(Job job) {
      if (cancelled) {
        job.neverRun(new IllegalStateException("cancelled"));
        return;
      }
      Race.linger();
      jobs.add(job);
      if (!bug && cancelled) {
        end(job);
      }
    }

    private static void end(Job job) {
      if (job.runs.compareAndSet(0, 1)) {
        job.ended.set(true);
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      jobs.forEach(Copy::end);
    }

    @Override
    public void close() {
      cancel();
    }

    @Override
    public void end() {}
  }

  private static final class Round {
    final Starts starts;
    final List<Job> jobs = List.of(new Job(), new Job(), new Job());

    Round(Starts starts) {
      this.starts = starts;
    }

    String violation() {
      for (Job job : jobs) {
        String violation = job.violation();
        if (violation != null) {
          return violation;
        }
      }
      starts.end();
      return null;
    }
  }

  private static Race<Round> race(Callable<Starts> starts, Race.Act<Round> end) {
    return Race.of(() -> new Round(starts.call()))
        .actor(round -> {
          round.starts.start(round.jobs.get(0));
          round.starts.start(round.jobs.get(1));
        })
        .actor(round -> round.starts.start(round.jobs.get(2)))
        .actor(end)
        .judge(Round::violation);
  }

  private static void assertCounted() {
    TaskCounts counts = LIFECYCLE.counts().get("race.pool.load");
    assertThat(counts.forked()).isEqualTo(counts.succeeded() + counts.failed() + counts.cancelled() + counts.rejected());
    assertThat(counts.live()).isZero();
    assertThat(counts.orphaned()).isZero();
  }

  @Test
  void noWorkSlipsThroughTheCancelOfTheOwner() {
    assertThat(race(Engine::new, round -> round.starts.cancel()).run().violation()).isNull();
    assertCounted();
  }

  @Test
  void noWorkSlipsThroughTheCloseOfTheResource() {
    assertThat(race(Engine::new, round -> round.starts.close()).run().violation()).isNull();
    assertCounted();
  }

  @Test
  void noWorkSlipsThroughTheCloseOfTheOwner() {
    assertThat(race(Engine::new, round -> round.starts.end()).run().violation()).isNull();
    assertCounted();
  }

  @Test
  void theCopyThatLooksTwiceLetsNoneThrough() {
    assertThat(race(() -> new Copy(false), round -> round.starts.cancel()).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAStartThatDoesNotLookAgainAfterListing() {
    assertThat(race(() -> new Copy(true), round -> round.starts.cancel()).hunt().violation()).contains("waited in vain");
  }

  @Test
  void whatIsDisposedOfWhileTheResourceClosesIsEndedOnce() {
    Race<Disposals> race =
        Race.of(Disposals::new)
            .actor(Disposals::dispose)
            .actor(Disposals::dispose)
            .actor(d -> d.engine.close())
            .actor(d -> d.engine.end())
            .judge(d -> {
              Race.until(() -> d.ends.get() >= 2);
              return d.ends.get() == 2 ? null : "ended " + d.ends;
            });
    assertThat(race.run().violation()).isNull();
  }

  private static final class Disposals {
    final Engine engine = new Engine();
    final AtomicInteger ends = new AtomicInteger();

    void dispose() {
      engine.scope.dispose(ends::incrementAndGet);
    }
  }
}
