package dev.lifecycle.pool.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifecycle.Lease;
import dev.lifecycle.Scope;
import dev.lifecycle.pool.LeakPolicy;
import dev.lifecycle.pool.ObjectPool;
import dev.lifecycle.pool.ObjectPoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builder refuses, and how it says so. */
class AcquireBuilderTest extends AcquireFixture {
  private static final Duration HUGE = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration LEAST = Duration.ofSeconds(Long.MIN_VALUE);
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration UNDER_A_MILLI = Duration.ofNanos(999_999);

  /** So that a table of lambdas needs no types. */
  private interface Setting extends UnaryOperator<ObjectPoolBuilder<Thing>> {}

  private static Arguments refused(Setting setting, String parameter, Object value) {
    return Arguments.of(setting, parameter, value);
  }

  private static Stream<Arguments> refusedValues() {
    return Stream.of(
        refused(b -> b.minIdle(-1), "minIdle", -1),
        refused(b -> b.minIdle(Integer.MIN_VALUE), "minIdle", Integer.MIN_VALUE),
        refused(b -> b.minIdle(5), "minIdle", 5),
        refused(b -> b.minIdle(Integer.MAX_VALUE), "minIdle", Integer.MAX_VALUE),
        refused(b -> b.validateAfterIdle(Duration.ofNanos(-1)), "validateAfterIdle", Duration.ofNanos(-1)),
        refused(b -> b.validateAfterIdle(LEAST), "validateAfterIdle", LEAST),
        refused(b -> b.maxAge(Duration.ZERO), "maxAge", Duration.ZERO),
        refused(b -> b.maxAge(UNDER_A_MILLI), "maxAge", UNDER_A_MILLI),
        refused(b -> b.maxAge(Duration.ofSeconds(-1)), "maxAge", Duration.ofSeconds(-1)),
        refused(b -> b.maxAge(LEAST), "maxAge", LEAST),
        refused(b -> b.maxIdle(Duration.ZERO), "maxIdle", Duration.ZERO),
        refused(b -> b.maxIdle(UNDER_A_MILLI), "maxIdle", UNDER_A_MILLI),
        refused(b -> b.maxIdle(LEAST), "maxIdle", LEAST),
        refused(b -> b.jitter(-0.01), "jitter", -0.01),
        refused(b -> b.jitter(1.01), "jitter", 1.01),
        refused(b -> b.jitter(Double.NaN), "jitter", Double.NaN),
        refused(b -> b.jitter(Double.POSITIVE_INFINITY), "jitter", Double.POSITIVE_INFINITY),
        refused(b -> b.jitter(Double.NEGATIVE_INFINITY), "jitter", Double.NEGATIVE_INFINITY),
        refused(b -> b.parallelCreations(0), "parallelCreations", 0),
        refused(b -> b.parallelCreations(-1), "parallelCreations", -1),
        refused(b -> b.creationBackoff(Duration.ZERO, MILLI), "first", Duration.ZERO),
        refused(b -> b.creationBackoff(UNDER_A_MILLI, MILLI), "first", UNDER_A_MILLI),
        refused(b -> b.creationBackoff(LEAST, MILLI), "first", LEAST),
        refused(b -> b.creationBackoff(Duration.ofMillis(2), MILLI), "last", MILLI),
        refused(b -> b.creationBackoff(MILLI, LEAST), "last", LEAST),
        refused(b -> b.maxWaiters(-1), "maxWaiters", -1),
        refused(b -> b.maxWaiters(Integer.MIN_VALUE), "maxWaiters", Integer.MIN_VALUE),
        refused(b -> b.acquireTimeout(Duration.ZERO), "acquireTimeout", Duration.ZERO),
        refused(b -> b.acquireTimeout(Duration.ofNanos(-1)), "acquireTimeout", Duration.ofNanos(-1)),
        refused(b -> b.acquireTimeout(LEAST), "acquireTimeout", LEAST),
        refused(b -> b.expectedWithin(Duration.ZERO), "expectedWithin", Duration.ZERO),
        refused(b -> b.expectedWithin(LEAST), "expectedWithin", LEAST));
  }

