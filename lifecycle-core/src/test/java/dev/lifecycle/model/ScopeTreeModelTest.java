package dev.lifecycle.model;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/** A random tree of scopes behaves as the sequential model says, and nothing is left of it. Long by {@code -Dlifecycle.soak=long}. */
class ScopeTreeModelTest {
  private static final int ROUNDS = "long".equals(System.getProperty("lifecycle.soak")) ? 100 : 1;

  @Provide
  Arbitrary<List<Operation>> operations() {
    Arbitrary<Operation.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(2, Operation.Kind.OPEN),
            Tuple.of(6, Operation.Kind.CHILD),
            Tuple.of(3, Operation.Kind.SUCCEED),
            Tuple.of(2, Operation.Kind.FAIL),
            Tuple.of(6, Operation.Kind.BLOCK),
            Tuple.of(3, Operation.Kind.BLOCK_THEN_FAIL),
            Tuple.of(2, Operation.Kind.RELEASE),
            Tuple.of(2, Operation.Kind.CANCEL_TASK),
            Tuple.of(1, Operation.Kind.CANCEL),
            Tuple.of(3, Operation.Kind.DRAIN),
            Tuple.of(3, Operation.Kind.JOIN),
            Tuple.of(2, Operation.Kind.CLOSE));
    Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 59);
    return Combinators.combine(kinds, numbers, numbers).as(Operation::new).list().ofMinSize(5).ofMaxSize(60);
  }

  @Property(tries = 300, shrinking = ShrinkingMode.OFF)
  void aRandomTreeOfScopesBehavesAsTheSequentialModel(@ForAll("operations") List<Operation> operations) throws InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      try (ScopeTreeDriver driver = new ScopeTreeDriver()) {
        driver.run(operations);
      }
    }
  }
}
