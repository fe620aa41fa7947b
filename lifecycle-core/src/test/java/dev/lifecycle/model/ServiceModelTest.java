package dev.lifecycle.model;

import dev.lifecycle.RestartPolicy;
import dev.lifecycle.RestartStrategy;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/** The services of a supervisor behave as the sequential model says. Long by {@code -Dlifecycle.soak=long}. */
class ServiceModelTest {
  private static final int ROUNDS = "long".equals(System.getProperty("lifecycle.soak")) ? 100 : 1;

  @Provide
  Arbitrary<List<ServiceSpec>> specs() {
    Arbitrary<RestartPolicy.When> when =
        Arbitraries.frequency(Tuple.of(2, RestartPolicy.When.ALWAYS), Tuple.of(5, RestartPolicy.When.ON_FAILURE), Tuple.of(1, RestartPolicy.When.NEVER));
    return Combinators.combine(
            when, Arbitraries.of(0, 3, 20), Arbitraries.of(0, 10, 100), Arbitraries.integers().between(1, 5), Arbitraries.of(10, 100, 1_000), Arbitraries.of(0, 0, 15, 60))
        .as(ServiceSpec::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<ServiceStep>> steps() {
    Arbitrary<ServiceStep.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(40, ServiceStep.Kind.FAIL),
            Tuple.of(6, ServiceStep.Kind.RETURN),
            Tuple.of(20, ServiceStep.Kind.READY),
            Tuple.of(4, ServiceStep.Kind.STOP),
            Tuple.of(30, ServiceStep.Kind.ADVANCE),
            Tuple.of(1, ServiceStep.Kind.DRAIN),
            Tuple.of(1, ServiceStep.Kind.CANCEL));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 11), Arbitraries.of(1, 7, 25, 110)).as(ServiceStep::new).list().ofMinSize(5).ofMaxSize(50);
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void theServicesOfASupervisorBehaveAsTheSequentialModel(
      @ForAll RestartStrategy strategy, @ForAll boolean escalates, @ForAll("specs") List<ServiceSpec> specs, @ForAll("steps") List<ServiceStep> steps) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      try (ServiceDriver driver = new ServiceDriver(strategy, escalates, specs)) {
        driver.run(steps);
      }
    }
  }
}
