package dev.lifecycle.casestudies;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one case on a thread of its own, for a bounded time. */
public final class Runner {
  private final Mode mode;
  private final Duration limit;

  /** Runs in this mode; a case may take no longer than the limit. */
  public Runner(Mode mode, Duration limit) {
    this.mode = mode;
    this.limit = limit;
  }

  /** Without this the side that runs first would pay for the compiler. */
  private Outcome warmAndRun(CaseStudy study) throws Exception {
    if (mode != Mode.TINY) {
      study.run(Mode.TINY);
    }
    return study.run(mode);
  }

  /** The row of this case: measured, or crashed if it threw or did not end in time. */
  public Row run(CaseStudy study) throws InterruptedException {
    FutureTask<Outcome> run = new FutureTask<>(() -> warmAndRun(study));
    Thread thread = new Thread(run, "case-" + study.number());
    thread.setDaemon(true);
    thread.start();
    try {
      return Row.of(study, run.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      return Row.crashed(study, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      IllegalStateException late = new IllegalStateException("did not end within " + limit.toSeconds() + " s");
      late.setStackTrace(thread.getStackTrace());
      thread.interrupt();
      return Row.crashed(study, late);
    }
  }
}
