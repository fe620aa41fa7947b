package dev.lifecycle.casestudies.dispatcher;

import dev.lifecycle.Supervisor;
import dev.lifecycle.casestudies.measure.LiveWork;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Deploys dispatchers below one supervisor, the application's. There is no deployment to remember: what was shut down has ended, or is named in its report.
 */
final class SupervisedSide implements Side {
  private final Supervisor application = Supervisor.open("application", o -> o);

  @Override
  public Dispatcher deploy(Load load, LiveWork live, @Nullable StubbornWorker stubborn) {
    return new SupervisedDispatcher(application, load, live, stubborn);
  }

  @Override
  public void release() throws InterruptedException {
    application.shutdown(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }
}