  @ParameterizedTest(name = "{1} {2}")
  @MethodSource("refusedValues")
  void aValueOutOfRangeIsRefusedAtOnceByNameAndValue(Setting setting, String parameter, Object value) {
    ObjectPoolBuilder<Thing> builder = pool(4);
    assertThatThrownBy(() -> setting.apply(builder)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(parameter + ' ').hasMessageEndingWith(": " + value);
  }

  private static Stream<Arguments> nulls() {
    return Stream.of(
        refused(b -> b.destroy(null), "destroy", null),
        refused(b -> b.reset(null), "reset", null),
        refused(b -> b.validate(null), "validate", null),
        refused(b -> b.validateAfterIdle(null), "validateAfterIdle", null),
        refused(b -> b.maxAge(null), "maxAge", null),
        refused(b -> b.maxIdle(null), "maxIdle", null),
        refused(b -> b.creationBackoff(null, MILLI), "first", null),
        refused(b -> b.creationBackoff(MILLI, null), "last", null),
        refused(b -> b.acquireTimeout(null), "acquireTimeout", null),
        refused(b -> b.expectedWithin(null), "expectedWithin", null),
        refused(b -> b.leakPolicy(null), "leakPolicy", null),
        refused(b -> b.onRevoke(null), "onRevoke", null));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("nulls")
  void nullIsRefusedByName(Setting setting, String parameter) {
    ObjectPoolBuilder<Thing> builder = pool(4);
    assertThatThrownBy(() -> setting.apply(builder)).isInstanceOf(NullPointerException.class).hasMessage(parameter);
  }

  private static Stream<Arguments> accepted() {
    return Stream.<Setting>of(
        b -> b.minIdle(0),
        b -> b.minIdle(4),
        b -> b.destroy(t -> {}),
        b -> b.reset(t -> {}),
        b -> b.validate(t -> true),
        b -> b.validateAfterIdle(Duration.ZERO),
        b -> b.validateAfterIdle(HUGE).validate(t -> true),
        b -> b.maxAge(MILLI),
        b -> b.maxAge(HUGE),
        b -> b.maxIdle(MILLI),
        b -> b.maxIdle(HUGE),
        b -> b.jitter(0),
        b -> b.jitter(-0.0),
        b -> b.jitter(1).maxAge(HUGE).maxIdle(Duration.ofNanos(Long.MAX_VALUE - 1)),
        b -> b.jitter(Double.MIN_VALUE),
        b -> b.parallelCreations(1),
        b -> b.parallelCreations(Integer.MAX_VALUE),
        b -> b.creationBackoff(MILLI, MILLI),
        b -> b.creationBackoff(HUGE, HUGE),
        b -> b.fair(),
        b -> b.maxWaiters(Integer.MAX_VALUE),
        b -> b.acquireTimeout(Duration.ofNanos(1)),
        b -> b.acquireTimeout(HUGE),
        b -> b.expectedWithin(Duration.ofNanos(1)),
        b -> b.expectedWithin(HUGE),
        b -> b.leakPolicy(LeakPolicy.DESTROY),
        b -> b.onRevoke(t -> {})).map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void theEndsOfEachRangeAreAcceptedByTheSameBuilderAndThePoolWorks(Setting setting) throws InterruptedException {
    ObjectPoolBuilder<Thing> builder = pool(4);
    assertThat(setting.apply(builder)).isSameAs(builder);
    clock.advance(LONG); // so that sums with the time overflow if they can
    ObjectPool<Thing> pool = builder.build();
    for (int i = 0; i < 3; i++) {
      pool.acquire(LONG).close();
    }
    try (Lease<Thing> lease = pool.acquireAsync(LONG).join()) {
      assertThat(lease.isOpen()).isTrue();
    }
    assertThat(pool.stats().timeouts()).isZero();
  }

  @Test
  void thePrincipalArgumentsMustNotBeNull() {
    assertThatThrownBy(() -> ObjectPool.in(null, "test.pool", things::make)).isInstanceOf(NullPointerException.class).hasMessage("owner");
    assertThatThrownBy(() -> ObjectPool.in(scope, null, things::make)).isInstanceOf(NullPointerException.class).hasMessage("name");
    assertThatThrownBy(() -> ObjectPool.in(scope, "test.pool", null)).isInstanceOf(NullPointerException.class).hasMessage("create");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 1_000_001, Integer.MAX_VALUE})
  void aSizeBelowOneOrOverAMillionIsRefused(int size) {
    ObjectPool.Sizing<Thing> sizing = ObjectPool.in(scope, "test.pool", things::make);
    assertThatThrownBy(() -> sizing.size(size)).isInstanceOf(IllegalArgumentException.class).hasMessage("size must be between 1 and 1000000: " + size);
    ObjectPool<Thing> pool = sizing.size(1).build();
    assertThatThrownBy(() -> pool.resize(size)).isInstanceOf(IllegalArgumentException.class).hasMessage("size must be between 1 and 1000000: " + size);
    assertThat(pool.stats().limit()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Test", "test pool", "1test", ".test", "test/pool", "a123456789b123456789c123456789d123456789e123456789f1234567"})
  void aNameThatBreaksTheRuleOfPurposesOrIsTooLongIsRefusedAndNothingIsOwned(String name) {
    assertThatThrownBy(() -> ObjectPool.in(scope, name, things::make).size(1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name")
        .hasMessageContaining('"' + name + '"');
  }

  @Test
  void aNameMayHave57Characters() throws InterruptedException {
    String name = "a123456789b123456789c123456789d123456789e123456789f123456";
    ObjectPool<Thing> pool = ObjectPool.in(scope, name, things::make).size(1).build();
    pool.acquire().close();
    assertThat(pool.name()).isEqualTo(name).hasSize(57);
  }

  @Test
  void aBuilderMayBeUsedAgainAndWhatItBuiltStaysAsItIs() throws InterruptedException {
    ObjectPoolBuilder<Thing> builder = pool(1).maxWaiters(0);
    ObjectPool<Thing> first = filled(builder.maxWaiters(1));
    ObjectPool<Thing> second = builder.maxWaiters(2).build();
    assertThat(second).isNotSameAs(first);
    try (Lease<Thing> one = first.acquire(); Lease<Thing> two = second.acquire()) {
      assertThat(one.get()).isNotSameAs(two.get());
      first.acquireAsync(LONG);
      assertThat(first.acquireAsync(LONG)).isCompletedExceptionally();
      second.acquireAsync(LONG);
      assertThat(second.acquireAsync(LONG)).isNotDone();
    }
    first.close();
    assertThat(second.acquireAsync(LONG)).as("each has its own end").isNotCompletedExceptionally();
  }

  @Test
  void aRefusedValueChangesNothing() throws InterruptedException {
    ObjectPoolBuilder<Thing> builder = pool(1).maxWaiters(0);
    assertThatThrownBy(() -> builder.maxWaiters(-1)).isInstanceOf(IllegalArgumentException.class);
    ObjectPool<Thing> pool = filled(builder);
    try (Lease<Thing> held = pool.acquire()) {
      assertThat(pool.acquireAsync(LONG)).isCompletedExceptionally();
    }
  }

  @Test
  void aClosedOwnerTakesNoPool() {
    Scope closed = lifecycle.open("app.closed");
    closed.close();
    assertThatThrownBy(() -> ObjectPool.in(closed, "test.pool", things::make).size(1).build()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDrainingOwnerTakesNoPoolFromAnOutsider() {
    Scope draining = lifecycle.open("app.draining", o -> o.grace(Duration.ZERO));
    draining.drain();
    AcquireCaller<ObjectPool<Thing>> outsider = AcquireCaller.run(() -> ObjectPool.in(draining, "test.pool", things::make).size(1).build());
    assertThat(outsider.failure()).isInstanceOf(RejectedExecutionException.class);
    draining.close();
  }

  @Test
  void anObjectThatIsCloseableIsClosedByDefaultAndAnyOtherIsDropped() throws InterruptedException {
    ObjectPool<Object> pool = ObjectPool.in(scope, "test.mixed", Object::new).size(1).build();
    pool.acquire().invalidate();
    until(() -> pool.stats().destroyed() == 1);
    assertThat(pool.stats().destroyFailures()).isZero();
    ObjectPool<Thing> closing = pool(1).build();
    closing.acquire().invalidate();
    until(() -> closing.stats().destroyed() == 1);
    assertThat(things.made.get(0).closes).hasValue(1);
    assertThat(List.copyOf(reports)).isEmpty();
  }
}
