package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.OrphanReport;
import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Deploys dispatchers as found, and remembers their pools only to end them after the measurement. */
final class FoundSide implements Side {
  private final int workers;
  private final List<ExecutorService> pools = new ArrayList<>();

  FoundSide(int workers) {
    this.workers = workers;
  }

  @Override
  public Dispatcher deploy(JobRunner runner, LiveWork live) {
    return remember(new FoundDispatcher(workers, runner, live, null));
  }

  @Override
  public Dispatcher deploy(JobRunner runner, LiveWork live, StubbornWorker stubborn) {
    return remember(new FoundDispatcher(workers, runner, live, stubborn));
  }

  private Dispatcher remember(FoundDispatcher dispatcher) {
    pools.add(dispatcher.pool());
    return dispatcher;
  }

  @Override
  public @Nullable OrphanReport named(Dispatcher stopped) {
    return null;
  }

  @Override
  public void release() {
    pools.forEach(ExecutorService::shutdownNow);
    pools.forEach(Ending::await);
  }
}
