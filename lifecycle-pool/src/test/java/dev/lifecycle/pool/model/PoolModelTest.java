package dev.lifecycle.pool.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A pool does what the sequential model allows, whatever the order of steps. Long by {@code -Dlifecycle.soak=long}. */
class PoolModelTest {
  private static final int ORDERS = "long".equals(System.getProperty("lifecycle.soak")) ? 100 : 1;

  @Provide
  Arbitrary<PoolPlan> plans() {
    Arbitrary<Boolean> booleans = Arbitraries.of(false, true);
    Arbitrary<PoolPlan> plain =
        Combinators.combine(Arbitraries.integers().between(1, 4), booleans, Arbitraries.of(0, 0, 1, 2), Arbitraries.of(100, 0, 2), Arbitraries.of(2, 1, 4), booleans, booleans)
            .as((size, fair, minIdle, waiters, parallel, resets, revokes) -> new PoolPlan(size, fair, minIdle, waiters, parallel, resets, revokes, -1, 0, 0));
    return Combinators.combine(plain, Arbitraries.of(-1, 0, 20), Arbitraries.of(0, 50), Arbitraries.of(0, 30))
        .as((p, after, age, idle) -> new PoolPlan(p.size(), p.fair(), p.minIdle(), p.maxWaiters(), p.parallel(), p.resets(), p.revokes(), after, age, idle));
  }

  @Provide
  Arbitrary<List<PoolStep>> steps() {
    Arbitrary<PoolStep.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(12, PoolStep.Kind.TRY),
            Tuple.of(3, PoolStep.Kind.ACQUIRE_NOW),
            Tuple.of(16, PoolStep.Kind.ASYNC),
            Tuple.of(3, PoolStep.Kind.ASYNC_NOW),
            Tuple.of(14, PoolStep.Kind.CLOSE_LEASE),
            Tuple.of(3, PoolStep.Kind.CLOSE_LEASE_BADLY),
            Tuple.of(5, PoolStep.Kind.CLOSE_STALE),
            Tuple.of(4, PoolStep.Kind.INVALIDATE),
            Tuple.of(3, PoolStep.Kind.DETACH),
            Tuple.of(5, PoolStep.Kind.CANCEL),
            Tuple.of(30, PoolStep.Kind.RUN),
            Tuple.of(8, PoolStep.Kind.RUN_BADLY),
            Tuple.of(4, PoolStep.Kind.RUN_ALL),
            Tuple.of(8, PoolStep.Kind.ADVANCE),
            Tuple.of(4, PoolStep.Kind.RESIZE),
            Tuple.of(2, PoolStep.Kind.RETIRE_IDLE),
            Tuple.of(2, PoolStep.Kind.SETTLE),
            Tuple.of(1, PoolStep.Kind.INITIATE_CLOSE),
            Tuple.of(1, PoolStep.Kind.CLOSE_POOL));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 11)).as(PoolStep::new).list().ofMinSize(1).ofMaxSize(80);
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void aPoolDoesWhatTheSequentialModelAllows(@ForAll("plans") PoolPlan plan, @ForAll("steps") List<PoolStep> steps) {
    new PoolDriver(plan).run(steps);
    for (int i = 1; i < ORDERS; i++) {
      List<PoolStep> shuffled = new ArrayList<>(steps);
      Collections.shuffle(shuffled, new Random(i));
      new PoolDriver(plan).run(shuffled);
    }
  }
}
