package dev.lifecycle.unit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifecycle.FailureReport;
import dev.lifecycle.Lifecycle;
import dev.lifecycle.Scope;
import dev.lifecycle.context.micrometer.MicrometerCarrier;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The current observation, on which tracers hang their spans; its accessor registers itself. */
@Timeout(20)
class ObservationCarrierTest {
  private final ReportsHeard heard = new ReportsHeard();
  private final Lifecycle lifecycle = Lifecycle.create(o -> o.name("observations").failureListener(heard));
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final ObservationRegistry registry = ObservationRegistry.create();
  private final Observation request;

  ObservationCarrierTest() {
    registry.observationConfig().observationHandler(context -> true); // without a handler observations are no-ops
    request = Observation.start("request", registry);
  }

  @AfterEach
  void close() throws Exception {
    request.stop();
    lifecycle.close();
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(registry.getCurrentObservation()).isNull();
    assertThat(heard.of(FailureReport.Kind.CALLBACK_FAILED)).isEmpty();
  }

  private @Nullable Observation current() {
    return registry.getCurrentObservation();
  }

  @Test
  void theForkersObservationIsCurrentInItsTask() throws Exception {
    try (Observation.Scope inRequest = request.openScope();
        Scope scope = lifecycle.open("scope", o -> o.carry(MicrometerCarrier.global()))) {
      assertThat(scope.fork("task", this::current).get()).isSameAs(request);
    }
  }

  @Test
  void itIsCurrentOnAPooledThreadWhileTheTaskRunsAndNotAfterwards() throws Exception {
    try (Observation.Scope inRequest = request.openScope();
        Scope scope = lifecycle.open("scope", o -> o.carry(MicrometerCarrier.global()).executor(pool))) {
      assertThat(scope.fork("task", this::current).get()).isSameAs(request);
      scope.join();
      assertThat(pool.submit(this::current).get()).isNull();
    }
  }

  @Test
  void anObservationOfATaskIsTheParentOfThatOfItsTasks() throws Exception {
    try (Observation.Scope inRequest = request.openScope();
        Scope scope = lifecycle.open("scope", o -> o.carry(MicrometerCarrier.global()).executor(pool))) {
      Observation inner =
          scope.fork("task", () -> {
            Observation step = Observation.start("step", registry);
            try (Observation.Scope inStep = step.openScope()) {
              Observation seen = Scope.call("inner", Duration.ofSeconds(10), s -> s.fork("inner.task", this::current).get());
              assertThat(seen).isSameAs(step);
            }
            assertThat(current()).isSameAs(request);
            return step;
          }).get();
      assertThat(inner.getContext().getParentObservation()).isSameAs(request);
      scope.join();
      assertThat(pool.submit(this::current).get()).isNull();
    }
  }

  @Test
  void whatSomebodyLeftCurrentOnAPooledThreadIsNotCurrentInATaskAndIsAgainAfterwards() throws Exception {
    Observation left = Observation.start("left", registry);
    Observation.Scope open = pool.submit(left::openScope).get();
    try (Scope scope = lifecycle.open("scope", o -> o.carry(MicrometerCarrier.global()).executor(pool))) {
      Observation seen = scope.fork("task", this::current).get();
      assertThat(seen).isNotSameAs(left);
      scope.join();
      assertThat(pool.submit(this::current).get()).isSameAs(left);
    } finally {
      pool.submit(open::close).get();
    }
    assertThat(pool.submit(this::current).get()).isNull();
  }
}
