package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.casestudies.measure.Ending;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Deploys dispatchers as found, and remembers their pools only to end them after the measurement. */
final class FoundSide implements Side {
  private final List<ExecutorService> pools = new ArrayList<>();

  @Override
  public Dispatcher deploy(Load load, LiveWork live, @Nullable StubbornWorker stubborn) {
    FoundDispatcher dispatcher = new FoundDispatcher(load, live, stubborn);
    pools.add(dispatcher.pool());
    return dispatcher;
  }

  @Override
  public void release() {
    pools.forEach(ExecutorService::shutdownNow);
    pools.forEach(Ending::await);
  }
}
