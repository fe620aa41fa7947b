package dev.lifecycle.internal;

import dev.lifecycle.AfterGrace;
import dev.lifecycle.CancelReason;
import dev.lifecycle.RestartPolicy;
import dev.lifecycle.Service;
import dev.lifecycle.ServiceFailure;
import dev.lifecycle.ServiceOptions;
import dev.lifecycle.Supervisor;
import dev.lifecycle.SupervisorOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor as a service of another: each run opens a new one, below the run's scope, and lasts until it has ended. It is opened by the run's task, so a
 * cancel of the run cancels it; its failure leaves by its {@code close} and so is the run's.
 */
final class Nested implements Service.Body {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final String purpose;
  private final SupervisorOptions options;
  private final Supervisor.Setup setup;

  Nested(String purpose, SupervisorOptions options, Supervisor.Setup setup) {
    this.purpose = purpose;
    this.options = options;
    this.setup = setup;
  }

  /**
   * What a nested supervisor is before its user's options: its failure is that of the service, and it waits for what ignores its cancel, since the next run
   * must not find it still at work. At a shutdown of the supervisor above, the grace of that one counts.
   */
  static SupervisorOptions defaults() {
    return SupervisorOptions.defaults().onServiceFailure(ServiceFailure.ESCALATE).grace(SupervisorOptions.defaults().scope().grace(), AfterGrace.WAIT);
  }

  /** It says itself when it is ready: when its setup has returned, for which it has as long as it takes. */
  static ServiceOptions asService(RestartPolicy restart) {
    return ServiceOptions.defaults().restart(restart).readyWithin(Duration.ofNanos(Long.MAX_VALUE));
  }

  @Override
  public void run(Service self) throws Exception {
    RestartedService service = (RestartedService) self;
    LifecycleCore lifecycle = Objects.requireNonNull(Frames.current()).scope.lifecycle;
    SupervisorHandle nested = lifecycle.supervisorHere(purpose, options);
    try (nested) {
      service.supervises(nested.supervision); // once it is ready it is shut down and not cancelled
      setup.start(nested);
      self.ready();
      while (!nested.supervision.shutdown.awaitIdle(Times.after(lifecycle.clock.nanoTime(), Times.toNanos(LONG)))) {} // for as long as it lives
      if (!service.wasTold() && isFailed(nested.core.mark())) {
        nested.join(); // throws what it has come to
      }
    } finally {
      service.supervises(null);
    }
  }

  /** One that was closed or shut down by somebody who holds it has ended in peace. */
  private static boolean isFailed(@Nullable Mark mark) {
    return mark != null && mark.reason.kind() != CancelReason.Kind.SHUTDOWN && mark.reason.kind() != CancelReason.Kind.CLOSED;
  }
}
