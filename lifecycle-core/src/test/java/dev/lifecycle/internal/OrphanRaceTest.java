package dev.lifecycle.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.OrphanedTasksException;
import dev.lifecycle.Scope;
import dev.lifecycle.ScopeCancelledException;
import dev.lifecycle.Task;
import dev.lifecycle.TaskCounts;
import dev.lifecycle.stress.Race;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules 30 to 32: at the end of the grace a task that just ends is either an orphan, with all that follows, or it is none; and the waiters go. */
@Timeout(60)
class OrphanRaceTest {
  private static final Set<Long> LATE = ConcurrentHashMap.newKeySet();
  private static final Lifecycle LIFECYCLE = Lifecycle.create(o -> o.name("orphans").failureListener(OrphanRaceTest::listen));

  private static void listen(FailureReport report) {
    if (report.kind() == FailureReport.Kind.LATE_RESULT) {
      LATE.add(report.taskId());
    }
  }

  private interface Abandoned {
    /** The grace is over. */
    void abandon();

    /** A task ends. */
    void end();

    /** Waits for the scope. */
    void join() throws InterruptedException;

    /** Judges, when all has ended. */
    String violation() throws InterruptedException;
  }

  private static final class Engine implements Abandoned {
    private final Scope scope = LIFECYCLE.open("orphan.scope", o -> o.grace(Duration.ofDays(1), AfterGrace.ABANDON));
    private final AtomicInteger begun = new AtomicInteger();
    private final Task<?> ends;
    private final Task<?> stays;
    private volatile boolean endNow;
    private volatile boolean stayNoLonger;
    private boolean hadEnded;
    private OrphanReport report;

    Engine() {
      ends = scope.start("orphan.task", () -> run(() -> endNow));
      stays = scope.start("orphan.task", () -> run(() -> stayNoLonger));
      Race.until(() -> begun.get() == 2);
      scope.cancel("race");
    }

    private void run(java.util.function.BooleanSupplier over) {
      begun.incrementAndGet();
      Race.until(over);
    }

    @Override
    public void abandon() {
      hadEnded = ((TaskNode<?>) ends).hasEnded();
      GraceWatch.abandon(Scopes.coreOf(scope));
    }

    @Override
    public void end() {
      endNow = true;
    }

    @Override
    public void join() throws InterruptedException {
      try {
        scope.join();
      } catch (ScopeCancelledException e) {
        for (Throwable t : e.getSuppressed()) {
          report = t instanceof OrphanedTasksException o ? o.report() : report;
        }
      }
    }

    @Override
    public String violation() throws InterruptedException {
      if (report == null) {
        return "join returned and did not name the task that stays";
      }
      Set<Long> named = report.orphans().stream().map(OrphanReport.Orphan::taskId).collect(Collectors.toSet());
      if (!named.contains(stays.id())) {
        return "the task that stays is not named";
      }
      if (hadEnded && named.contains(ends.id())) {
        return "a task that had ended is named as an orphan";
      }
      scope.close();
      int gauge = (int) counts().orphaned();
      boolean open = gauge >= 1 && scope.info().live() >= 1;
      stayNoLonger = true;
      if (!open) {
        return "the orphan is not in the counts: " + gauge;
      }
      Race.until(() -> scope.info().live() == 0);
      TaskCounts c = counts();
      long settled = c.succeeded() + c.failed() + c.cancelled() + c.rejected();
      if (c.orphaned() != 0 || c.live() != 0 || c.forked() != settled) {
        return "orphaned " + c.orphaned() + ", live " + c.live() + ", forked " + c.forked() + ", settled " + settled;
      }
      boolean agree = LATE.equals(named);
      String violation = agree ? null : "named as orphans " + named + ", reported late " + LATE;
      LATE.clear();
      return violation;
    }

    private static TaskCounts counts() {
      return LIFECYCLE.counts().get("orphan.task");
    }
  }

  /** One task, one flag for its end and one for the orphan; with the bug they are two looks and not one step. */
  private static final class Copy implements Abandoned {
    private static final int ENDED = 1;
    private static final int ORPHAN = 2;
    private final boolean bug;
    private final AtomicInteger flags = new AtomicInteger();
    private final AtomicInteger gauge = new AtomicInteger();
    private volatile boolean released;

    Copy(boolean bug) {
      this.bug = bug;
    }

    private int raise(int flag) {
      return flags.getAndAccumulate(flag, (a, b) -> a | b);
    }

    @Override
    public void abandon() {
      if (bug) {
        if ((flags.get() & ENDED) == 0) {
          Race.linger();
          gauge.incrementAndGet();
          raise(ORPHAN);
        }
      } else {
        gauge.incrementAndGet();
        if ((raise(ORPHAN) & ENDED) != 0) {
          gauge.decrementAndGet();
        }
      }
      released = true;
    }

    @Override
    public void end() {
      if ((raise(ENDED) & ORPHAN) != 0) {
        gauge.decrementAndGet();
      }
    }

    @Override
    public void join() {
      Race.until(() -> released);
    }

    @Override
    public String violation() {
      return gauge.get() == 0 ? null : "orphaned " + gauge;
    }
  }

  @Test
  void atTheEndOfTheGraceATaskThatJustEndsIsAnOrphanInEveryRespectOrInNone() {
    assertThat(race(Engine::new).run().violation()).isNull();
  }

  @Test
  void theCopyWhoseFlagsAreOneWordIsRight() {
    assertThat(race(() -> new Copy(false)).run().violation()).isNull();
  }

  @Test
  void theRaceFindsAnOrphanThatIsCountedAfterItsEnd() {
    assertThat(race(() -> new Copy(true)).hunt().violation()).contains("orphaned 1");
  }

  private static Race<Abandoned> race(Callable<Abandoned> scopes) {
    return Race.of(scopes).actor(Abandoned::abandon).actor(Abandoned::end).actor(Abandoned::join).judge(Abandoned::violation);
  }
}
