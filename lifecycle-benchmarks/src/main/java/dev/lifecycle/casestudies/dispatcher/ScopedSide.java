package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.OrphanReport;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Deploys dispatchers with lifecycle. There is nothing to remember: what was closed has ended. */
final class ScopedSide implements Side {
  private static final Duration GRACE = Duration.ofMillis(200);

  private final int workers;

  ScopedSide(int workers) {
    this.workers = workers;
  }

  @Override
  public Dispatcher deploy(JobRunner runner, LiveWork live) {
    return new ScopedDispatcher(workers, runner, live, UnaryOperator.identity(), null);
  }

  @Override
  public Dispatcher deploy(JobRunner runner, LiveWork live, StubbornWorker stubborn) {
    // The close and the note below say the same as the report to the listener, which would only be logged.
    return new ScopedDispatcher(workers, runner, live, o -> o.grace(GRACE, AfterGrace.ABANDON).listener(report -> {}), stubborn);
  }

  @Override
  public @Nullable OrphanReport named(Dispatcher stopped) {
    return ((ScopedDispatcher) stopped).orphans();
  }

  @Override
  public void release() {}
}
